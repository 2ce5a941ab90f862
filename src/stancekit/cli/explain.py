"""`stancekit explain`: which words and features speak for which label."""

from __future__ import annotations

import json
import os
import sys
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stancekit.corpus.examples import as_columns
from stancekit.corpus.linking import link_spans
from stancekit.corpus.text import decode, has_half_a_character
from stancekit.errors import DataError, InputError, Problem, printable
from stancekit.models.explained import Explanation
from stancekit.models.explanation import explain
from stancekit.models.persistence import load
from stancekit.models.stance_model import StanceModel

STDIN = "-"
SHOWN = 10
LONGEST_NAME = 256
"""Of a file, in bytes."""


@dataclass(frozen=True)
class Question:
    """What is to be explained.

    Attributes
    ----------
    text : str or None
        A sentence; `-` is standard input, None asks about the model as a whole.
    actor, target, label : str or None
    top : int or None
        How many features; None is 10 in a terminal and all of a sentence in JSON.
    """

    text: str | None
    actor: str | None = None
    target: str | None = None
    label: str | None = None
    top: int | None = None


def explain_command(
    path: Path, asked: Question, html: Path | None, code: Sequence[Path], *, force: bool, as_json: bool
) -> None:
    """Print an explanation of a sentence, or the strongest features of a model; write a page if asked to."""
    if asked.text is None:
        _refuse_without_text(asked, html)
        _print_model(load(path, code), asked, as_json=as_json)
        return
    if html is not None:
        _refuse_existing(html, force=force)
    text = _read(asked.text)
    model = load(path, code)
    [own] = explain(model, as_columns(text, actor=asked.actor, target=asked.target))
    own.contrast(asked.label)  # an unknown label is refused before anything is written
    for said in (*_likely_mistakes(asked), *unknown_names(model, text, asked)):
        print(printable(said), file=sys.stderr)
    if html is not None:
        from stancekit.models.explanation_shown import explanation_page

        _write(html, explanation_page([own], f"Explanation: {text}", asked.label))
        print(f"page: {printable(str(html))}", file=sys.stderr)
    _print_sentence(own, asked, as_json=as_json)


def _likely_mistakes(asked: Question) -> list[str]:
    name = os.fsencode(asked.text or "")
    if len(name) < LONGEST_NAME and b"\0" not in name and Path(os.fsdecode(name)).is_file():
        return [f"{asked.text!r} is explained as a text, though a file is called so: to read it, give - < {asked.text}"]
    return []


def unknown_names(model: StanceModel, text: str, asked: Question) -> list[str]:
    """Say which names the model doesn't know, or doesn't find in the text: it is explained all the same."""
    columns = as_columns(text, actor=asked.actor, target=asked.target)
    spans = link_spans(columns, model.gazetteer)
    known = {"actor": model.gazetteer.actor_names, "target": model.gazetteer.target_names}
    said = []
    for role, name in (("actor", asked.actor), ("target", asked.target)):
        if name is None:
            continue
        if name not in known[role]:
            said.append(str(Problem(f"the model knows no {role} {name!r}", allowed=known[role], given=name)))
        if spans[f"{role}_start"][0] is None:
            said.append(f"the text has no mention of the {role} {name!r}")
    return said


def _refuse_without_text(asked: Question, html: Path | None) -> None:
    given = {"--actor": asked.actor, "--html": html}
    wrong = next((option for option, value in given.items() if value is not None), None)
    if wrong is not None:
        raise InputError(Problem(f"{wrong} is for a sentence", hint="Give its text behind the model"))


def _read(text: str) -> str:
    if text == STDIN:
        text = decode(sys.stdin.buffer.read(), "<stdin>").strip()
    if not text.strip():
        raise DataError(Problem("the text is empty"))
    if has_half_a_character(text):
        raise DataError(Problem("the text is no valid Unicode", hint="Give it in UTF-8"))
    return text


def _print_model(model: StanceModel, asked: Question, *, as_json: bool) -> None:
    found = model.top_features(asked.label, asked.top or SHOWN, asked.target)
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    from rich.console import Console

    from stancekit.models.explanation_shown import top_features_in_terminal
    from stancekit.report.terminal import print_to

    print_to(Console(highlight=False), top_features_in_terminal(found))


def _print_sentence(own: Explanation, asked: Question, *, as_json: bool) -> None:
    if as_json:
        shown = own.to_dict()
        if asked.top is not None:
            shown["features"] = [share._asdict() for share in own.top(asked.label, asked.top)]
        print(json.dumps(shown, ensure_ascii=False))
        return
    from rich.console import Console

    from stancekit.models.explanation_shown import explanation_in_terminal
    from stancekit.report.terminal import print_to

    print_to(Console(highlight=False), explanation_in_terminal(own, asked.label, asked.top or SHOWN))


def _refuse_existing(path: Path, *, force: bool) -> None:
    if path.is_dir():
        raise DataError(Problem("is a folder", where=str(path), hint="Name a file"))
    if not force and (path.exists() or path.is_symlink()):
        raise DataError(Problem("the file exists", where=str(path), hint="Name another file, or give --force"))


def _write(path: Path, page: str) -> None:
    """Write a file beside its place and move it there, so that half a page is never seen."""
    partial = path.parent / f".{path.name}.{uuid.uuid4().hex[:8]}.partial"
    try:
        try:
            partial.write_text(page, encoding="utf-8")
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise DataError(Problem(f"can't write the page: {error.strerror}", where=str(path))) from error
