"""Which blocks suit which examples."""

from __future__ import annotations

import pytest

from stancekit.features.auto import MANY, VERY_MANY, auto_blocks, choose_features, read_traits


def examples(n=100, *, actors=5, targets=5, mentioned=1.0, text="Paris refuse le plan de Rome", **more):
    """Return n examples; a share of them mentions both."""
    spans = [0 if row < n * mentioned else None for row in range(n)]
    return {
        "text": [text] * n,
        "actor": [f"a{row % actors}" for row in range(n)],
        "target": [f"t{row % targets}" for row in range(n)],
        "actor_start": spans,
        "actor_end": [None if own is None else 5 for own in spans],
        "target_start": [None if own is None else 16 for own in spans],
        "target_end": [None if own is None else 20 for own in spans],
        **more,
    }


def names(blocks):
    return [(block.field, block.analyzer, block.ngrams) for block in blocks]


MASKED = [("masked", "word", (1, 2)), ("masked", "char_wb", (2, 5))]
INDICATORS = [(role, "indicator", (1, 1)) for role in ("actor", "target", "pair")]


def test_mentions_of_both():
    assert names(auto_blocks(examples())) == [
        *MASKED,
        ("target_window", "word", (1, 2)),
        ("clause", "word", (1, 2)),
        ("between", "word", (1, 3)),
        ("positions", "word", (1, 1)),
        ("skeleton", "word", (1, 4)),
        *[(field, "lexicon", (1, 1)) for _ in ("news_fr", "stance_fr") for field in ("masked", "target_window")],
        *INDICATORS,
    ]


def test_lexicons_are_those_of_the_languages():
    def lexicons(language):
        return {block.lexicon for block in auto_blocks(examples(language=[language] * 100))} - {None}

    assert lexicons("en") == {"news_en", "stance_en"}
    assert lexicons("fr") == {"news_fr", "stance_fr"}
    assert lexicons("de") == set()


def test_many_examples_are_not_looked_up_in_lexicons():
    columns = {name: values * 501 for name, values in examples().items()}
    assert {block.lexicon for block in auto_blocks(columns)} == {None}


def test_mentions_of_the_actor_alone():
    columns = examples(targets=1) | {"target_start": [None] * 100, "target_end": [None] * 100}
    fields = [block.field for block in auto_blocks(columns)]
    assert "actor_window" in fields
    assert "target_window" not in fields
    assert "between" not in fields


def test_what_is_between_needs_both_mentions():
    columns = examples() | {"actor_start": [None] * 100, "actor_end": [None] * 100}
    fields = [block.field for block in auto_blocks(columns)]
    assert "target_window" in fields
    assert "between" not in fields


def test_tweets_about_a_few_targets():
    columns = {"text": ["No #NoDeal", "Oui"] * 150, "target": ["deal", "vote", "junta"] * 100}
    choice = choose_features(columns)
    assert names(choice.blocks) == [("text", "word", (1, 2)), ("text", "char_wb", (2, 5)), INDICATORS[1]]
    assert [block.hashtags for block in choice.blocks] == ["split", "split", "keep"]
    assert choice.suggested == {"features.conditioning": "shared_per_target"}


@pytest.mark.parametrize(("mentioned", "field"), [(0.5, "masked"), (0.49, "text")])
def test_half_of_the_examples_must_have_a_mention(mentioned, field):
    assert auto_blocks(examples(mentioned=mentioned))[0].field == field


def test_names_that_hardly_repeat_are_read_as_words():
    fields = names(auto_blocks(examples(actors=50, targets=50)))
    assert fields[-1] == ("target", "word", (1, 2))
    assert not set(INDICATORS) & set(fields)


def test_a_single_name_tells_nothing():
    assert not set(INDICATORS) & set(names(auto_blocks(examples(actors=1, targets=1))))


@pytest.mark.parametrize(("n", "min_df"), [(MANY, 1), (MANY + 1, 2), (VERY_MANY, 2), (VERY_MANY + 1, 3)])
def test_many_examples_bound_the_vocabulary(n, min_df):
    assert {block.min_df for block in auto_blocks({"text": ["a"] * n})} == {min_df}


def test_labels_are_not_looked_at():
    columns = examples()
    for labels in (["x"] * 100, [str(row) for row in range(100)]):
        assert auto_blocks({**columns, "label": labels, "labels": [[own] for own in labels]}) == auto_blocks(columns)


def test_the_language_is_that_of_the_column_or_of_the_words():
    assert read_traits(examples(language=["en"] * 90 + ["fr"] * 10)).languages == ("en", "fr")
    assert read_traits(examples(language=["en"] * 91 + ["fr"] * 9)).languages == ("en",)
    assert read_traits(examples(language=[None] * 100)).languages == ("fr",)
    assert read_traits({"text": ["The deal is off."]}).languages == ("en",)


def test_the_reason_says_what_was_seen():
    said = choose_features(examples(mentioned=0.75)).reason
    assert said == ("100 examples (fr): the actor is mentioned in 75%, the target in 75%; 5 actors, 5 targets, 5 pairs")


def test_no_examples_have_blocks_too():
    assert [block.field for block in auto_blocks({"text": []})] == ["text", "text"]
