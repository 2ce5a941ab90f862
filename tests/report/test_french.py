"""What checks, scores, studies and comparisons find is said in French from codes and values, not from sentences."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import stancekit
from stancekit.config.checks import CheckCode
from stancekit.config.features import Block
from stancekit.corpus.checks import Finding, check_examples
from stancekit.corpus.checks.findings import KINDS
from stancekit.evaluation.pair_verdict import Found
from stancekit.report.comparison_page import comparison_page
from stancekit.report.sections.data import _finding
from stancekit.report.sections.verdict import warnings
from stancekit.report.studies import study_tables
from stancekit.report.words import Words
from stancekit.report.words.fr_facts import CHECKS, NOTES, PAIRS, STUDIES

FRENCH = Words("fr")
WriteRun = Callable[..., Path]


def cell(value: float, low: float | None, high: float | None) -> dict[str, float | None]:
    return {"value": value, "low": low, "high": high}


def spoiled() -> dict[str, list[Any]]:
    """Examples with something to find in nearly every way there is."""
    rows = [
        (
            "e1",
            "a",
            "La France ne soutient pas du tout le nouvel accord de coopération avec Wagner ici.",
            "junta",
            "no",
        ),
        (
            "e2",
            "a",
            "La France ne soutient pas du tout le nouvel accord de coopération avec Wagner ici.",
            "junta",
            "no",
        ),
        (
            "e3",
            "b",
            "La France ne soutient pas du tout le nouvel accord de coopération avec Wagner ici.",
            "junta",
            "yes",
        ),
        ("e4", "b", "La France ne soutient pas du tout le nouvel accord de coopération avec Wagner là.", "Junta", "no"),
        ("e5", "c", "Lâ€™Ã©lection Ã  venir.", "vote", "yes"),
        ("e6", "c", "mot " * 600, "vote", "yes"),
        ("e7", "d", "2021.", "vote", "yes"),
    ]
    names = ("id", "article", "text", "target", "label")
    return {name: [row[at] for row in rows] for at, name in enumerate(names)}


def test_every_check_is_worded_in_french_with_known_places() -> None:
    assert set(CHECKS) == set(get_args(CheckCode)) == set(KINDS)
    known = {"n", "total", "rows", "share", "share_of_rows", "of_part", "texts", "whats", "few", "labels", "moved"}
    known |= {"names", "most", "longest", "key", "field", "words"}
    for words in CHECKS.values():
        assert all((words.title, words.said, words.why, words.help))
        assert {name for _, name, _, _ in string.Formatter().parse(words.said) if name} <= known


def test_what_is_found_in_examples_is_said_in_french_with_its_numbers() -> None:
    block = Block(field="text", stop_words="english")
    found = check_examples(spoiled(), spoiled(), task_labels=["no", "yes"], blocks=[block])
    shown = {own.code: _finding(own, FRENCH) for own in found}
    assert {"SK001", "SK003", "SK101", "SK102", "SK103", "SK203", "SK204", "SK205", "SK301"} <= set(shown)
    assert {own["lang"] for own in shown.values()} == {"fr"}
    assert not any("{" in own["message"] for own in shown.values())
    first = next(_finding(own, FRENCH) for own in found if own.code == "SK001" and own.part == "train")
    assert first["message"] == "Exemples d’apprentissage qui en répètent un précédent\u00a0: 2 sur 7 (29\u00a0%)"
    assert shown["SK003"]["message"].endswith("\u00a0: 7 sur 7 (100\u00a0%)")
    assert shown["SK204"]["message"].endswith("plus de 2\u202f000 caractères\u00a0: 1, le plus long en a 2\u202f400")
    assert "no 3 ; yes 4" in shown["SK103"]["message"]


def test_labels_that_moved_and_names_never_seen_are_named_in_french() -> None:
    train = {"text": [f"mot {at}" for at in range(80)], "label": ["no"] * 20 + ["yes"] * 60, "target": ["deal"] * 80}
    test = {"text": [f"nom {at}" for at in range(80)], "label": ["no"] * 60 + ["yes"] * 20, "target": ["vote"] * 80}
    shown = {own.code: _finding(own, FRENCH)["message"] for own in check_examples(train, test)}
    assert "no 25\u00a0% à l’apprentissage, 75\u00a0% au test" in shown["SK105"]
    assert (
        shown["SK106"]
        == "Cibles du jeu de test que l’apprentissage n’a pas\u00a0: 1, exemples concernés\u00a0: 80 (vote)"
    )


def test_a_finding_of_an_earlier_version_stays_english_and_says_so() -> None:
    old = Finding("SK001", "warning", "train", ["a"] * 9, "1 of 4 train examples repeat an earlier one", 1)
    shown = _finding(old, FRENCH)
    assert (shown["message"], shown["lang"]) == (old.message, "en")
    assert shown["rows"] == "a, a, a, a, a et 4 de plus"
    whole = _finding(replace(old, values={"rows": 1, "total": 4}), FRENCH)
    assert whole["message"].endswith("1 sur 4 (25\u00a0%)")


def test_the_english_page_says_what_findings_json_says() -> None:
    old = Finding("SK001", "warning", "train", ["a"], "1 of 4 train examples repeat an earlier one", 1)
    assert _finding(old, Words("en"))["message"] == old.message
    assert _finding(old, Words("en"))["title"] == KINDS["SK001"].title


def test_warnings_of_a_search_are_in_french(make_part) -> None:
    found = [
        {"code": "edge_of_search", "message": "…", "values": {"key": "model.C", "value": 0.1, "which": "smallest"}},
        {"code": "chosen_on_scored", "message": "…", "values": {"settings": 12}},
        {"code": "few_groups", "message": "…", "values": {"groups": 4, "narrow": True}},
        {"code": "few_groups", "message": "…", "values": {"groups": 4, "narrow": False}},
        {"code": "few_groups", "message": "4 sentences are few."},
    ]
    part = make_part(["neutral"], [["neutral"]], scores={"warnings": found}, language="fr")
    edge, chosen, narrow, wide, old = warnings(part)
    assert edge["message"].startswith("Dans la recherche, model.C = 0,1 est la plus petite valeur essayée")
    assert "parmi 12 sur les exemples mêmes" in chosen["message"]
    assert ("trop étroits" in narrow["message"], "trop étroits" in wide["message"]) == (True, False)
    assert old == {"code": "few_groups", "message": "4 sentences are few.", "lang": "en"}


def test_studies_are_in_french_from_what_they_found() -> None:
    rows = [
        {"share": share, "groups": groups, "examples": 10.0 * groups, "score": cell(0.5, 0.4, 0.6), "baselines": {}}
        for share, groups in ((0.8, 8.0), (1.0, 10.0))
    ]
    curve = {
        "metric": "macro_f1",
        "by": "article",
        "rows": rows,
        "last_gain": cell(0.02, 0.01, 0.03),
        "says": "English.",
    }
    (table,) = study_tables({"learning_curve": curve | {"found": {"code": "rises"}}}, 0.95, FRENCH)
    assert table.title == "Courbe d’apprentissage"
    assert table.says.startswith("La courbe monte encore à la fin, +0,020 (+0,010 à +0,030) de 8 à 10 articles")
    assert table.rows[0][:4] == ("80\u00a0%", "8", "80", "0,500")
    (old,) = study_tables({"learning_curve": curve}, 0.95, FRENCH)
    assert (old.says, old.lang) == ("English.", "en")


def test_a_study_that_was_not_made_says_why_in_french() -> None:
    why = {"code": "few_groups", "groups": 8, "by": "article", "least": 10}
    found = {"learning_curve": {"refused": "few", "why": why}, "ablation": {"refused": "few"}}
    curve, ablation = study_tables(found, 0.95, FRENCH)
    assert curve.says == (
        "Pas faite\u00a0: un pli apprend sur 8 articles\u00a0; une courbe d’apprentissage en demande 10 au moins."
    )
    assert (ablation.says, ablation.lang) == ("Pas faite\u00a0: few.", "en")


def test_every_sentence_on_two_classifiers_and_every_note_has_its_french() -> None:
    assert set(get_args(Found)) <= set(PAIRS)
    source = Path(stancekit.__file__).parent / "experiment"
    written = "".join((source / name).read_text(encoding="utf-8") for name in ("compare.py", "aligned.py"))
    codes = set(re.findall(r'Note\(\w+, "(\w+)"', written))
    assert len(codes) >= 5
    assert codes <= set(NOTES)
    studies = "".join(file.read_text(encoding="utf-8") for file in source.glob("studies/*.py"))
    assert set(re.findall(r'NotMadeError\([^"]*"[^"]*",\s*"(\w+)"', studies)) <= set(STUDIES["refused"])


def test_a_comparison_is_in_the_language_of_its_runs_or_the_one_asked_for(write_run: WriteRun) -> None:
    gold = {f"a{at}/x": "yes" if at % 2 else "no" for at in range(12)}
    no, french = dict.fromkeys(gold, "no"), "report: {language: fr}\n"
    runs = [write_run(f"00000000000{at}", gold, own, more=french) for at, own in enumerate((no, gold))]
    comparison = stancekit.compare(runs)
    page = comparison_page(comparison)
    assert '<html lang="fr">' in page
    said = re.search(r'<p class="verdict">(.*?)</p>', page)
    assert said is not None
    assert said[1].startswith("000000000001 a une valeur plus haute que 000000000000 (exactitude)&#160;: +0,500 (")
    assert "est seul juste 0 fois, 000000000001 6 fois, p = 0,031." in page
    assert comparison.parts["cv"].pairs[0].found == "higher"
    assert '<html lang="en">' in comparison_page(comparison, "en")
    mixed = [runs[0], write_run("000000000002", gold, gold)]
    assert '<html lang="en">' in comparison_page(stancekit.compare(mixed))
