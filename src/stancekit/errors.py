"""The exceptions that stancekit raises on purpose, and how they are worded.

    StancekitError                what the command line turns into a message and an exit code
    ├── InputError      exit 2    bad usage, config or data: nothing was started
    │   ├── ConfigError           every mistake of a config at once, each with its place
    │   └── DataError             a file of articles or examples that can't be used as it is
    └── RefusedError    exit 1    it ran, and found or refused something
        ├── ModelError            a saved model that is damaged, foreign or unsafe
        └── PluginError           a user's function that fails, or isn't what it should be

Each carries one or more `Problem`: what, where, what is allowed, the closest match, the next step.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LISTED_AT_MOST = 12


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, in the words a user reads.

    Parameters
    ----------
    message : str
        What is wrong.
    where : str, default=""
        `file:line:col`, `file: row n` or the name of what was given.
    allowed : sequence of str, default=()
        What would have been accepted.
    given : str or None, default=None
        What stood there; the closest of `allowed` is proposed.
    hint : str, default=""
        What to do next.
    excerpt : str, default=""
        The offending source line(s), numbered, shown below the message.

    Examples
    --------
    >>> print(Problem("unknown key 'modle'", "a.yaml:3:1", ("data", "model"), "modle"))
    a.yaml:3:1: unknown key 'modle'; did you mean 'model'? Allowed: data, model
    """

    message: str
    where: str = ""
    allowed: Sequence[str] = ()
    given: str | None = None
    hint: str = ""
    excerpt: str = ""

    def __str__(self) -> str:
        head = printable(f"{self.where}: {self.message}" if self.where else self.message)
        match = closest(self.given, self.allowed) if self.given is not None else None
        tail = []
        if match is not None:
            tail.append(f"did you mean {match!r}?")
        if self.allowed:
            more = len(self.allowed) - LISTED_AT_MOST
            names = ", ".join(self.allowed[:LISTED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
            tail.append(f"Allowed: {names}")
        if self.hint:
            tail.append(self.hint)
        text = f"{head}; {printable(_sentences(tail))}" if tail else head
        return f"{text}\n{self.excerpt}" if self.excerpt else text


class StancekitError(Exception):
    """Base of every error that is the input's fault and not stancekit's.

    Parameters
    ----------
    problems : Problem, str or iterable of Problem
        What is wrong; `str(error)` shows all of them.
    """

    exit_code = 1

    def __init__(self, problems: Problem | str | Iterable[Problem]) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[StancekitError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class InputError(StancekitError, ValueError):
    """Bad usage, config or data; nothing was started."""

    exit_code = 2


class ConfigError(InputError):
    """Everything that is wrong with a config."""


class DataError(InputError):
    """A file of articles or examples that can't be used as it is."""


class RefusedError(StancekitError):
    """It ran, and found or refused something."""


class ModelError(RefusedError):
    """A saved model that is damaged, foreign or unsafe."""


class PluginError(RefusedError):
    """A user's function that fails, or isn't what it should be."""


def printable(text: str) -> str:
    """Return text without characters that a terminal would act on; names and articles are not to be trusted."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else " " for character in text)


def closest(given: str, allowed: Sequence[str]) -> str | None:
    """Return the entry of `allowed` that `given` was probably meant to be.

    Examples
    --------
    >>> closest("macro_f", ["accuracy", "macro_f1"])
    'macro_f1'
    >>> closest("zzz", ["accuracy", "macro_f1"]) is None
    True
    """
    folded = {name.casefold(): name for name in reversed(allowed)}
    matches = difflib.get_close_matches(given.casefold(), folded, n=1, cutoff=0.6)
    return folded[matches[0]] if matches else None


def _sentences(parts: Sequence[str]) -> str:
    return " ".join(
        part if part.endswith(("?", ".")) or i == len(parts) - 1 else part + "." for i, part in enumerate(parts)
    )
