"""Decoding and folding: nothing but text, and never a character out of place."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stancekit.corpus.text import decode, fold, straighten
from stancekit.errors import DataError


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet=st.characters()))
@example("İİ’ʼ")
@example("ΑΣ İ")
@example("ŉ ǰ ΐ ẞ ﬁ")
def test_folding_keeps_every_character_in_its_place(text):
    folded = fold(text)
    assert len(folded) == len(text)
    for own, before in zip(folded, text, strict=True):
        # A capital sigma has two small ones, by whether it ends a word.
        small = before.lower() if len(before.lower()) == 1 else before
        assert own in {small, "'" if before in "’ʼ" else small, "ς" if before == "Σ" else small}


@settings(deadline=None, max_examples=100)
@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [("L’État", "l'état"), ("QUʼIL", "qu'il"), ("İzmir’", "İzmir'"), ("ÇA", "ça"), ("", "")],
)
def test_folding_by_hand(text, folded):
    assert fold(text) == folded


def test_straightening_changes_apostrophes_and_nothing_else():
    assert straighten("« L’État » ‘dit’ ʼ “oui”") == "« L'État » ‘dit' ' “oui”"


@settings(deadline=None, max_examples=100)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_utf8_is_read_as_written_with_or_without_a_byte_order_mark(text):
    assert decode(b"\xef\xbb\xbf" + text.encode(), "a.txt") == text
    assert decode(text.encode(), "a.txt") == text.removeprefix("\ufeff")


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=40))
def test_any_bytes_are_text_or_a_data_error(raw):
    try:
        text = decode(raw, "a.txt")
    except DataError:
        with pytest.raises(UnicodeDecodeError):
            raw.decode()
    else:
        assert text.encode() == raw.removeprefix(b"\xef\xbb\xbf")


def test_windows_bytes_are_named_with_line_byte_and_likely_encoding():
    with pytest.raises(DataError) as caught:
        decode("Bon\nl’été\n".encode("cp1252"), "a.csv")
    assert str(caught.value).startswith("a.csv:2: not UTF-8: byte 0x92 at position 5")
    assert "cp1252" in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le"])
def test_utf16_with_its_mark_is_recognised(encoding):
    raw = "été".encode(encoding)
    marked = raw if encoding == "utf-16" else "\ufeff".encode(encoding) + raw
    with pytest.raises(DataError, match=r"a\.csv:1: not UTF-8.*UTF-16"):
        decode(marked, "a.csv")
