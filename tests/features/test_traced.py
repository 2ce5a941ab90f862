"""Traced views: the same texts as the fields', and each character knows what it stands for."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancekit.config.features import Block
from stancekit.config.lexicons import Entry
from stancekit.features.analyzers import TOKEN, Analyzer
from stancekit.features.counts import block_analyzer
from stancekit.features.fields import compute_field
from stancekit.features.lexicons import Lexicon, LexiconFeatures, NegationMarker
from stancekit.features.located import Locator, is_located
from stancekit.features.mentions import MarkedText, Mention, marked_texts
from stancekit.features.traced import Traced, is_traced, joined, prepare_traced, trace_field

FIELDS = ("text", "masked", "before", "between", "after", "actor_window", "target_window", "clause", "quote")
PIECES = (
    *("Paris", "mais", "que", "n’est pas", "nie", ",", " ", "  ", "\n", "\u00a0", "« oui »", "#StopIt_now", "#NoDeal2"),
    *("e\u0301", "\u1112\u1161\u11ab", "İ", "ΟΔΟΣ", "\u0301", "_ACTOR_", "#a_TARGET_b", "🙂", "soutien", "-", "U.S."),
)
texts = st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=20)


@st.composite
def examples(draw: st.DrawFn) -> dict[str, list[object]]:
    text = draw(texts)
    row: dict[str, list[object]] = {"text": [text]}
    for role in ("actor", "target"):
        start, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        there = start < end
        row |= {role: ["x"], f"{role}_start": [start if there else None], f"{role}_end": [end if there else None]}
    return row


@pytest.mark.parametrize("field", FIELDS)
@given(example=examples())
def test_a_traced_view_is_the_field(field: str, example: dict[str, list[object]]) -> None:
    [row] = marked_texts(example)
    view = trace_field(row, field)
    assert [view.text] == compute_field(example, field)
    assert len(view.begins) == len(view.ends) == len(view.text)
    assert all(0 <= begin <= end <= len(row.text) for begin, end in zip(view.begins, view.ends, strict=True))


@given(texts)
def test_a_copied_letter_stands_for_what_it_is_made_of(text: str) -> None:
    view = trace_field(MarkedText(text, ()), "text")
    for letter, begin, end in zip(view.text, view.begins, view.ends, strict=True):
        assert letter in unicodedata.normalize("NFC", text[begin:end].replace("’", "'").replace("ʼ", "'"))
    assert not len(text) or (view.begins[0], view.ends[-1]) == (0, len(text))


def test_names_and_neighbours_are_not_traced() -> None:
    assert [field for field in (*FIELDS, "actor", "pair", "context", "skeleton", "speaker") if is_traced(field)] == [
        *FIELDS
    ]


def test_a_mark_stands_for_its_mention_and_a_space_between_parts_for_nothing() -> None:
    row = MarkedText("Le Mali nie, dit-on, Mali", (Mention(3, 7, "_ACTOR_"),))
    view = trace_field(row, "actor_window")
    assert view.text == "Le _ACTOR_ nie, dit-on, Mali"
    assert {(int(view.begins[i]), int(view.ends[i])) for i in range(3, 10)} == {(3, 7)}
    assert view.begins[2] == view.ends[2]
    assert row.text[view.begins[-1] : view.ends[-1]] == "i"


def test_parts_are_joined_with_what_they_stand_for() -> None:
    both = joined([Traced.of("abc").part(2, 3), Traced.of("abc").part(0, 1)], "--")
    assert (both.text, both.begins.tolist(), both.ends.tolist()) == ("c--a", [2, 0, 0, 0], [3, 0, 0, 1])
    assert joined([]).text == ""


LEXICON = Lexicon("own", (Entry("soutien*", "support", 2, "object"), Entry("oui", "yes", 1), Entry("est", "be", 0)))
ANALYZERS = [
    Analyzer("word", (1, 1)),
    Analyzer("word", (2, 3), lowercase=False, stop_words=frozenset(["mais"]), hashtags="split"),
    Analyzer("word", (1, 2), tokens=NegationMarker()),
    Analyzer("word", (1, 2), tokens=block_analyzer(Block(field="text", tokens="sklearn")).tokens),
    block_analyzer(Block(field="text", tokens=r"\w(\w)?|,")),
    block_analyzer(Block(field="text", tokens=r"\b\w+\b", negation="mark", ngrams=(1, 3))),
    Analyzer("word", tokens=LexiconFeatures(LEXICON)),
    Analyzer("char", (1, 3)),
    Analyzer("char", (3, 5), lowercase=False, hashtags="split"),
    Analyzer("char_wb", (1, 4)),
    Analyzer("char_wb", (3, 4), hashtags="split"),
    Analyzer("indicator", lowercase=False),
]


class Every(dict[str, int]):
    """Knows every term that it is asked for."""

    def get(self, term: str) -> int:  # type: ignore[override] # all that a locator asks
        return self.setdefault(term, len(self))


@pytest.mark.parametrize("analyzer", ANALYZERS, ids=lambda own: f"{own.kind}-{own.ngrams}-{type(own.tokens).__name__}")
@given(text=texts)
def test_what_is_located_is_what_is_counted(analyzer: Analyzer, text: str) -> None:
    view, every = prepare_traced(analyzer, Traced.of(text)), Every()
    assert len(view.begins) == len(view.ends) == len(view.text)
    found = Locator(analyzer, every).find(view.text)
    counts = Counter(analyzer(text))
    if counts.keys() == {"no_hits", "balance_zero"}:
        counts.clear()  # of no term, so nowhere
    assert {term: found.shares[found.columns == column].sum() for term, column in every.items() if counts} == (
        pytest.approx(dict(counts))
    )
    assert (found.begins <= found.ends).all()
    assert found.ends.max(initial=0) <= len(view.text)


@given(texts)
def test_a_term_of_characters_or_words_stands_where_it_is_located(text: str) -> None:
    for analyzer in (Analyzer("char", (2, 3)), Analyzer("char_wb", (2, 3)), Analyzer("word")):
        view, every = prepare_traced(analyzer, Traced.of(text)), Every()
        found = Locator(analyzer, every).find(view.text)
        names = {column: term for term, column in every.items()}
        for column, begin, end in zip(found.columns.tolist(), found.begins, found.ends, strict=True):
            assert view.text[begin:end] == (names[column].strip() if analyzer.kind == "char_wb" else names[column])


def test_a_negated_token_stands_where_it_is_without_its_prefix() -> None:
    found = Locator(Analyzer("word", tokens=NegationMarker()), {"NOT_dit": 4}).find("il ne dit pas")
    assert (found.columns.tolist(), found.begins.tolist(), found.ends.tolist()) == ([4], [6], [9])


def test_a_lexicons_features_stand_at_its_terms() -> None:
    analyzer = Analyzer("word", tokens=LexiconFeatures(LEXICON))
    found = Locator(analyzer, {"+": 0, "hits": 1, "support": 2}).find("oui, il soutient")
    rows = zip(found.columns.tolist(), found.begins.tolist(), found.ends.tolist(), found.shares.tolist(), strict=True)
    # "oui" is 1 strong and "soutient" 2, so it has two `+`.
    of_oui, of_soutient = (0, 3), (8, 16)
    assert sorted(rows) == [
        (0, *of_oui, 1.0),
        (0, *of_soutient, 1.0),
        (0, *of_soutient, 1.0),
        (1, *of_oui, 0.5),
        (1, *of_soutient, 0.5),
        (2, *of_soutient, 1.0),
    ]


def test_a_function_of_somebody_elses_is_not_located() -> None:
    own = Analyzer("word")
    assert is_located(own)
    assert not is_located(replace(own, tokens=TOKEN.findall))
    assert is_located(Analyzer("char", tokens=TOKEN.findall))
