"""Settings of a config that undo what stance depends on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stancekit.config.features import Block
from stancekit.corpus.checks.findings import Finding
from stancekit.corpus.text import fold

TURNS_A_STANCE = frozenset(
    "no not nor never none neither without against cannot can't don't doesn't didn't won't isn't aren't wasn't unless"
    " ne n' pas non ni jamais aucun aucune guère sans contre".split()
)
"""Words of negation and opposition, English and French."""


def find_removed_negation(blocks: Sequence[Block]) -> Iterator[Finding]:
    """Yield SK301: stop words that turn a stance around."""
    for number, block in enumerate(blocks):
        removed = sorted(TURNS_A_STANCE & {fold(word) for word in _stop_words(block)})
        if removed:
            said = f"features.blocks.{number} ({block.field}) leaves out {', '.join(removed)}"
            values = {"key": f"features.blocks.{number}", "field": block.field, "words": removed}
            yield Finding("SK301", "warning", "config", (), said, len(removed), values=values)


def _stop_words(block: Block) -> Sequence[str]:
    if block.stop_words != "english":
        return block.stop_words or ()
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return sorted(ENGLISH_STOP_WORDS)
