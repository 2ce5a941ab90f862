"""Explanations: they add up to the model's own decision values, and words stand where they stand."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest

from stancekit import plugins
from stancekit.config.decision import Tune
from stancekit.config.features import Block
from stancekit.config.lexicons import Entry, OwnLexicon
from stancekit.config.model import Model
from stancekit.config.schema import Task
from stancekit.corpus.examples import as_columns
from stancekit.corpus.pairs import with_mirrors
from stancekit.errors import DataError, InputError
from stancekit.models.decision import log_probabilities
from stancekit.models.explained import MIRROR, Explanation
from stancekit.models.explanation import weigh_errors
from stancekit.models.stance_model import StanceModel, fit_model

LABELS = ("opposes", "neutral", "supports")
VERBS = {"opposes": ("refuse", "condamne"), "neutral": ("évoque", "cite"), "supports": ("soutient", "approuve")}
LEXICON = OwnLexicon(
    name="own",
    entries=(
        Entry("refuse*", "oppose", -1, "object"),
        Entry("soutien*", "support", 2),
        Entry("approuve", "support", 1),
    ),
)
BLOCKS = (
    Block(field="masked", ngrams=(1, 2), sublinear=True),
    Block(field="masked", ngrams=(2, 3), negation="mark", stop_words=("le", "de"), norm="l1"),
    Block(field="text", analyzer="char", ngrams=(1, 4), weight=0.7),
    Block(field="masked", analyzer="char_wb", ngrams=(2, 5), weight=0.5, hashtags="split"),
    Block(field="masked", analyzer="lexicon", lexicon=LEXICON, norm="none"),
    Block(field="between", analyzer="indicator", idf=False),
    Block(field="target", analyzer="indicator", idf=False, weight=2.0),
    Block(field="pair", ngrams=(1, 2)),
    Block(field="skeleton", ngrams=(1, 3)),
    Block(field="context"),
    Block(field="positions"),
    Block(field="actor_window", tokens=r"\w(\w+)"),
    Block(field="target_window", tokens="sklearn"),
    Block(field="clause", analyzer="char_wb", ngrams=(3, 3)),
    Block(field="quote"),
    Block(field="before"),
    Block(field="after", lowercase=False),
    Block(field="speaker"),
)


def corpus(size: int = 24) -> tuple[list[dict[str, Any]], list[str]]:
    random = np.random.default_rng(3)
    rows, labels = [], []
    for number in range(size):
        label = LABELS[number % 3]
        actor, target = str(random.choice(["France", "Mali"])), str(random.choice(["accord", "junte", "vote"]))
        verb = random.choice(VERBS[label])
        text = f"« Hier », {actor} ne {verb} pas l’{target},  mais #StopIt{number % 5} et mot{random.integers(9)} été."
        text = text if number % 2 else text.replace("ne ", "").replace(" pas", "")
        row: dict[str, Any] = {"text": text, "actor": actor, "target": target, "article": "a", "sentence": number}
        for role, name in (("actor", actor), ("target", target)):
            row |= {f"{role}_start": text.index(name), f"{role}_end": text.index(name) + len(name)}
        rows.append(row)
        labels.append(label)
    return rows, labels


ROWS, GOLD = corpus()
NEW = [
    *ROWS[:4],
    {"text": "Paris, İzmir et l’ÉTAT\u0301 refusent : #StopTheDeal_now non !", "actor": "Paris", "target": "gaz"},
    {"text": "Mali soutient cet accord.", "actor": "Mali", "target": "accord"},
    {"text": "Sans nom ni cible"},
    {"text": "… 한 \u1112\u1161\u11ab !?"},
    {"text": ""},
]


REVERSE = {"opposes": "supports", "neutral": "neutral"}
VOTE = (Model(C=0.5), Model(kind="ridge", calibration="platt"), Model(kind="complement_nb"))


@cache
def fitted(conditioning: str = "none", decision: str = "argmax", kind: str = "stance", **spec: Any) -> StanceModel:
    gold = np.array(GOLD)[:, None] == np.array(LABELS)
    if kind == "multilabel":
        gold[::4] = True
    pairs = {"reverse": REVERSE} if kind == "directed_pair" else {}
    return fit_model(
        as_columns(ROWS),
        gold,
        Task.model_validate({"labels": LABELS, "kind": kind, **pairs}),
        BLOCKS,
        Model(**{"kind": "vote", **spec} if "of" in spec else spec),
        conditioning=conditioning,  # type: ignore[arg-type] # a name of one
        decision=Tune(tune="macro_f1") if decision == "tuned" else "argmax",
        folds=np.arange(len(ROWS), dtype=np.int32) % 4,
    )


CASES: list[dict[str, Any]] = [
    *({"conditioning": own} for own in ("none", "token", "cross", "per_target", "shared_per_target")),
    {"kind": "multilabel"},
    {"kind": "multilabel", "calibration": "platt"},
    {"kind": "directed_pair"},
    {"kind": "directed_pair", "conditioning": "shared_per_target"},
    {"kind": "directed_pair", "decision": "tuned"},
    {"decision": "tuned"},
    {"calibration": "platt"},
    {"calibration": "isotonic", "decision": "tuned"},
    {"of": VOTE, "weights": (1.0, 2.0, 0.5)},
    {"of": VOTE, "kind": "directed_pair", "conditioning": "cross"},
]


def total(own: Explanation, label: str) -> tuple[float, float]:
    """Return what features, and what words and named parts, add up to with the intercept."""
    features = sum(share.contributions[label] for share in own.features)
    words = sum(word.contributions[label] for word in own.words)
    elsewhere = sum(added[label] for added in own.elsewhere.values())
    return own.intercept[label] + features, own.intercept[label] + words + elsewhere


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case.values()))[:60])
def test_features_and_words_each_add_up_to_the_decision_value(case: dict[str, Any]) -> None:
    model = fitted(**case)
    values, found = model.decision_function(NEW), model.explain(NEW)
    assert [own.predicted for own in found] == model.predict(NEW)
    for row, own in enumerate(found):
        assert list(own.values.values()) == pytest.approx(values[row].tolist(), abs=1e-9)
        assert own.rule or own.scores == own.values
        for label in LABELS:
            assert total(own, label) == pytest.approx((own.scores[label],) * 2, abs=1e-9)


def test_where_a_rule_is_no_sum_its_step_leads_from_the_scores_to_the_values() -> None:
    model = fitted(calibration="platt")
    [own] = model.explain(NEW[:1])
    lines = model.rule.calibrations[0]
    score = np.array([[own.scores[label] for label in LABELS]])
    assert own.rule == "platt"
    assert log_probabilities(score * lines.slopes + lines.intercepts)[0] == pytest.approx(list(own.values.values()))  # type: ignore[union-attr] # Platt's
    assert own.to_dict()["rule"] == {"score": own.scores, "rule": "platt", "value": own.values}
    assert fitted(calibration="isotonic", decision="tuned").explain(NEW[:1])[0].rule == "isotonic"


def test_the_scores_of_a_vote_are_the_weighted_mean_of_its_members_each_by_its_norm() -> None:
    model = fitted(of=VOTE, weights=(1.0, 2.0, 0.5))
    [own] = model.explain(NEW[:1])
    columns = as_columns(NEW[:1])
    members = model.linear.members  # type: ignore[union-attr] # a vote's
    mean = sum(
        weight / np.linalg.norm(member.coefficients) * member.scores(model.features.transform(columns))[0]
        for weight, member in zip((1.0, 2.0, 0.5), members, strict=True)
    )
    assert own.rule == "vote"
    assert list(own.scores.values()) == pytest.approx((mean / 3.5).tolist(), abs=1e-12)


def test_a_contribution_is_the_coefficient_times_the_value() -> None:
    model = fit_model(
        {"text": ["oui bien", "non rien"]},
        [[True, False], [False, True]],
        Task(labels=("pro", "con")),
        [Block(field="text", norm="none", idf=False, weight=3.0)],
        Model(),
    )
    [own] = model.explain("oui oui")
    coefficient = float(model.linear.coefficients[0, model.features.names.index("text:word:oui")])
    [share] = own.features
    assert share[:3] == ("text:word", "oui", 6.0)
    assert share.contributions["pro"] == pytest.approx(6.0 * coefficient)
    # Two occurrences, each with half of it.
    assert [(word.start, word.end, word.text) for word in own.words] == [(0, 3, "oui"), (4, 7, "oui")]
    assert [word.contributions["pro"] for word in own.words] == pytest.approx([3.0 * coefficient] * 2)


def explained(text: str, block: Block, **example: Any) -> tuple[Explanation, StanceModel]:
    """Explain a text by a model whose every feature weighs 1 for `pro`; values are counts."""
    row = {"text": text, **example}
    plain = block.model_copy(update={"norm": "none", "idf": False})
    other = dict(row, text=text[::-1] + " autre") if not example else row
    rows = as_columns([row, other])
    model = fit_model(rows, [[True, False], [False, True]], Task(labels=("pro", "con")), [plain], Model())
    ones = np.zeros_like(model.linear.coefficients)
    ones[0] = 1.0
    object.__setattr__(model.linear, "coefficients", ones)
    return model.explain([row])[0], model


def weights(own: Explanation) -> dict[str, float]:
    return {word.text: round(word.contributions["pro"], 9) for word in own.words}


def test_an_ngram_is_shared_equally_among_its_tokens() -> None:
    own, _ = explained("pas du tout", Block(field="text", ngrams=(3, 3)))
    assert weights(own) == {"pas": round(1 / 3, 9), "du": round(1 / 3, 9), "tout": round(1 / 3, 9)}


def test_a_character_ngram_is_shared_among_its_characters_without_spaces() -> None:
    # "ab ", "b c" and " cd" of "ab cd": a has 1/2, b 1/2 + 1/2, c 1/2 + 1/2, d 1/2.
    own, _ = explained("ab cd", Block(field="text", analyzer="char", ngrams=(3, 3)))
    assert weights(own) == {"ab": 1.5, "cd": 1.5}


def test_what_punctuation_adds_is_named() -> None:
    # "a!" and "! " : half of the first is a's, the other half and the second are the sign's.
    own, _ = explained("a! ", Block(field="text", analyzer="char", ngrams=(2, 2)))
    assert weights(own) == {"a": 0.5}
    assert own.elsewhere["punctuation and spaces"]["pro"] == pytest.approx(1.5)


def test_the_mark_of_a_mention_stands_for_the_whole_mention() -> None:
    spans = {"actor": "EM", "actor_start": 0, "actor_end": 14, "target": "x", "target_start": 19, "target_end": 20}
    own, _ = explained("Emmanuel Macro nie x", Block(field="masked", ngrams=(2, 2)), **spans)
    # "_actor_ nie" and "nie _target_"; the actor's half is 8/13 Emmanuel's and 5/13 Macro's by their letters.
    assert weights(own) == {"Emmanuel": round(0.5 * 8 / 13, 9), "Macro": round(0.5 * 5 / 13, 9), "nie": 1.0, "x": 0.5}


def test_windows_and_clauses_point_back_at_their_words() -> None:
    spans = {"actor": "Mali", "actor_start": 20, "actor_end": 24}
    text = "un deux trois, mais Mali nie, puis rien"
    own, _ = explained(text, Block(field="clause"), **spans)
    assert {word.text for word in own.words if word.contributions["pro"]} == {"mais", "Mali", "nie"}
    own, _ = explained("a b c d e f Mali", Block(field="actor_window"), actor="Mali", actor_start=12, actor_end=16)
    assert weights(own) == {"a": 0.0, "b": 1.0, "c": 1.0, "d": 1.0, "e": 1.0, "f": 1.0, "Mali": 1.0}


def test_the_words_of_a_hashtag_point_at_the_hashtag() -> None:
    own, _ = explained("#NoDeal oui", Block(field="text", hashtags="split"))
    assert weights(own) == {"#NoDeal": 3.0, "oui": 1.0}


def test_letters_that_came_apart_or_change_their_length_keep_their_words() -> None:
    text = unicodedata.normalize("NFD", "İl été là")
    own, _ = explained(text, Block(field="text"))
    assert [text[word.start : word.end] for word in own.words] == [word.text for word in own.words]
    assert [unicodedata.normalize("NFC", word.text) for word in own.words] == ["İl", "été", "là"]
    assert weights(own)[unicodedata.normalize("NFD", "été")] == 1.0


def test_a_lexicon_points_at_its_terms() -> None:
    block = Block(field="text", analyzer="lexicon", lexicon=LEXICON)
    own, _ = explained("il soutient et approuve", block)
    # Of "support" one occurrence each, "+" two and one, and of "hits" and "balance_positive" each half.
    assert weights(own) == {"il": 0.0, "soutient": 4.0, "et": 0.0, "approuve": 3.0}
    nothing, _ = explained("rien", block)
    assert nothing.elsewhere == {"text:own": {"pro": 2.0, "con": 0.0}}


def test_what_is_not_in_the_sentence_is_named() -> None:
    row = dict(NEW[0], speaker="Somebody")
    neighbour = dict(NEW[2], sentence=1)
    own, _ = fitted("shared_per_target").explain([row, neighbour])
    names = {"context", "pair", "positions", "skeleton", "target indicator"}
    assert set(own.elsewhere) == names | {"punctuation and spaces", "target by itself"}


def test_what_plug_ins_make_of_a_sentence_is_named_by_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugins, "_registry", {})

    @plugins.field("last")
    def last(columns: Mapping[str, list[str]]) -> list[str]:
        return [text.split()[-1] for text in columns["text"]]

    @plugins.analyzer("stems")
    def stems(text: str) -> list[str]:
        return [word[:3] for word in text.split()]

    blocks = [Block(field="last"), Block(field="masked", analyzer="stems")]
    model = fit_model(
        as_columns(ROWS), np.array(GOLD)[:, None] == np.array(LABELS), Task(labels=LABELS), blocks, Model()
    )
    [own] = model.explain(NEW[:1])
    assert set(own.elsewhere) == {"last", "masked:stems"}
    assert total(own, "neutral") == pytest.approx((own.values["neutral"],) * 2, abs=1e-9)


def test_weights_of_a_target_are_shared_ones_and_its_own() -> None:
    model = fitted("shared_per_target")
    conditioning = model.linear.conditioning
    assert conditioning is not None
    [own] = model.explain([dict(NEW[5], target="accord")])
    share = next(own for own in own.features if own.block == "target:indicator")
    feature = model.features.names.index("target:indicator:accord")
    code = conditioning.targets.index("accord")
    begin, end = conditioning.starts[code : code + 2]
    copy = conditioning.n_features + begin + conditioning.copied[begin:end].tolist().index(feature)
    both = model.linear.coefficients[0, feature] + model.linear.coefficients[0, copy]
    assert share.contributions["opposes"] == pytest.approx(share.value * both)
    ranked = model.top_features("opposes", n=10_000, target="accord")["opposes"]
    everything = {row[:2]: row[2] for row in ranked["for"] + ranked["against"]}
    assert everything["target:indicator", "accord"] == pytest.approx(both)


def test_a_pair_is_explained_by_itself_and_its_mirror() -> None:
    [own] = fitted(kind="directed_pair").explain(NEW[:1])
    assert {share.block.endswith(MIRROR) for share in own.features} == {True, False}
    both = with_mirrors(as_columns(NEW[:1]))
    mirror = {name: values[1] for name, values in both.items()}
    [other] = fitted(kind="directed_pair").explain([mirror])
    swap = {"opposes": "supports", "supports": "opposes", "neutral": "neutral"}
    for one, two in zip(own.words, other.words, strict=True):
        assert [one.contributions[label] for label in LABELS] == pytest.approx(
            [two.contributions[swap[label]] for label in LABELS], abs=1e-12
        )


def test_features_come_strongest_first_and_top_is_by_a_label() -> None:
    [own] = fitted().explain(NEW[:1])
    sizes = [max(map(abs, share.contributions.values())) for share in own.features]
    assert sizes == sorted(sizes, reverse=True)
    by_label = sorted(own.features, key=lambda share: -abs(share.contributions["neutral"]))
    assert [abs(share.contributions["neutral"]) for share in own.top("neutral", 5)] == [
        abs(share.contributions["neutral"]) for share in by_label[:5]
    ]
    assert own.features[:2] == list(own.features)[:2]
    with pytest.raises(InputError, match="did you mean 'neutral'"):
        own.top("neutra")


def test_it_is_shown_against_the_runner_up() -> None:
    [own] = fitted().explain(NEW[:1])
    ranked = sorted(LABELS, key=lambda label: -own.values[label])
    assert own.contrast() == (ranked[0], ranked[1])
    assert own.contrast("neutral") == ("neutral", None)
    first = own.words[3].contributions
    assert own.word_weights()[3] == pytest.approx(first[ranked[0]] - first[ranked[1]])


def test_it_is_plain_data_for_json() -> None:
    [own] = fitted(kind="multilabel").explain(NEW[:1])
    read = json.loads(json.dumps(own.to_dict(), allow_nan=False))
    assert read["words"][0].keys() == {"start", "end", "text", "contributions"}
    assert read["features"][0].keys() == {"block", "term", "value", "contributions"}
    assert read["rule"] is None


def test_no_examples_have_no_explanations() -> None:
    assert fitted().explain([]) == []


def test_top_features_are_those_of_the_shared_weights_where_no_target_is_named() -> None:
    model = fitted("shared_per_target")
    width = len(model.features.names)
    shared = model.linear.coefficients[2, :width]
    found = model.top_features(n=3)["supports"]
    assert [weight for *_, weight in found["for"]] == pytest.approx(sorted(shared)[:-4:-1])
    assert [weight for *_, weight in found["against"]] == pytest.approx(sorted(shared)[:3])
    assert model.top_features("supports", n=0) == {"supports": {"for": [], "against": []}}
    with pytest.raises(InputError, match="no weights for the target 'junt'; did you mean 'junte'"):
        model.top_features(target="junt")
    with pytest.raises(InputError, match="no label 'support'"):
        model.top_features("support")


def test_errors_are_weighed_by_the_predicted_label_less_the_right_one() -> None:
    model = fitted()
    [own] = model.explain(NEW[:1])
    [found] = weigh_errors(model, NEW[:1], ["neutral"], ["supports"])
    expected = [word.contributions["supports"] - word.contributions["neutral"] for word in own.words]
    largest = max(map(abs, expected))
    assert [word["weight"] for word in found] == pytest.approx([weight / largest for weight in expected])
    assert max(abs(word["weight"]) for word in found) == 1.0
    assert [(word["start"], word["end"]) for word in found] == [(word.start, word.end) for word in own.words]


def test_what_was_predicted_rightly_has_no_weights() -> None:
    model = fitted()
    [found] = weigh_errors(model, NEW[:1], model.predict(NEW[:1]))
    assert {word["weight"] for word in found} == {0.0}


def test_errors_of_sets_are_what_was_wrongly_said_less_what_was_missed() -> None:
    model = fitted(kind="multilabel")
    [own] = model.explain(NEW[:1])
    [found] = weigh_errors(model, NEW[:1], [["opposes", "neutral"]], [["neutral", "supports"]])
    expected = [word.contributions["supports"] - word.contributions["opposes"] for word in own.words]
    assert [word["weight"] for word in found] == pytest.approx([own / max(map(abs, expected)) for own in expected])


def test_labels_of_errors_are_checked() -> None:
    with pytest.raises(DataError, match="1 examples, but 2 labels in 'gold'"):
        weigh_errors(fitted(), NEW[:1], ["neutral", "neutral"])
    with pytest.raises(InputError, match="did you mean 'neutral'"):
        weigh_errors(fitted(), NEW[:1], ["neutrall"])
