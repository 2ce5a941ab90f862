from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from stancekit.report import words
from stancekit.report.words import CATALOGUES, Words

SOURCE = Path(words.__file__).parents[1]


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_language_has_the_same_keys() -> None:
    assert set(CATALOGUES["fr"]) == set(CATALOGUES["en"])


@pytest.mark.parametrize("key", sorted(CATALOGUES["en"]))
def test_a_text_has_the_same_places_in_every_language_and_is_not_empty(key: str) -> None:
    assert len({frozenset(places(catalogue[key])) for catalogue in CATALOGUES.values()}) == 1
    assert all(catalogue[key] for catalogue in CATALOGUES.values())


def test_what_templates_and_script_ask_for_is_in_the_catalogue() -> None:
    asked: set[str] = set()
    for file in [
        *SOURCE.glob("templates/**/*.j2"),
        *SOURCE.glob("sections/*.py"),
        SOURCE / "page.py",
        SOURCE / "index_page.py",
        SOURCE / "comparison_page.py",
        SOURCE / "studies.py",
    ]:
        text = file.read_text(encoding="utf-8")
        asked |= set(re.findall(r'\bsay\("([\w.]+)"', text))
    script = "".join(file.read_text(encoding="utf-8") for file in SOURCE.glob("static/*.js"))
    asked |= set(re.findall(r"\bsay\('([\w.]+)'", script)) | set(re.findall(r"strings\['([\w.]+)'\]", script))
    assert len(asked) > 60
    assert asked <= set(CATALOGUES["en"])


def test_numbers_are_written_as_the_language_writes_them() -> None:
    english, french = Words("en"), Words("fr")
    assert (english.number(-0.5), french.number(-0.5)) == ("−0.500", "−0,500")
    assert (english.whole(12345), french.whole(12345)) == ("12,345", "12\u202f345")
    assert english.number(None) == "n/a"


def test_zero_is_plural_in_english_and_singular_in_french() -> None:
    assert (Words("en").count(0, "example"), Words("fr").count(0, "example")) == ("0 examples", "0 exemple")


def test_what_the_catalogue_does_not_know_keeps_its_own_name() -> None:
    assert Words("fr").name("metric", "our_metric") == "our metric"
    assert Words("fr").groups(3, "outlet") == "3 groupes selon «\u00a0outlet\u00a0»"
