"""`stancekit runs`: the runs there are."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import cast, get_args

from stancekit.config.report import Language
from stancekit.errors import InputError, Problem, RefusedError, StancekitError
from stancekit.experiment.run import Run
from stancekit.experiment.store import find_runs, write_text


def list_runs(folder: Path) -> tuple[list[Run], list[StancekitError]]:
    """Return the runs in a folder of experiments, by name and id, and what is wrong with those that can't be read."""
    from stancekit.report.run_rows import read_runs

    runs, damaged = read_runs(find_runs(folder))
    return runs, [own.error for own in damaged]


def write_runs_page(folder: str | Path, *, language: str | None = None, force: bool = False) -> Path:
    """Put all runs of a folder of experiments on one page, its `index.html`.

    Parameters
    ----------
    folder : str or Path
        Runs that can't be read are listed there, with the reason.
    language : {"en", "fr"}, optional
        That of the runs' own pages, where they have one in common, if not given; else English.
    force : bool, default=False
        Replace an index.html that stancekit didn't write, too.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    InputError
        If there is no such folder, it can't be written to, or the language isn't known.
    RefusedError
        If an index.html is there that stancekit didn't write, or the folder is a run.
    """
    from stancekit.report.index_page import index_page, refuse_foreign
    from stancekit.report.run_rows import read_runs

    asked = known_language(language)
    place = Path(folder)
    paths = find_runs(place)
    page = refuse_foreign(place, force=force)
    runs, damaged = read_runs(paths)
    write_text(page, index_page(runs, damaged, place, asked))
    return page


def known_language(language: str | None) -> Language | None:
    """Return the language that a page is asked for in.

    Raises
    ------
    InputError
        If it isn't known.
    """
    known = get_args(Language)
    if language is not None and language not in known:
        raise InputError(Problem(f"{language!r} can't be asked for", where="--language", allowed=known, given=language))
    return cast("Language | None", language)


def runs_command(folder: Path, *, as_json: bool) -> None:
    """Print the runs in a folder."""
    from rich.console import Console

    from stancekit.report.terminal import print_to, runs_table

    runs, errors = list_runs(folder)
    if as_json:
        print(json.dumps([{"path": str(run.path), "metrics": run.metrics} for run in runs], ensure_ascii=False))
    elif runs:
        print_to(Console(highlight=False), runs_table(runs))
    elif not errors:
        print(f"no runs in {folder}; train one: stancekit train --config configs/mali.yaml", file=sys.stderr)
    if errors:
        raise RefusedError(problem for error in errors for problem in error.problems)


def runs_page_command(folder: Path, language: str | None, *, force: bool, as_json: bool) -> None:
    """Write the page of all runs and print where it is."""
    page = write_runs_page(folder, language=language, force=force)
    print(json.dumps({"path": str(page)}, ensure_ascii=False) if as_json else page)
