"""SK301: stop words that turn a stance around."""

from __future__ import annotations

from pathlib import Path

from stancekit.config.features import Block
from stancekit.config.load import load_config
from stancekit.corpus.checks import check_examples
from stancekit.experiment.check import check_config

DATA = {"text": ["Paris refuse."], "label": ["opposes"]}


def found(*blocks: Block) -> list[tuple[int, str]]:
    findings = check_examples(DATA, blocks=blocks)
    return [(finding.count, finding.message) for finding in findings if finding.code == "SK301"]


def test_the_english_list_of_scikit_learn_leaves_out_negation() -> None:
    ((count, said),) = found(Block(field="masked", stop_words="english"))
    for word in ("not", "no", "nor", "never", "against", "without", "cannot"):
        assert word in said.split("leaves out ")[1].split(", ")
    assert count >= 7
    assert "features.blocks.0 (masked)" in said


def test_a_french_list_is_read_without_regard_to_case_and_apostrophes() -> None:
    ((count, said),) = found(Block(field="text"), Block(field="text", stop_words=["Ne", "n’", "le", "contre"]))
    assert (count, said) == (3, "features.blocks.1 (text) leaves out contre, n', ne")


def test_harmless_stop_words_are_no_finding() -> None:
    assert found(Block(field="text", stop_words=["le", "la", "the", "notable"])) == []


def test_a_config_is_checked_for_them(config_file: Path) -> None:
    config = load_config(config_file, ["features.blocks.0.stop_words=[ne, pas]"])
    assert "SK301" in {finding.code for finding in check_config(config).findings}
