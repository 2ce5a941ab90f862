"""What is quoted, who speaks, what stands around: by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancekit.corpus.examples import as_columns
from stancekit.features.fields import compute_field
from stancekit.features.speech import quotations


def marked(text, target="X", **more):
    start = text.index(target)
    return as_columns([{"text": text, "target": "Xavier", "target_start": start, "target_end": start + 1, **more}])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("« X ment », dit-il, « et rit ».", "_TARGET_ ment et rit"),
        ('He called X "weak" and "sad".', "weak sad"),
        ("“He said ‘no’ to X”", "He said ‘no' to _TARGET_"),
        ("« Il dit “X” »", "Il dit “_TARGET_”"),
        ("X ment », dit-il.", "_TARGET_ ment"),
        ("Il dit : « X ment.", "_TARGET_ ment."),
        ('5" of X', ""),
        ("X rit.", ""),
    ],
)
def test_a_quote_is_what_stands_inside_quotation_marks(text, expected):
    assert compute_field(marked(text), "quote") == [expected]


def test_a_mention_that_a_quotation_cuts_is_its_mark_and_never_its_words():
    columns = as_columns([{"text": "le « plan Baker » nul", "target_start": 0, "target_end": 11}])
    assert compute_field(columns, "quote") == ["_TARGET_aker"]


@given(st.text(alphabet='ab «»“”"', max_size=25))
def test_quotations_lie_in_order_inside_the_sentence_without_their_marks(text):
    position = 0
    for begin, end in quotations(text):
        assert position <= begin <= end <= len(text)
        assert begin == 0 or text[begin - 1] in '«“"'
        assert end == len(text) or text[end] in '»”"'
        position = end


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"speaker": "France", "actor": "France"}, "_ACTOR_"),
        ({"speaker": "wagner deal", "target": "wagner_deal"}, "_TARGET_"),
        ({"speaker": "le ministre", "actor": "France"}, "le ministre"),
        ({"speaker": None}, ""),
        ({}, ""),
    ],
)
def test_the_speaker_is_that_of_the_column_by_its_role(row, expected):
    assert compute_field(as_columns([{"text": "Rien.", **row}]), "speaker") == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("« Nous partons », assure X.", "_TARGET_"),
        ("X part, selon le ministre.", "le ministre"),
        ("It is over in X, Moore said.", "Moore"),
        ("« Nous partons », assure-t-il à X.", ""),
        ("X part.", ""),
    ],
)
def test_without_the_column_the_sentence_itself_may_say_who_speaks(text, expected):
    assert compute_field(marked(text), "speaker") == [expected]


def test_a_context_is_the_sentences_before_and_after_of_the_same_article():
    rows = [
        ("a", 1, "deux"),
        ("a", 0, "un"),
        ("a", 3, "quatre"),
        ("b", 2, "autre"),
        ("a", 2, "trois"),
        ("a", 2, "trois"),
    ]
    columns = as_columns([{"article": own, "sentence": number, "text": text} for own, number, text in rows])
    assert compute_field(columns, "context") == ["un trois", "deux", "trois", "", "deux quatre", "deux quatre"]


def test_an_example_by_itself_or_without_a_place_has_no_context():
    assert compute_field({"text": ["un"], "article": ["a"], "sentence": [1]}, "context") == [""]
    assert compute_field({"text": ["un", "deux"]}, "context") == ["", ""]
    assert compute_field({"text": ["un", "deux"], "article": ["a", "a"], "sentence": [0, None]}, "context") == ["", ""]


def test_labels_are_no_part_of_a_context():
    columns = {"text": ["un", "deux"], "article": ["a", "a"], "sentence": [0, 1], "label": ["x", "y"]}
    other = {**columns, "label": ["y", "x"]}
    assert compute_field(columns, "context") == compute_field(other, "context") == ["deux", "un"]
