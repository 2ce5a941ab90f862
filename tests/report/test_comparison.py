from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.console import Console

import stancekit
from stancekit.experiment.compare import Comparison
from stancekit.report.comparison import comparison_summary
from stancekit.report.comparison_files import changes_csv, differences_csv, latex_table
from stancekit.report.comparison_page import comparison_page, zoomed
from stancekit.report.paper import escape_latex
from stancekit.report.terminal import print_to

Write = Callable[..., Path]

GOLD = {f"a{i}/{x}": label for i in range(6) for x, label in (("x", "yes"), ("y", "no"))}
NO = dict.fromkeys(GOLD, "no")


def rendered(comparison: Comparison, examples: int = 10) -> str:
    file = io.StringIO()
    print_to(Console(file=file), comparison_summary(comparison, examples))
    return file.getvalue()


@pytest.fixture
def two(write_run: Write) -> Comparison:
    return stancekit.compare([write_run("00000000000a", GOLD, NO), write_run("00000000000b", GOLD, GOLD)])


@pytest.fixture
def three(write_run: Write) -> Comparison:
    said = (NO, GOLD, GOLD | {"a0/x": "no"})
    return stancekit.compare([write_run(f"00000000000{i}", GOLD, own) for i, own in zip("abc", said, strict=True)])


def test_the_terminal_shows_difference_sentence_test_and_changes(two: Comparison) -> None:
    text = rendered(two)
    assert "cross-validation: 12 examples in 6 articles; 00000000000b minus 00000000000a" in text
    assert "accuracy   +0.500" in text
    assert two.parts["cv"].pairs[0].said in text
    assert "00000000000a alone is right on 0, 00000000000b alone on 6, p = 0.031." in text
    assert "From 00000000000a to 00000000000b: 6 became right, 0 became wrong, 0 wrong otherwise." in text
    assert "! 6 articles are few" in text
    assert "Holm" not in text


def test_the_terminal_lists_as_many_examples_of_each_kind_as_asked_for(two: Comparison) -> None:
    assert [len(re.findall(r"a\d/[xy]", rendered(two, count))) for count in (0, 2, 100)] == [0, 2, 6]


def test_of_several_pairs_each_is_named_and_adjusted(three: Comparison) -> None:
    text = rendered(three)
    assert "p (Holm)" in text
    # 2 of 64 swaps, times three pairs.
    assert re.search(r"00000000000a +00000000000b +accuracy +\+0.500 .* 0.031 +0.094", text)


def test_names_from_files_cannot_act_on_a_terminal(write_run: Write, tmp_path: Path) -> None:
    path = tmp_path / "the\x1b[31mirs.csv"
    path.write_text("id,label\n" + "".join(f"{id},yes\n" for id in GOLD), encoding="utf-8")
    comparison = stancekit.compare([write_run("00000000000a", GOLD, NO), path])
    assert "\x1b" not in rendered(comparison)
    assert "\x1b" not in comparison_page(comparison)
    assert "\x1b" not in latex_table(comparison)


def test_csv_has_a_row_for_every_pair_and_metric(three: Comparison) -> None:
    rows = list(csv.DictReader(io.StringIO(differences_csv(three))))
    assert [(row["first"][-1], row["second"][-1], row["metric"]) for row in rows] == [
        ("a", "b", "accuracy"),
        ("a", "c", "accuracy"),
        ("b", "c", "accuracy"),
    ]
    first = rows[0]
    assert (first["first_value"], first["second_value"], first["difference"]) == ("0.5", "1.0", "0.5")
    assert (float(first["p"]), float(first["p_adjusted"])) == (2 / 64, 6 / 64)
    assert (first["part"], first["n"], first["groups"], first["by"]) == ("cv", "12", "6", "article")


def test_csv_of_changes_has_every_example_and_both_predictions(three: Comparison) -> None:
    rows = list(csv.DictReader(io.StringIO(changes_csv(three))))
    assert len(rows) == 6 + 5 + 1
    assert rows[-1] == {
        "part": "cv",
        "first": "00000000000b",
        "second": "00000000000c",
        "change": "became wrong",
        "id": "a0/x",
        "gold": "yes",
        "first_predicted": "yes",
        "second_predicted": "no",
    }


