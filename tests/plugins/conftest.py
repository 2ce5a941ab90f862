"""A file of plug-ins, and configs that name them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from stancekit import plugins

CODE = """\
from stancekit.plugins import analyzer, field, lexicon


@field("last_words")
def last_words(columns):
    return [" ".join(text.split()[-2:]) for text in columns["text"]]


@analyzer("long_words")
def long_words(text):
    return [word for word in text.split() if len(word) > 4]


@lexicon("verbs")
def verbs():
    return [("soutien*", "support", 2, "object"), ("refuse*", "oppose", -2)]
"""
BLOCKS = """\
[{field: last_words}, {field: masked, analyzer: long_words, ngrams: [1, 2]},\
 {field: masked, analyzer: lexicon, lexicon: verbs, idf: false}]"""


@pytest.fixture(autouse=True)
def _nothing_is_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugins, "_registry", {})
    monkeypatch.setattr(plugins, "_loaded", {})
    monkeypatch.setattr(plugins, "_installed", False)


@pytest.fixture
def write_code(tmp_path: Path) -> Callable[..., Path]:
    def write(code: str = CODE, name: str = "own.py") -> Path:
        path = tmp_path / name
        path.write_text(code, encoding="utf-8")
        return path

    return write


@pytest.fixture
def plugged_config(config_file: Path) -> Path:
    """The small config, with a block for each kind of plug-in."""
    text = config_file.read_text(encoding="utf-8")
    config_file.write_text(text.replace("[{field: masked, ngrams: [1, 2]}]", BLOCKS), encoding="utf-8")
    return config_file
