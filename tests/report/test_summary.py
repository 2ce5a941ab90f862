"""What `train` ends with: how it is laid out, and that nothing in it is more than text."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style
from rich.text import Text

from stancekit.config.schema import Config
from stancekit.errors import printable
from stancekit.report.canvas import Canvas
from stancekit.report.confusion_lines import SHADES, confusion_lines
from stancekit.report.score_lines import score_lines
from stancekit.report.summary import ScoresSummary, score_blocks
from stancekit.report.terminal import print_to

HOSTILE = [
    "支持者の意見" * 16,
    "[red]",
    "\x1b[31mred\x1b[0m",
    "two\nlines",
    "支持者",
    "מתנגד",
    "a" * 100,
    "e\u0301",
    "{x}",
    ":smile:",
]
STANCES = ["opposes", "neutral", "supports"]


def config(**evaluation: Any) -> Config:
    return Config.model_validate({"data": {"train": [{"path": "a.jsonl"}]}, "evaluation": evaluation})


def cell(value: float | None, low: float | None = None, high: float | None = None) -> dict[str, float | None]:
    return {"value": value, "low": low, "high": high}


def scores(labels: list[str] = STANCES, matrix: Any = None, **given: Any) -> dict[str, Any]:
    """Return SCORES: macro_f1 0.750 from 0.700 to 0.800, above names_only, and no worse than text_only."""
    rivals = {
        "text_only": {"macro_f1": {**cell(0.76, 0.6, 0.9), "difference": cell(-0.01, -0.2, 0.2)}},
        "names_only": {"macro_f1": {**cell(0.5, 0.4, 0.6), "difference": cell(0.25, 0.1, 0.4)}},
        "target_only": None,
    }
    counts = matrix or [[40, 8, 2], [6, 30, 4], [0, 3, 7]]
    return {
        "n": 100,
        "groups": 40,
        "repeats": 1,
        "metrics": {"macro_f1": cell(0.75, 0.7, 0.8), "accuracy": cell(0.77)},
        "per_label": {label: {"f1": cell(0.5, 0.25, 0.75)} for label in labels},
        "baselines": {},
        "beside": rivals,
        "confusion": {"labels": labels, "matrix": counts},
        "warnings": [],
        **given,
    }


def plain(lines: list[Text]) -> list[str]:
    return [line.plain for line in lines]


def square(n: int) -> list[list[int]]:
    return [[10 if i == j else (3 * i + j) % 5 for j in range(n)] for i in range(n)]


def test_scores_of_both_parts_stand_side_by_side_beside_the_baselines() -> None:
    parts = {"cross-validation": scores(), "the test set": scores(n=9, groups=1, metrics={"macro_f1": cell(-0.5)})}
    assert plain(score_lines(parts, config(primary="macro_f1"), Canvas(80))) == [
        "95 % intervals       cross-validation     the test set",
        "examples             100 in 40 articles   9 in 1 article",
        "macro_f1             0.750 0.700–0.800    -0.500",
        "accuracy             0.770                   n/a",
        "F1 of opposes        0.500 0.250–0.750     0.500 0.250–0.750",
        "F1 of neutral        0.500 0.250–0.750     0.500 0.250–0.750",
        "F1 of supports       0.500 0.250–0.750     0.500 0.250–0.750",
        "baselines, macro_f1",
        "text_only            0.760 0.600–0.900 !   0.760 0.600–0.900 !",
        "names_only           0.500 0.400–0.600     0.500 0.400–0.600",
    ]


def test_in_a_narrow_terminal_the_parts_stand_below_each_other() -> None:
    parts = {"cross-validation": scores(), "the test set": scores()}
    lines = plain(score_lines(parts, config(primary="macro_f1"), Canvas(40)))
    assert len(lines) == 2 * 10
    assert lines[0] == "95 % intervals       cross-validation"
    assert lines[2] == "macro_f1             0.750 0.700–0.800"
    assert lines[10:12] == ["95 % intervals       the test set", "examples             100 in 40 articles"]


@pytest.mark.parametrize(("width", "lines"), [(56, 10), (55, 20)])
def test_parts_stand_side_by_side_as_long_as_names_get_fourteen_columns(width: int, lines: int) -> None:
    # Each part takes two columns before it and the 19 of "0.760 0.600–0.900 !": 14 + 2 * 21 = 56.
    parts = {"cross-validation": scores(), "the test set": scores()}
    assert len(score_lines(parts, config(primary="macro_f1"), Canvas(width))) == lines


@pytest.mark.parametrize(("width", "columns"), [(37, STANCES), (36, ["1", "2", "3"])])
@pytest.mark.parametrize("colours", [True, False])
def test_columns_have_names_and_shares_as_long_as_there_is_room(width: int, columns: list[str], colours: bool) -> None:
    # The names of the labels take 8 + 1 columns, and with a space on either side 9 + 9 + 10 above the cells: 37.
    lines = plain(confusion_lines({"x": scores()}, Canvas(width, colours)))
    assert lines[1].split() == ["gold", *columns]
    assert ("80%" in lines[2]) == (width == 37)


def test_where_there_is_no_room_for_intervals_only_they_are_left_out() -> None:
    lines = plain(score_lines({"the test set": scores()}, config(primary="macro_f1"), Canvas(24)))
    assert lines[:3] == ["            the test set", "examples      100", "macro_f1    0.750"]
    assert lines[-2:] == ["text_only   0.760 !", "names_only  0.500"]


def test_baselines_that_score_alike_share_a_line_and_lower_is_better_for_a_loss() -> None:
    metric = {name: {"log_loss": cell(value)} for name, value in (("a", 0.9), ("b", 0.7), ("c", 0.9))}
    rivals = {name: {"log_loss": {**own["log_loss"], "difference": cell(-0.1)}} for name, own in metric.items()}
    own = scores(metrics={"log_loss": cell(0.6)}, beside=rivals, per_label={})
    lines = plain(score_lines({"x": own}, config(primary="log_loss"), Canvas(80)))
    assert lines[2:] == [
        "log_loss             0.600",
        "baselines, log_loss",
        "b                    0.700",
        "a, c                 0.900",
    ]


def test_of_many_metrics_and_labels_those_that_matter_are_shown_and_the_others_counted() -> None:
    names = [f"metric_{at}" for at in range(9)]
    labels = [f"label_{at:02}" for at in range(20)]
    f1 = {label: {"f1": cell(0.9 - 0.01 * at)} for at, label in enumerate(labels)}
    own = scores(
        labels,
        square(20),
        metrics={name: cell(0.5) for name in names} | {"macro_f1": cell(0.7)},
        per_label=f1,
        beside={},
    )
    lines = plain(score_lines({"x": own}, config(primary="macro_f1"), Canvas(80)))
    assert [line.split()[0] for line in lines[2:7]] == ["macro_f1", "metric_0", "metric_1", "metric_2", "metric_3"]
    assert lines[7] == "5 more metrics"
    assert [line.split()[2] for line in lines[8:14]] == [f"label_{at}" for at in (19, 18, 17, 16, 15, 14)]
    assert lines[14:] == ["14 more labels, better than these"]


def test_annotators_stand_beside_the_model_where_there_are_several() -> None:
    people = {"metrics": {"macro_f1": cell(0.9, 0.8, 0.95)}, "annotators": 3}
    lines = plain(score_lines({"x": scores(ceiling=people)}, config(primary="macro_f1"), Canvas(80)))
    assert "annotators, macro_f1  0.900 0.800–0.950" in lines


def test_the_matrices_stand_side_by_side_with_the_share_of_each_gold_label() -> None:
    parts = {"cross-validation": scores(), "the test set": scores()}
    assert plain(confusion_lines({"cross-validation": parts["cross-validation"]}, Canvas(80))) == [
        "          predicted, cross-validation",
        "gold      opposes  neutral  supports",
        "opposes   40  80%   8  16%    2   4%",
        "neutral    6  15%  30  75%    4  10%",
        "supports   0   0%   3  30%    7  70%",
    ]
    both = plain(confusion_lines(parts, Canvas(80)))
    assert len(both) == 5
    assert both[2].split() == ["opposes", *["40", "80%", "8", "16%", "2", "4%"] * 2]


@pytest.mark.parametrize("colours", [True, False])
def test_where_names_of_columns_have_no_room_columns_are_numbered(colours: bool) -> None:
    labels = ["supports_the_junta", "opposes_the_junta", "neutral"]
    lines = plain(confusion_lines({"x": scores(labels)}, Canvas(50, colours)))
    assert lines[1].split() == ["gold", "1", "2", "3"]
    assert [line.split()[:2] for line in lines[2:]] == [[str(at), label] for at, label in enumerate(labels, 1)]
    assert "80%" in lines[2]


@pytest.mark.parametrize("width", [40, 44, 60, 80, 100])
def test_the_parts_are_called_alike_and_by_their_whole_names(width: int) -> None:
    labels = ["supports_the_junta_in_mali", "opposes_the_junta_in_mali", "neutral"]
    parts = {"cross-validation": scores(labels), "the test set": scores(labels)}
    lines = " ".join(plain(confusion_lines(parts, Canvas(width, colours=True))))
    assert "cross-validation" in lines
    assert "the test set" in lines
    assert lines.count("predicted, ") in (0, 2)


def test_a_matrix_that_would_be_too_large_is_put_into_words() -> None:
    matrix = square(20)
    matrix[4][7], matrix[7][4] = 60, 20
    labels = [f"label_{at:02}" for at in range(20)]
    lines = plain(confusion_lines({"x": scores(labels, matrix)}, Canvas(200)))
    assert lines[0] == "The most frequent mistakes"
    # The row of label_04 holds 60, the right 10, and four times 0 + 1 + 2 + 3 + 4 but for what those two replaced.
    others = sum((3 * 4 + j) % 5 for j in range(20) if j not in (4, 7))
    assert lines[1] == f"label_04 taken for label_07: 60 ({60 / (70 + others):.0%})"
    assert len(lines) == 7


def test_of_label_sets_what_was_found_missed_and_wrongly_said_is_shown() -> None:
    matrix = [[[80, 5], [4, 11]], [[70, 0], [15, 15]]]
    assert plain(confusion_lines({"the test set": scores(["a", "b"], matrix)}, Canvas(60))) == [
        "       the test set",
        "label    found   missed  wrongly said",
        "a      11  73%   4  27%             5",
        "b      15  50%  15  50%             0",
    ]
    many = scores([f"l{at}" for at in range(20)], [[[1, at], [1, 1]] for at in range(20)])
    assert plain(confusion_lines({"x": many}, Canvas(60)))[1] == "l19: missed 1, wrongly said 19"


def test_a_part_without_a_matrix_or_a_mistake_says_so() -> None:
    assert confusion_lines({"x": scores([], [[]])}, Canvas(60)) == []
    right = [[int(i == j) for j in range(13)] for i in range(13)]
    lines = plain(confusion_lines({"x": scores([f"l{i}" for i in range(13)], right)}, Canvas(60)))
    assert lines == ["The most frequent mistakes", "none"]


@given(
    st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30)), min_size=2, max_size=14, unique=True),
    st.integers(30, 130),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["utf-8", "ascii", "latin-1"]),
)
@settings(max_examples=80, deadline=None)
def test_no_line_is_wider_than_the_terminal_and_none_says_more_than_text(
    labels: list[str], width: int, colours: bool, two_parts: bool, encoding: str
) -> None:
    own = scores(labels, square(len(labels)), repeats=3)
    parts = {"cross-validation": own, "the test set": own} if two_parts else {"the test set": own}
    canvas = Canvas(width, colours, encoding)
    drawn = confusion_lines(parts, canvas)
    is_matrix = not drawn[0].plain.startswith("The most frequent")
    for line in [*score_lines(parts, config(primary="macro_f1"), canvas), *(drawn if is_matrix else [])]:
        assert cell_len(line.plain) <= width, line.plain
    for line in score_blocks(parts, config(primary="macro_f1"), canvas):
        assert line.plain == printable(line.plain)
        line.plain.encode(encoding)


@pytest.mark.parametrize("label", HOSTILE)
@pytest.mark.parametrize("width", [40, 80, 120])
def test_hostile_labels_are_shown_as_text(label: str, width: int) -> None:
    file = io.StringIO()
    console = Console(file=file, width=width, force_terminal=True, color_system="256", highlight=False)
    own = scores([label, "other"], [[3, 1], [1, 3]], worst=[{"by": "target", "value": label, "n": 12, "score": 0.5}])
    print_to(console, ScoresSummary(label, "new examples", own, config(primary="macro_f1")))
    shown = file.getvalue()
    assert not re.sub(r"\x1b\[[\d;]*m", "", shown).count("\x1b")
    if len(label) < 30:
        assert printable(label) in re.sub(r"\x1b\[[\d;]*m", "", shown)
    if label == HOSTILE[1]:
        assert "\x1b[31mred" not in shown


def luminance(rgb: tuple[int, int, int]) -> float:
    """Return the relative luminance of a colour, as WCAG 2 has it."""
    parts = [value / 255 for value in rgb]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(style: Style) -> float:
    assert style.color is not None
    assert style.bgcolor is not None
    light, dark = sorted((luminance(tuple(own.get_truecolor())) for own in (style.color, style.bgcolor)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("shade", SHADES[1:])
def test_a_number_can_be_read_on_its_shade_whatever_the_terminal_looks_like(shade: str) -> None:
    assert contrast(Style.parse(shade)) >= 4.5


@pytest.mark.parametrize("shade", SHADES[1:])
def test_a_number_can_be_read_on_its_shade_with_sixteen_colours(shade: str) -> None:
    style = Style.parse(shade)
    assert style.color is not None
    assert style.bgcolor is not None
    fewer = [own.downgrade(ColorSystem.STANDARD) for own in (style.color, style.bgcolor)]
    assert contrast(Style(color=fewer[0], bgcolor=fewer[1])) >= 4.0


def test_the_darker_a_shade_the_larger_the_share() -> None:
    lines = confusion_lines({"x": scores(["a", "b"], [[9, 1], [0, 0]])}, Canvas(80, colours=True))
    styles = [[span.style for span in line.spans if "on color" in str(span.style)] for line in lines[2:]]
    assert styles == [["bold color(231) on color(27)"], []]
    assert not [
        span for line in confusion_lines({"x": scores()}, Canvas(80)) for span in line.spans if "on" in span.style
    ]


def test_warnings_are_their_first_sentence_and_those_about_baselines_are_in_the_verdict() -> None:
    warnings = [
        {"code": "one_article", "message": "All 9 examples are from one article. They say nothing about another."},
        {"code": "baseline_not_beaten", "message": "The baseline text_only (0.760) scores no worse."},
    ]
    worst = [
        {"by": "target", "value": "deal", "n": 34, "score": 0.41, "low": 0.3, "high": 0.52},
        {"by": "case", "value": "negated", "n": 61, "score": 0.4, "low": None, "high": None},
        {"by": "actor", "value": "France", "n": 61, "score": None, "low": None, "high": None},
    ]
    own = scores(warnings=warnings, worst=worst)
    lines = plain(list(score_blocks({"the test set": own}, config(primary="macro_f1"), Canvas(80))))
    assert lines[lines.index("Weakest: case negated 0.400 (n = 61)") :] == [
        "Weakest: case negated 0.400 (n = 61)",
        "! All 9 examples are from one article.",
        "The test set: not shown to be better than text_only (0.760) in macro_f1. The words of the sentence are enough"
        " here: knowing who is asked about what adds nothing that could be shown.",
    ]
    both = plain(list(score_blocks({"cv": own, "test": own}, config(primary="macro_f1"), Canvas(80))))
    assert "! test: All 9 examples are from one article." in both
    assert "Weakest in cv: case negated 0.400 (n = 61)" in both
