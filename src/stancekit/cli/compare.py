"""`stancekit compare`: classifiers on the same examples, side by side and tested."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from stancekit.cli.runs import known_language
from stancekit.errors import InputError, Problem
from stancekit.experiment.compare import Comparison, compare
from stancekit.plugins import load_code


@dataclass(frozen=True)
class Files:
    """Where a comparison is written, besides being printed."""

    csv: Path | None = None
    changed: Path | None = None
    latex: Path | None = None
    html: Path | None = None
    language: str | None = None
    force: bool = False


def compare_command(
    paths: Sequence[Path],
    against: str | None,
    examples: int,
    files: Files,
    code: Sequence[Path],
    *,
    as_json: bool,
) -> None:
    """Print a comparison, and write the files asked for when it is whole."""
    if files.language is not None and files.html is None:
        raise InputError(Problem("this is about the page", "--language", hint="Add --html FILE"))
    load_code(code)
    wanted = _renderers(files)
    _refuse_places([path for path, _ in wanted], force=files.force)
    comparison = compare(paths, against=against)
    _write_all({path: render(comparison) for path, render in wanted})
    if as_json:
        print(json.dumps(comparison.to_dict(), ensure_ascii=False))
        return
    from rich.console import Console

    from stancekit.report.comparison import comparison_summary
    from stancekit.report.terminal import print_to

    print_to(Console(highlight=False), comparison_summary(comparison, examples))


def _renderers(files: Files) -> list[tuple[Path, Callable[[Comparison], str]]]:
    from stancekit.report.comparison_files import changes_csv, differences_csv, latex_table
    from stancekit.report.comparison_page import comparison_page

    every: list[tuple[Path | None, Callable[[Comparison], str]]] = [
        (files.csv, differences_csv),
        (files.changed, changes_csv),
        (files.latex, latex_table),
        (files.html, partial(comparison_page, language=known_language(files.language))),
    ]
    return [(path, render) for path, render in every if path is not None]


def _refuse_places(paths: Sequence[Path], *, force: bool) -> None:
    """Refuse files that can't or shouldn't be written, before anything is computed."""
    for number, path in enumerate(paths):
        if path.is_dir():
            raise InputError(Problem("this is a folder, not a file to write", where=str(path)))
        if path.resolve() in [other.resolve() for other in paths[:number]]:
            raise InputError(Problem("two options name the same file", where=str(path)))
        if not force and (path.exists() or path.is_symlink()):
            raise InputError(Problem("the file exists", where=str(path), hint="Name another, or add --force"))
        if not path.parent.is_dir():
            raise InputError(Problem("there is no such folder", where=str(path.parent), hint="Make it first"))


def _write_all(contents: Mapping[Path, str]) -> None:
    """Write every file beside its place, then move all of them there."""
    beside = {path: path.parent / f".{path.name}.{uuid.uuid4().hex[:8]}.partial" for path in contents}
    try:
        try:
            for path, content in contents.items():
                beside[path].write_text(content, encoding="utf-8", newline="")
            for path, partial in beside.items():
                partial.replace(path)
        finally:
            for partial in beside.values():
                partial.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(Problem(f"can't write there: {error.strerror}", where=str(error.filename))) from error
