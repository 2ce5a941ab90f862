from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancekit.corpus.redaction import GAP, WORDS_AROUND, may_show_term, shown, shown_text

LONG = "one two three four five six seven eight Paris ten eleven twelve thirteen fourteen fifteen sixteen Mali eighteen"


def span(text: str, word: str) -> tuple[int, int]:
    return text.index(word), text.index(word) + len(word)


def test_the_whole_text_is_shown_where_that_is_asked_for() -> None:
    assert shown(LONG, [(0, 3), None], "full").text == LONG
    assert shown(LONG, [(0, 3), None], "full").spans == ((0, 3), None)


def test_what_is_shown_of_a_text_is_found_where_it_stands_now() -> None:
    cut = shown(LONG, [span(LONG, "Paris"), None], "snippets")
    found = {
        word: [cut.text[begin:end] for begin, end in cut.placed(*span(LONG, word))] for word in ("four", "Mali", "six")
    }
    assert found == {"four": ["four"], "Mali": [], "six": ["six"]}
    two = shown(LONG, [span(LONG, "one"), span(LONG, "eighteen")], "snippets")
    assert [two.text[slice(*at)] for at in two.placed(*span(LONG, "Mali"))] == ["Mali"]


def test_of_a_word_that_is_cut_what_is_shown_is_found() -> None:
    text = "a b c d e f g h i " + "x" * 45
    cut = shown(text, [None, None], "snippets")
    assert [cut.text[begin:end] for begin, end in cut.placed(18, 63)] == ["x" * 30]


def test_nothing_is_shown_where_nothing_may_be() -> None:
    assert shown(LONG, [(0, 3), None], "none").text == ""
    assert shown(LONG, [(0, 3), None], "none").spans == (None, None)


def test_a_snippet_has_five_words_on_either_side_of_a_mention() -> None:
    assert shown_text(LONG, [span(LONG, "Paris"), None], "snippets") == (
        "… four five six seven eight Paris ten eleven twelve thirteen fourteen …"
    )


def test_snippets_that_touch_are_one_and_those_apart_have_a_gap_between_them() -> None:
    both = shown_text(LONG, [span(LONG, "Paris"), span(LONG, "Mali")], "snippets")
    assert both == "… " + LONG[LONG.index("four") :]
    apart = shown_text(f"Paris {'x ' * 20}Mali", [(0, 5), (46, 50)], "snippets")
    assert apart == "Paris x x x x x … x x x x x Mali"


def test_a_text_without_mentions_shows_as_many_words_from_its_beginning() -> None:
    assert shown_text(LONG, [None, None], "snippets") == f"{LONG[: LONG.index(' eleven')]} {GAP}"


def test_a_script_without_spaces_is_cut_by_its_characters() -> None:
    text = "法国外交部今天在巴黎宣布将从马里北部撤出全部军队并停止军事合作"
    cut = shown_text(text, [span(text, "巴黎")], "snippets")
    assert cut == "… 部今天在巴黎宣布将从马 …".replace("部今天在", text[3:8])


words = st.lists(st.text("abcé", min_size=1, max_size=6), min_size=1, max_size=40)


@given(words, st.data())
def test_a_mention_is_found_where_a_snippet_says_and_no_more_than_its_words_are_shown(
    tokens: list[str], data: st.DataObject
) -> None:
    text = " ".join(tokens)
    at = [data.draw(st.integers(0, len(tokens) - 1)) for _ in range(2)]
    spans = [(len(" ".join(tokens[:n])) + (n > 0), len(" ".join(tokens[: n + 1]))) for n in at]
    cut = shown(text, spans, "snippets")
    assert [cut.text[slice(*own)] for own in cut.spans if own] == [text[slice(*own)] for own in spans]
    assert len(re.findall(r"[^\s…]+", cut.text)) <= 2 * (2 * WORDS_AROUND + 1)
    assert set(cut.text.replace(GAP, " ").split()) <= set(tokens)


@pytest.mark.parametrize(("term", "may"), [("ne veut pas", True), ("ne veut pas parler", False), ("x" * 41, False)])
def test_a_feature_that_is_a_piece_of_text_is_not_named_where_texts_are_hidden(term: str, may: bool) -> None:
    assert may_show_term(term, "none") is may
    assert may_show_term(term, "snippets") is may
    assert may_show_term(term, "full")
