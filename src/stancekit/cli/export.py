"""`stancekit export`: a model for other tools, the scores of a run for a paper, a run for MLflow."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from stancekit.corpus.row_files import refuse_place
from stancekit.errors import InputError, Problem
from stancekit.experiment.run import Run
from stancekit.experiment.store import write_text
from stancekit.models.exports import FORMATS, export_model
from stancekit.models.exports.export import PICKLE
from stancekit.models.persistence import load
from stancekit.plugins import load_code

TABLES = {"csv": ".csv", "latex": ".tex"}
ALL_FORMATS = (*FORMATS, *TABLES, "mlflow")


def export_command(
    source: Path,
    format: str | None,
    output: Path | None,
    code: Sequence[Path],
    tracking: tuple[str | None, str | None],
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Write a model or a run in the format of another tool.

    Parameters
    ----------
    source : Path
        A run folder; of a model its `model/` will do.
    format : str or None
        By the ending of `output` if not given.
    output : Path or None
    code : sequence of Path
        Files with plug-ins.
    tracking : (str or None, str or None)
        Of MLflow: where it keeps runs, and the name of the experiment.
    force : bool
        Replace files that are there.
    as_json : bool
    """
    chosen = _format(format, output)
    if chosen != "mlflow" and tracking != (None, None):
        option = "--uri" if tracking[0] is not None else "--experiment"
        raise InputError(Problem("this is for MLflow", where=option, hint="Add --format mlflow"))
    if chosen == "mlflow":
        if output is not None:
            raise InputError(Problem("MLflow has a place of its own", where="--output", hint="Name it: --uri"))
        _to_mlflow(source, code, tracking, as_json=as_json)
    elif chosen in TABLES:
        _table(source, chosen, output, force=force, as_json=as_json)
    else:
        if output is None:
            raise InputError(Problem(f"{chosen} is a file", hint=f"Name it: --output FILE.{chosen}"))
        _model(source, chosen, output, code, force=force, as_json=as_json)


def _format(format: str | None, output: Path | None) -> str:
    endings = {f".{name}": name for name in FORMATS} | {ending: name for name, ending in TABLES.items()}
    given = format if format is not None else endings.get(output.suffix.lower(), "") if output is not None else ""
    if given not in ALL_FORMATS:
        said = f"can't export as {format!r}" if format is not None else "it isn't said as what"
        hint = "" if format is not None else "Name it: --format, or by the ending of --output"
        raise InputError(Problem(said, "--format", ALL_FORMATS, format, hint=hint))
    return given


def _model(source: Path, format: str, output: Path, code: Sequence[Path], *, force: bool, as_json: bool) -> None:
    export = export_model(load(source, code), output, format, force=force)
    if format == "joblib":
        print(f"warning: {PICKLE}", file=sys.stderr)
    if as_json:
        files = [str(path) for path in export.files]
        known: dict[str, Any] = {"path": str(export.path), "format": export.format, "files": files}
        known |= {"stands_alone": export.stands_alone, "why_not": export.why_not, "trusted": list(export.trusted)}
        print(json.dumps(known, ensure_ascii=False))
        return
    alone = "needs no stancekit" if export.stands_alone else f"needs stancekit: {export.why_not}"
    print(f"{export.path} ({alone})")
    for path in export.files:
        print(path)


def _table(source: Path, format: str, output: Path | None, *, force: bool, as_json: bool) -> None:
    from stancekit.report.run_files import run_csv, run_latex

    if output is not None:
        refuse_place(output, force=force)
    run = Run(source)
    text = run_csv(run) if format == "csv" else run_latex(run)
    if output is None:
        print(json.dumps({format: text}, ensure_ascii=False) if as_json else text, end="\n" if as_json else "")
        return
    write_text(output, text)
    print(json.dumps({"path": str(output), "format": format}, ensure_ascii=False) if as_json else output)


def _to_mlflow(source: Path, code: Sequence[Path], tracking: tuple[str | None, str | None], *, as_json: bool) -> None:
    from stancekit.experiment.mlflow_runs import log_run

    load_code(code)
    logged = log_run(Run(source), *tracking)
    if as_json:
        print(json.dumps(asdict(logged), ensure_ascii=False))
    else:
        there = " (it was there already)" if logged.existed else ""
        print(f"{logged.uri}: run {logged.run} of the experiment {logged.experiment}{there}")
