"""`stancekit report`: the page of a run, made anew."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast, get_args

from stancekit.config.report import Language, Report, TextsShown
from stancekit.errors import InputError, Problem
from stancekit.experiment.reread import read_results
from stancekit.experiment.run import Run
from stancekit.experiment.store import write_text
from stancekit.plugins import load_code
from stancekit.report.page import report_page


def rebuild_report(
    path: str | Path,
    *,
    language: str | None = None,
    texts: str | None = None,
    code: Sequence[str | Path] = (),
    trust: Sequence[str] | None = None,
) -> Path:
    """Make report.html of a finished run anew, from its folder and, if they are still there, its data files.

    Parameters
    ----------
    path : str or Path
        A run folder.
    language : {"en", "fr"}, optional
        As the run's config says, if not given.
    texts : {"full", "snippets", "none"}, optional
        Likewise. Without the data files there are no texts.
    code : sequence of (str or Path), default=()
        Files with the plug-ins of the run.
    trust : sequence of str, optional
        Classes in its `plugin.skops`; see `stancekit.load`.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    InputError
        If there is no run, or what is asked for isn't known.
    RefusedError
        If the run is damaged.
    """
    load_code(code)
    run = Run(path)
    own = run.config.report
    asked = Report(
        language=cast("Language", _known("--language", language or own.language, get_args(Language))),
        texts=cast("TextsShown", _known("--texts", texts or own.texts, get_args(TextsShown))),
    )
    results = read_results(run, asked, code, trust)
    write_text(run.report, report_page(results, (run.path / "config.yaml").read_text(encoding="utf-8")))
    return run.report


def report_command(
    path: Path,
    language: str | None,
    texts: str | None,
    code: Sequence[Path],
    *,
    as_json: bool,
    trust: Sequence[str] | None = None,
) -> None:
    """Make a page anew and print where it is."""
    page = rebuild_report(path, language=language, texts=texts, code=code, trust=trust)
    shown = get_args(TextsShown)
    trained = Run(path).config.report.texts
    if texts is not None and shown.index(texts) > shown.index(trained):
        print(
            f"Only the page shows less: doubts.csv and findings.json have texts as they were trained (report.texts:"
            f" {trained}). For a folder without them, train with --set report.texts={texts} and another --output.",
            file=sys.stderr,
        )
    print(json.dumps({"path": str(page)}, ensure_ascii=False) if as_json else page)


def _known(option: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise InputError(Problem(f"{value!r} can't be asked for", where=option, allowed=allowed, given=value))
    return value
