from __future__ import annotations

import json
import re
from pathlib import Path

from stancekit.config.checks import CHECK_CODES
from stancekit.corpus.checks import KINDS, Finding


def test_every_code_says_what_it_is_why_it_matters_and_what_to_do() -> None:
    assert tuple(KINDS) == CHECK_CODES
    for kind in KINDS.values():
        assert kind.title
        assert not kind.title.endswith(".")
        assert kind.why.endswith(".")
        assert kind.help.endswith(".")
    assert len({kind.title for kind in KINDS.values()}) == len(CHECK_CODES)


def test_every_code_has_its_place_in_the_docs_under_the_same_title(repository: Path) -> None:
    page = (repository / "docs" / "checks.md").read_text(encoding="utf-8")
    places = re.findall(r"^\((sk\d{3})\)=\n### (SK\d{3}) (.+)$", page, re.MULTILINE)
    assert places == [(code.lower(), code, KINDS[code].title) for code in CHECK_CODES]


def test_the_settings_that_help_names_exist(repository: Path) -> None:
    config = (repository / "docs" / "config.md").read_text(encoding="utf-8")
    named = {
        name for kind in KINDS.values() for name in re.findall(r"\b(?:data|evaluation)\.([a-z_.]+[a-z])", kind.help)
    }
    assert named == {"drop_copies", "folds.by", "columns.group"}
    for name in named:
        assert name.rpartition(".")[2] in config


def test_a_finding_as_json_has_the_keys_of_the_contract() -> None:
    finding = Finding("SK001", "warning", "train", ("a", "b"), "two copies", 2, ("a is c",))
    printed = json.loads(json.dumps(finding.as_dict()))
    assert printed["code"] == "SK001"
    assert (printed["severity"], printed["part"], printed["count"], printed["rows"]) == (
        "warning",
        "train",
        2,
        ["a", "b"],
    )
    assert (printed["message"], printed["examples"]) == ("two copies", ["a is c"])
    assert printed["help"] == KINDS["SK001"].help
    assert printed["docs"] == "docs/checks.md#sk001"


def test_a_line_of_a_log_is_one_line_whatever_labels_are_called() -> None:
    finding = Finding("SK106", "note", "test", (), "Mali\nerror SK003: forged\x1b[2J", 1)
    assert finding.line == "note SK106: Mali error SK003: forged [2J"
