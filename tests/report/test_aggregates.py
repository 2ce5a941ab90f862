from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from rich.console import Console

from stancekit.errors import InputError
from stancekit.evaluation.aggregate import aggregate
from stancekit.report.aggregates import aggregates_table, refuse_undrawable, save_aggregates
from stancekit.report.terminal import print_to

LABELS = ["no", "mid", "yes"]
SCALE = {"no": -1.0, "mid": 0.0, "yes": 1.0}
HOSTILE = ["$x$", "<script>alert(1)</script>", "a\x1b[31mb\x00", "\\frac{", "мнение"]


def columns_of(n: int = 30) -> dict[str, list[Any]]:
    return {
        "label": [LABELS[i % 3] for i in range(n)],
        "actor": [HOSTILE[i % 5] for i in range(n)],
        "target": [None if i % 7 == 0 else "deal" for i in range(n)],
        "article": [f"a{i // 2}" for i in range(n)],
        "date": [None if i == 3 else f"2021-{1 + i % 12:02d}" for i in range(n)],
    }


def draw(path: Path, by: list[str], scale: dict[str, float] | None = SCALE, **columns: list[Any]) -> list[str]:
    """Return the texts of a figure."""
    save_aggregates(path, aggregate(columns_of() | columns, by, LABELS, scale=scale), by, LABELS, scale)
    tags = {node.tag.split("}")[-1] for node in ElementTree.parse(path).getroot().iter()}
    assert not tags & {"script", "img", "image", "foreignObject", "a"}
    found = ElementTree.parse(path).getroot().iter("{http://www.w3.org/2000/svg}text")
    return ["".join(node.itertext()) for node in found]


def test_a_heat_map_has_the_mean_and_the_number_of_examples_of_each_pair(tmp_path: Path) -> None:
    actors, targets = ["A", "A", "B", "B"] * 3, ["x", "y", "x", "x"] * 3
    labels = ["yes", "no", "yes", "mid"] * 3
    shown = draw(
        tmp_path / "f.svg", ["actor", "target"], actor=actors, target=targets, label=labels, article=actors, date=actors
    )
    assert {"A", "B", "x", "y", "+1.00", "-1.00", "+0.50"} <= set(shown)
    assert sorted(text for text in shown if text.isdigit()) == ["3", "3", "6"]


@pytest.mark.parametrize("by", [["actor"], ["actor", "target"], ["month"], ["year", "actor", "target"]])
@pytest.mark.parametrize("scale", [SCALE, None])
def test_every_figure_is_drawn_of_hostile_names_and_the_same_each_time(
    tmp_path: Path, by: list[str], scale: dict[str, float] | None
) -> None:
    shown = draw(tmp_path / "a.svg", by, scale)
    draw(tmp_path / "b.svg", by, scale)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    if "actor" in by:
        assert any("<script>alert(1)</script>" in text for text in shown)
        assert any("a [31mb" in text for text in shown)


def test_what_is_not_drawn_is_said(tmp_path: Path) -> None:
    many = [f"actor {i}" for i in range(60)]
    columns = columns_of(60) | {"actor": many}
    assert any("20 names not drawn" in text for text in draw(tmp_path / "a.svg", ["actor"], **columns))
    lines = draw(tmp_path / "b.svg", ["month", "actor"], **columns)
    assert any("53 more not drawn; 1 examples without a month" in text for text in lines)


def test_months_that_are_missing_leave_a_gap(tmp_path: Path) -> None:
    dates = ["2021-01", "2021-02", "2021-05"] * 10
    draw(tmp_path / "a.svg", ["month"], date=dates)
    root = ElementTree.parse(tmp_path / "a.svg").getroot()
    ticks = [node for node in root.iter("{http://www.w3.org/2000/svg}g") if node.get("id", "").startswith("xtick")]
    places = [float(use.get("x", "nan")) for tick in ticks for use in tick.iter("{http://www.w3.org/2000/svg}use")]
    first, second, third = places
    assert (third - second) / (second - first) == pytest.approx(3.0, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "by", "said"),
    [
        ("f.png", ("actor",), r"\.svg"),
        ("f.svg", ("actor", "target", "speaker"), "3 keys can't be drawn"),
        ("f.svg", ("month", "year"), "one axis of time"),
    ],
)
def test_a_figure_that_cannot_be_is_refused(name: str, by: tuple[str, ...], said: str) -> None:
    with pytest.raises(InputError, match=said):
        refuse_undrawable(Path(name), by)


def test_the_table_has_shares_with_intervals_and_what_must_be_said() -> None:
    columns = {
        "label": ["no", "yes"] * 5,
        "article": [f"a{i}" for i in range(10)],
        "actor": ["A\x1b[2J"] * 8 + [None] * 2,
    }
    sink = StringIO()
    cells = aggregate(columns, ["actor"], LABELS, scale=SCALE)
    print_to(Console(file=sink), aggregates_table(cells, ["actor"], LABELS, ["Said."]))
    known, unknown = sink.getvalue().splitlines()[2:4]
    assert known.split()[0] == "A"
    assert "\x1b" not in known
    # Standard error sqrt(1/28), t of 7 degrees of freedom 2.3646, on the logit scale: 1 / (1 + exp(∓1.7875)).
    assert "50% (14–86)" in known
    assert unknown.split()[0] == "–"
    assert "50% (n/a)" in unknown
    assert sink.getvalue().rstrip().endswith("Said.")