def test_latex_says_what_was_tested_and_shows_scores_difference_and_p(three: Comparison) -> None:
    table = latex_table(three)
    assert "% cross-validation: 12 examples in 6 articles\n" in table
    assert "permutation test that swaps whole groups" in table
    assert "Holm-adjusted over 3 pairs" in table
    assert re.search(
        r"^accuracy & \$0\.500\$ \[\$0\.100\$, \$0\.900\$\] & .*\$\+0\.500\$ .* & \$0\.094\$ \\\\$", table, re.MULTILINE
    )
    for line in table.split("\n"):
        if line.endswith(r"\\"):
            assert line.count("&") - line.count(r"\&") == 4


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a_b", r"a\_b"),
        ("50 % & #1 ${x}", r"50 \% \& \#1 \$\{x\}"),
        ("\\input{/etc/passwd}", r"\textbackslash{}input\{/etc/passwd\}"),
        ("~^<>|", r"\textasciitilde{}\textasciicircum{}\textless{}\textgreater{}\textbar{}"),
        ("a\nb", "a b"),
    ],
)
def test_latex_shows_special_characters_as_they_are(text: str, escaped: str) -> None:
    assert escape_latex(text) == escaped


def test_a_name_cannot_leave_a_comment_of_latex(write_run: Write, tmp_path: Path) -> None:
    path = tmp_path / "x\n\\input{y}.csv"
    path.write_text("id,label\n" + "".join(f"{id},yes\n" for id in GOLD), encoding="utf-8")
    table = latex_table(stancekit.compare([write_run("00000000000a", GOLD, NO), path]))
    assert r"\input" not in table


class Tags(HTMLParser):
    """Collects tags and attributes, and that every tag is closed."""

    VOID = ("meta", "wbr", "br")

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_stands_alone_and_is_well_formed(three: Comparison) -> None:
    page = comparison_page(three)
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert page.startswith("<!doctype html>")
    names = {tag for tag, _ in tags.seen}
    assert {"svg", "table", "details"} <= names
    assert names & {"link", "img", "iframe"} == set()
    assert [tag for tag, _ in tags.seen].count("script") == 2
    links = [attributes["href"] for _, attributes in tags.seen if "href" in attributes]
    assert links == ["#cv"]
    assert not any("src" in attributes for _, attributes in tags.seen)
    for pair in three.parts["cv"].pairs:
        assert pair.said in page
    assert page.count("<circle") == 3 + 3


def test_the_page_fills_the_circles_of_what_is_significant_only(two: Comparison, three: Comparison) -> None:
    # Of two runs p is 0.031; of three the least p after Holm is 0.094.
    assert [comparison_page(own).count('class="dot unsure"') for own in (two, three)] == [0, 3]


def test_the_page_escapes_names_labels_and_ids(write_run: Write, tmp_path: Path) -> None:
    label = "<b>yes</b>"
    gold = {id: label if own == "yes" else own for id, own in GOLD.items()} | {"a0/<script>": "no"}
    no = dict.fromkeys(gold, "no")
    run = write_run("00000000000a", gold, no, labels=f"[no, '{label}']")
    path = tmp_path / "<img src=x>.csv"
    path.write_text("id,label\n" + "".join(f"{id},{label}\n" for id in gold), encoding="utf-8")
    page = comparison_page(stancekit.compare([run, path]))
    assert not re.search(r"<(img|b)\b", page)
    assert page.count("<script") == 2
    assert "&lt;b&gt;yes&lt;/b&gt;" in page
    assert "a0/&lt;script&gt;" in page


def test_the_page_shows_the_keys_that_differ(config_file: Path, tmp_path: Path) -> None:
    runs = [stancekit.train(config_file, [f"model.C={c}"], output=tmp_path / "out") for c in (1, 3)]
    page = comparison_page(stancekit.compare(runs))
    assert re.search(r'<code>model.C</code></th><td class="name">1.0</td><td class="name">3.0</td>', page)
    assert "features.blocks" not in page


@pytest.mark.parametrize(
    ("values", "zero", "low", "high"),
    [
        ([0.25, -0.1], True, -0.3, 0.3),
        ([0.04, None], True, -0.04, 0.04),
        ([], True, -0.01, 0.01),
        ([0.61, 0.4, None], False, 0.4, 0.8),
        ([0.59, 0.75], False, 0.5, 0.9),
        ([0.92, 0.995], False, 0.9, 1.0),
        ([0.5], False, 0.49, 0.51),
        ([1.0], False, 0.98, 1.0),
        ([], False, -0.01, 0.01),
    ],
)
def test_a_scale_has_room_for_every_value_and_a_round_middle(
    values: list[float | None], zero: bool, low: float, high: float
) -> None:
    scale = zoomed(values, zero=zero)
    assert (scale.low, scale.high) == pytest.approx((low, high))
