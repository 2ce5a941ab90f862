"""Fields and analyzers of plug-ins: called, and what they return looked at before it is used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stancekit.corpus.examples import Columns
from stancekit.plugins import Plugin, get

_ANSWERS = ("label", "labels")
"""Columns that a view must not see: it would be what is to be predicted."""
_LONGEST_SHOWN = 60


def plugged_view(name: str, examples: Columns) -> list[str]:
    """Return the view of examples that a plug-in's function makes.

    Raises
    ------
    PluginError
        If it fails, or returns anything but one text for each example.
    """
    plugin = get("field", name)
    # The lists are copies: what the function does to them must not reach others.
    given = {column: list(values) for column, values in examples.items() if column not in _ANSWERS}
    texts = plugin.call(given)
    n_examples = len(examples["text"])
    if not isinstance(texts, list | tuple):
        raise plugin.misbehaved(f"returned {type(texts).__name__}, not a list of texts")
    if len(texts) != n_examples:
        raise plugin.misbehaved(f"returned {len(texts)} texts for {n_examples} examples")
    for row, text in enumerate(texts):
        wrong = _wrong(text)
        if wrong:
            ids = examples.get("id")
            example = f"example {row + 1}" + (f" ({ids[row]})" if ids is not None and ids[row] is not None else "")
            raise plugin.misbehaved(f"returned {wrong} for {example}", "Return '' where there is nothing to say")
    return list(texts)


@dataclass(frozen=True)
class PluggedTokens:
    """Finds the tokens of a text by a plug-in's function.

    Attributes
    ----------
    plugin : Plugin
    """

    plugin: Plugin

    @property
    def key(self) -> str:
        """What counts kept on disk depend on."""
        return f"plug-in {self.plugin.name} {self.plugin.sha256}"

    def __call__(self, text: str) -> list[str]:
        """Return the tokens of a text.

        Raises
        ------
        PluginError
            If the function fails, or returns anything but texts.
        """
        shown = repr(text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "...")
        tokens = self.plugin.call(text, about=f" on the text {shown}")
        if not isinstance(tokens, list | tuple):
            raise self.plugin.misbehaved(f"returned {type(tokens).__name__}, not a list of tokens, for {shown}")
        for token in tokens:
            wrong = _wrong(token)
            if wrong:
                raise self.plugin.misbehaved(f"returned {wrong} as a token of {shown}")
        return list(tokens)


def _wrong(text: Any) -> str:
    """Say what a value is that isn't a text; nothing if it is one."""
    if type(text) is not str:
        return f"{text!r:.{_LONGEST_SHOWN}} ({type(text).__name__})"
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return f"{text!r:.{_LONGEST_SHOWN}}, which is no valid Unicode,"
    return ""
