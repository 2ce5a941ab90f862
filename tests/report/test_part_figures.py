"""Stance maps and reliability diagrams as files and on axes of one's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from matplotlib.figure import Figure

import stancekit
from stancekit.errors import InputError
from stancekit.report.drawing import Bin
from stancekit.report.figures import save_confusion
from stancekit.report.part_figures import draw_calibration, draw_stance_map, save_calibration, save_stance_map
from stancekit.report.sections.part import Part
from stancekit.report.sections.stance_map import stance_map

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</text><script>alert(1)</script> $x$ \x1b[31m"
MakePart = Callable[..., Part]


def pairs(actors: str, targets: str) -> dict[str, list[str]]:
    return {"actor": actors.split(), "target": targets.split()}


@pytest.fixture
def part(make_part: MakePart) -> Part:
    """Russia on the deal: gold +1 and 0, predicted +1 and −1; the rest is right: France on it −1, Russia on talks 0."""
    columns = pairs("Russia Russia France Russia", "deal deal deal talks")
    gold, said = ["supports", "neutral", "opposes", "neutral"], ["supports", "opposes", "opposes", "neutral"]
    shares = [[[0.1, 0.2, 0.7], [0.72, 0.2, 0.08], [0.95, 0.05, 0.0], [0.0, 0.95, 0.05]]]
    return make_part(gold, [said], columns=columns, probabilities=shares)


def texts(path: Path) -> list[str]:
    return ["".join(node.itertext()) for node in ElementTree.parse(path).getroot().iter(f"{SVG}text")]


def told(path: Path) -> dict[str, str | None]:
    root = ElementTree.parse(path).getroot()
    assert root.get("role") == "img"
    return {name: root.findtext(f"{SVG}{name}") for name in ("title", "desc")}


def test_a_stance_map_has_a_cell_with_gold_and_prediction_for_each_pair(part: Part, tmp_path: Path) -> None:
    save_stance_map(tmp_path / "map.svg", part, "Cross-validation: 4 examples")
    shown = texts(tmp_path / "map.svg")
    # Russia on the deal: (1 + 0) / 2 and (1 − 1) / 2, of two examples.
    assert {"Russia", "France", "deal", "talks", "+0.5", "−1.0", "0", "2", "1"} <= set(shown)
    assert shown.count("−1.0") == 2
    assert told(tmp_path / "map.svg") == {
        "title": "Who stands where. Cross-validation: 4 examples",
        "desc": "Mean stance from −1, opposes, to +1, supports: gold left, predicted right; small: examples."
        " Russia on deal: gold +0.5, predicted 0; Russia on talks: gold 0, predicted 0;"
        " France on deal: gold −1.0, predicted −1.0.",
    }


def test_halves_of_a_cell_are_coloured_by_their_stance_and_pairs_without_examples_are_left_white(part: Part) -> None:
    axes = Figure().add_subplot()
    found = stance_map(part)
    assert found is not None
    draw_stance_map(axes, found)
    left, right = (own for own in axes.texts if own.get_position()[0] in (0.25, 0.75) and own.get_position()[1] < 1)
    assert (left.get_text(), right.get_text()) == ("+0.5", "0")  # Russia on the deal, in gold and as predicted
    boxes = {(box.get_x(), box.get_y()): box.get_facecolor() for box in axes.patches}  # type: ignore[attr-defined] # rectangles
    assert axes.get_xlabel() == "Target (in each cell gold left, predicted right)"
    assert len(boxes) == 6
    assert all((across, 1.0) not in boxes for across in (1.0, 1.5))  # France said nothing on talks
    red, _, blue, _ = boxes[(0.0, 1.0)]
    assert red > blue  # opposes is orange
    red, _, blue, _ = boxes[(0.0, 0.0)]
    assert blue > red  # half supports is bluish


def test_other_labels_are_named_with_their_share(make_part: MakePart, tmp_path: Path) -> None:
    labels = ["task.labels=[con, pro]"]
    columns = pairs("a a a b", "x x x y")
    own = make_part(["con", "con", "pro", "pro"], [["con", "con", "con", "con"]], columns=columns, overrides=labels)
    save_stance_map(tmp_path / "map.svg", own, "c")
    assert {"con 67 %", "con 100 %", "pro 100 %"} <= set(texts(tmp_path / "map.svg"))


def test_a_reliability_diagram_has_a_dot_for_each_step_with_its_interval(part: Part, tmp_path: Path) -> None:
    save_calibration(tmp_path / "c.svg", part, "Cross-validation: 4 examples")
    # 0.70 is right and 0.72 wrong, both of 0.95 are right.
    assert told(tmp_path / "c.svg") == {
        "title": "Calibration. Cross-validation: 4 examples",
        "desc": "Share of right predictions by probability: of 2 predictions with about 71%, 50% are right;"
        " of 2 predictions with about 95%, 100% are right.",
    }
    axes = Figure().add_subplot()
    draw_calibration(axes, [Bin(0.25, 0.5, 0.1, 0.9, 4), Bin(0.9, 1.0, 0.6, 1.0, 1)])
    offsets = axes.collections[0].get_offsets()
    assert [tuple(map(float, place)) for place in offsets] == [(0.25, 0.5), (0.9, 1.0)]
    larger, smaller = axes.collections[0].get_sizes()  # type: ignore[attr-defined] # of a scatter plot
    assert larger > smaller
    _, *whiskers = [line.get_ydata() for line in axes.lines]
    assert [tuple(map(float, ends)) for ends in whiskers] == [(0.1, 0.9), (0.6, 1.0)]  # type: ignore[arg-type] # numbers


def test_the_same_part_gives_the_same_bytes(part: Part, tmp_path: Path) -> None:
    for save in (save_stance_map, save_calibration):
        for name in "ab":
            save(tmp_path / name, part, "c")
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_names_in_figures_are_text_and_nothing_in_them_can_run(make_part: MakePart, tmp_path: Path) -> None:
    columns = {"actor": [HOSTILE, "b"], "target": ["x", HOSTILE]}
    own = make_part(["opposes", "neutral"], [["opposes", "opposes"]], columns=columns)
    save_stance_map(tmp_path / "map.svg", own, HOSTILE)
    save_confusion(tmp_path / "c.svg", {"labels": [HOSTILE, "b"], "matrix": [[1, 0], [0, 1]]}, HOSTILE)
    for name in ("map.svg", "c.svg"):
        tags = {node.tag.split("}")[-1] for node in ElementTree.parse(tmp_path / name).getroot().iter()}
        assert not tags & {"script", "img", "image", "foreignObject", "a"}
        assert "\x1b" not in (tmp_path / name).read_text(encoding="utf-8")
        assert "<script>" in str(told(tmp_path / name)["title"])


def test_without_pairs_or_probabilities_no_file_is_written(make_part: MakePart, tmp_path: Path) -> None:
    own = make_part(["opposes"], [["opposes"]], columns={"target": ["t"]})
    save_stance_map(tmp_path / "map.svg", own, "c")
    save_calibration(tmp_path / "c.svg", own, "c")
    assert not list(tmp_path.iterdir())


def test_a_matrix_is_told_in_words(tmp_path: Path) -> None:
    save_confusion(tmp_path / "c.svg", {"labels": ["no", "yes"], "matrix": [[1, 2], [3, 4]]}, "t")
    assert told(tmp_path / "c.svg")["desc"] == (
        "For each gold label what was predicted. no: 1 no, 2 yes; yes: 3 no, 4 yes."
    )
    save_confusion(tmp_path / "d.svg", {"labels": ["no"], "matrix": [[[9, 1], [2, 5]]]}, "t")
    assert told(tmp_path / "d.svg")["desc"] == "For each label. no: 5 found, 2 missed, 1 wrongly said."


def test_a_run_has_both_figures_as_files_and_on_axes(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    assert {"stance_map.svg", "calibration.svg"} <= {path.name for path in (run.path / "figures").iterdir()}
    axes = Figure().add_subplot()
    assert run.plot.stance_map(axes) is axes
    drawn = {text.get_text() for text in axes.texts}
    assert drawn - {""} <= set(texts(run.path / "figures" / "stance_map.svg"))
    axes = Figure().add_subplot()
    assert run.plot.calibration(axes) is axes
    assert axes.get_xlabel() == "Probability given"
    with pytest.raises(InputError, match="no scores of 'test'"):
        run.plot.calibration(axes, part="test")


def test_a_run_that_cannot_be_drawn_so_says_why(write_run: Callable[..., Path]) -> None:
    gold: dict[str, Any] = {"a1/x": "no", "a2/x": "yes"}
    path = write_run("00000000000a", gold, gold)
    metrics = json.loads((path / "metrics.json").read_text(encoding="utf-8"))
    (path / "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")
    run = stancekit.Run(path)
    with pytest.raises(InputError, match="needs actors, targets and one label each"):
        run.plot.stance_map()
    with pytest.raises(InputError, match=r"no probabilities.*calibration=platt"):
        run.plot.calibration()
