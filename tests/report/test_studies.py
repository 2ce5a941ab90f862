"""Studies in figures and tables: hostile names stand as they are, what was not made is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from stancekit.report.studies import study_tables
from stancekit.report.study_figures import save_study

HOSTILE = ["$x$", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\\frac{", "нейтрально", "和平协议"]


def cell(value: float | None, width: float | None = 0.1) -> dict[str, float | None]:
    known = value is not None and width is not None
    return {"value": value, "low": value - width if known else None, "high": value + width if known else None}


def left_out(names: list[str]) -> dict[str, Any]:
    compared = {"unseen": cell(0.4), "seen": cell(0.5), "difference": cell(-0.1, 0.05)}
    rows = [
        {"value": name, "n": 12, "trained_with": 8.5, "lacking": {}, "unconverged": 0, "refused": None, **compared}
        for name in names
    ]
    return {"metric": "macro_f1", "column": "target", "at_least": 10, "others": 2, "rows": rows, "says": "Said.",
            "pooled": {"n": 60, "groups": 5, **compared}}  # fmt: skip


def ablation(names: list[str]) -> dict[str, Any]:
    one = {"score": cell(0.5), "difference": cell(-0.1, 0.05), "refused": None, "unconverged": 0}
    rows = [{"name": name, "without": one, "alone": None} for name in names]
    return {"metric": "macro_f1", "whole": cell(0.6), "rows": rows, "says": "Said."}


def curve(**last: Any) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [
        {"share": share, "groups": 40 * share, "examples": 400 * share, "score": cell(0.5 + share / 10), "lacking": {},
         "baselines": {"majority": 0.2, "names_only": None}, "refused": None, "unconverged": 0}
        for share in (0.1, 0.5, 1.0)
    ]  # fmt: skip
    rows[0] |= last
    return {"metric": "macro_f1", "by": "article", "rows": rows, "last_gain": cell(0.05, 0.01), "says": "Said."}


def texts(path: Path) -> list[str]:
    root = ElementTree.parse(path).getroot()
    return ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("name", ["leave_one_target_out", "leave_one_actor_out", "ablation"])
def test_hostile_names_stand_in_figures_as_they_are_and_cannot_run(tmp_path: Path, name: str) -> None:
    study = ablation(HOSTILE) if name == "ablation" else left_out(HOSTILE)
    save_study(tmp_path / "f.svg", name, study)
    shown = texts(tmp_path / "f.svg")
    suffix = "" if name == "ablation" else " (12)"
    assert all(f"{own}{suffix}" in shown for own in HOSTILE)
    tags = {node.tag.split("}")[-1] for node in ElementTree.parse(tmp_path / "f.svg").getroot().iter()}
    assert not tags & {"script", "img", "image", "foreignObject", "a"}


@pytest.mark.parametrize(
    ("name", "study"),
    [("leave_one_actor_out", left_out(["a"])), ("ablation", ablation(["a"])), ("learning_curve", curve())],
)
def test_the_same_study_gives_the_same_bytes(tmp_path: Path, name: str, study: dict[str, Any]) -> None:
    for file in ("a.svg", "b.svg"):
        save_study(tmp_path / file, name, study)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_controls_in_names_leave_a_figure_that_can_be_read(tmp_path: Path) -> None:
    save_study(tmp_path / "f.svg", "leave_one_target_out", left_out(["a\x1b[31mb\u202ec"]))
    assert "a [31mb c (12)" in texts(tmp_path / "f.svg")


def test_long_names_are_cut_and_many_rows_are_left_to_tables(tmp_path: Path) -> None:
    names = ["x" * 500, *(f"t{i}" for i in range(60))]
    save_study(tmp_path / "f.svg", "leave_one_target_out", left_out(names))
    shown = texts(tmp_path / "f.svg")
    assert max(map(len, shown)) < 60
    assert "t28 (12)" in shown
    assert "t29 (12)" not in shown
    (table,) = study_tables({"leave_one_target_out": left_out(names)}, 0.95)
    assert len(table.rows) == 62


def test_points_and_scores_that_are_not_there_are_not_drawn(tmp_path: Path) -> None:
    save_study(tmp_path / "c.svg", "learning_curve", curve(score=None, refused="too little", lacking={"no": 2}))
    shown = texts(tmp_path / "c.svg")
    assert "majority" in shown
    assert "names only" not in shown
    undefined = ablation(["a"])
    undefined["rows"][0]["without"] = {"score": None, "difference": None, "refused": "nothing left", "unconverged": 0}
    undefined["whole"] = cell(0.5, None)
    save_study(tmp_path / "a.svg", "ablation", undefined)


def test_a_table_says_what_was_lacking_and_what_was_not_made() -> None:
    found = study_tables({"learning_curve": curve(score=None, refused="too little", lacking={"no": 2}, unconverged=1),
                          "ablation": {"refused": "one block"}}, 0.9)  # fmt: skip
    made, refused = found
    assert made.headings == ("share", "articles", "examples", "macro-F1", "90 % interval", "majority", "names only")
    assert made.rows[0] == ("10\u00a0%", "4", "40", "", "", "0.200", "n/a")
    assert made.rows[2] == ("100\u00a0%", "40", "400", "0.600", "0.500 to 0.700", "0.200", "n/a")
    assert made.notes == (
        "10\u00a0%: a label without training examples is never predicted: no in 2 fits.",
        "10\u00a0%: not fitted: too little.",
        "10\u00a0%: in 1 fit a solver stopped before it converged.",
    )
    assert (refused.is_made, refused.says) == (False, "Not made: one block.")


def test_differences_have_their_sign() -> None:
    (table,) = study_tables({"leave_one_target_out": left_out(["deal"])}, 0.95)
    assert table.rows[1] == ("deal", "12", "8", "0.500", "0.400", "−0.100", "−0.150 to −0.050")
    assert table.notes == ("Not left out: 2 targets with fewer than 10 scored examples.",)
