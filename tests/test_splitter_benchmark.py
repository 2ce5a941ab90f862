"""The score of the splitter benchmark, on a text small enough to count by hand."""

from __future__ import annotations

import pytest
from benchmarks.splitters.answer import found_again
from benchmarks.splitters.gold import inside_quotations, read_gold, running_text, score, tallies

GOLD = [["Un.", "M. Deux.", "Trois."], ["Quatre."]]


def test_a_gold_file_is_rebuilt_with_spaces_and_empty_lines(tmp_path):
    file = tmp_path / "dev.txt"
    file.write_text("Un.\nM. Deux.\nTrois.\n\nQuatre.\n", encoding="utf-8")
    assert read_gold(file) == [running_text(GOLD)]
    assert running_text(GOLD).text == "Un. M. Deux. Trois.\n\nQuatre."
    assert [sorted(paragraph.boundaries) for paragraph in running_text(GOLD).paragraphs] == [[3, 12], []]


def test_the_end_of_a_paragraph_counts_for_nobody():
    text = running_text(GOLD)
    assert tallies(text, [(0, 3), (4, 12), (13, 19), (21, 28)]) == [(2, 2, 2), (0, 0, 0)]
    assert tallies(text, [(0, 3), (4, 12), (13, 28)]) == [(2, 2, 2), (0, 0, 0)]


def test_white_space_at_the_end_of_a_sentence_is_left_out_and_an_empty_span_ignored():
    assert tallies(running_text(GOLD), [(0, 4), (4, 13), (13, 21), (20, 21), (21, 28)]) == [(2, 2, 2), (0, 0, 0)]


def test_a_wrong_split_and_a_missed_one_both_cost():
    rows = tallies(running_text(GOLD), [(0, 3), (4, 6), (7, 19), (21, 28)])
    assert rows == [(1, 2, 2), (0, 0, 0)]
    measured = score(rows)
    assert (measured.f1, measured.precision, measured.recall) == (0.5, 0.5, 0.5)


def test_strings_are_found_again_in_order():
    assert found_again("Non. Non.\n\nOui.", ["Non. ", "Non.", "\n\n", "Oui."]) == [(0, 4), (5, 9), (11, 15)]
    with pytest.raises(ValueError, match="not found"):
        found_again("Non.", ["Oui."])


def test_a_split_inside_quotation_marks_can_be_left_out():
    text = running_text([["Il dit : « Oui. Non. »", "Fin."]])
    spans = [(0, 15), (16, 22), (23, 27)]
    assert tallies(text, spans) == [(1, 2, 1)]
    assert tallies(text, spans, inside_quotations(text.text)) == [(1, 1, 1)]
