from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from stancekit.report.figures import save_confusion

HOSTILE = ["$x$", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\\frac{", "нейтрально"]


def texts(path: Path) -> list[str]:
    root = ElementTree.parse(path).getroot()
    return ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]


def test_every_label_and_count_stands_in_the_figure_as_it_is(tmp_path: Path) -> None:
    matrix = [[10 * i + j for j in range(5)] for i in range(5)]
    save_confusion(tmp_path / "c.svg", {"labels": HOSTILE, "matrix": matrix}, "Title $1$")
    shown = texts(tmp_path / "c.svg")
    assert all(shown.count(label) == 2 for label in HOSTILE)
    assert {str(value) for row in matrix for value in row} <= set(shown)
    assert "Title $1$" in shown


def test_nothing_in_a_figure_can_run(tmp_path: Path) -> None:
    save_confusion(tmp_path / "c.svg", {"labels": HOSTILE, "matrix": [[1] * 5] * 5}, HOSTILE[1])
    tags = {node.tag.split("}")[-1] for node in ElementTree.parse(tmp_path / "c.svg").getroot().iter()}
    assert not tags & {"script", "img", "image", "foreignObject", "a"}


def test_the_same_matrix_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.svg", "b.svg"):
        save_confusion(tmp_path / name, {"labels": ["no", "yes"], "matrix": [[1, 2], [3, 4]]}, "t")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


@pytest.mark.parametrize("cell", [7, [[1, 2], [3, 4]]])
def test_labels_as_long_as_they_may_be_leave_room_for_the_matrix(tmp_path: Path, cell: Any) -> None:
    labels = ["a" * 100, "b" * 100, "c" * 100]
    rows: list[Any] = [cell] * 3 if isinstance(cell, list) else [[cell] * 3] * 3
    save_confusion(tmp_path / "c.svg", {"labels": labels, "matrix": rows}, "t")
    assert set(labels) <= set(texts(tmp_path / "c.svg"))


def test_a_row_without_gold_examples_is_drawn(tmp_path: Path) -> None:
    save_confusion(tmp_path / "c.svg", {"labels": ["no", "yes"], "matrix": [[0, 0], [1, 2]]}, "t")
    assert "0%" in texts(tmp_path / "c.svg")


@pytest.mark.parametrize(("matrix", "shown"), [([[1.5, 2.0], [0.0, 4.0]], "2.0"), ([[1.0, 2.0], [0.0, 4.0]], "2")])
def test_means_over_repeats_have_one_decimal_and_counts_have_none(
    tmp_path: Path, matrix: list[list[float]], shown: str
) -> None:
    save_confusion(tmp_path / "c.svg", {"labels": ["no", "yes"], "matrix": matrix}, "t")
    assert shown in texts(tmp_path / "c.svg")
