"""`stancekit train`, and `stancekit.train` for those who call it from code."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from stancekit.config.dump import dump_config
from stancekit.config.load import load_config
from stancekit.experiment.run import Run
from stancekit.experiment.train import plan_experiment, run_experiment
from stancekit.experiment.training import Progress, silent
from stancekit.features.cache import CountCache, cache_folder
from stancekit.plugins import load_code
from stancekit.report.pages import PAGES


def train(
    config: str | Path,
    overrides: Sequence[str] = (),
    *,
    output: str | Path = "experiments",
    jobs: int = 1,
    progress: Progress = silent,
    cache: bool = True,
    code: Sequence[str | Path] = (),
) -> Run:
    """Train and evaluate the experiment of a config.

    Parameters
    ----------
    config : str or Path
        A YAML file.
    overrides : sequence of str
        `KEY=VALUE`, as with `--set`.
    output : str or Path, default="experiments"
        The run is written to `output/<name>/<run_id>/`.
    jobs : int, default=1
        How many fits run at once; -1 for every core. Results don't depend on it.
    progress : callable, optional
        Called with a stage, the steps done and the steps there are.
    cache : bool, default=True
        Keep counts of large corpora on disk, for the next run; see `stancekit.features.cache`.
    code : sequence of (str or Path), default=()
        Files of yours, to be run: they register plug-ins, see `stancekit.plugins`.

    Returns
    -------
    Run
        `run.existed` tells that the same run was there already.

    Raises
    ------
    ConfigError
        With every mistake of the config.
    DataError
        If the data can't be used or folded.
    PluginError
        If a plug-in fails, or returns what it must not.

    Examples
    --------
    >>> import stancekit
    >>> run = stancekit.train("configs/mali.yaml", ["evaluation.folds.repeats=1"], output=getfixture("tmp_path"))
    >>> run.metrics["cv"]["n"]
    52
    """
    command = shlex.join(["stancekit", *sys.argv[1:]]) if Path(sys.argv[0]).stem == "stancekit" else "stancekit.train"
    load_code(code)
    loaded = load_config(config, overrides)
    kept = CountCache(cache_folder()) if cache else None
    return run_experiment(loaded, Path(output), jobs=jobs, command=command, progress=progress, pages=PAGES, cache=kept)


def train_command(
    config: Path,
    overrides: Sequence[str],
    output: Path,
    jobs: int,
    code: Sequence[Path],
    *,
    dry_run: bool,
    quiet: bool,
    as_json: bool,
    cache: bool,
) -> None:
    """Train with progress on stderr and the result on stdout."""
    from rich.console import Console

    from stancekit.cli.progress import shown_progress
    from stancekit.report.summary import RunSummary
    from stancekit.report.terminal import print_to

    if dry_run:
        load_code(code)
        loaded, plan = plan_experiment(load_config(config, overrides))
        print(dump_config(loaded, config.parent), end="")
        print("\n".join(f"# {line}" for line in plan))
        return
    try:
        with shown_progress(quiet or as_json) as progress:
            run = train(config, overrides, output=output, jobs=jobs, progress=progress, cache=cache, code=code)
    except KeyboardInterrupt:
        print("interrupted: no run was written", file=sys.stderr)
        sys.exit(130)
    if run.existed and not quiet:
        print(f"This run exists: {run.path} (same config, same data; nothing was trained again)", file=sys.stderr)
        asked = load_config(config, overrides).report
        if asked != run.config.report:
            how = f"--language {asked.language} --texts {asked.texts}"
            print(f"Its page may differ from what is asked for now: stancekit report {run.path} {how}", file=sys.stderr)
    if as_json:
        print(json.dumps({"path": str(run.path), "existed": run.existed, "metrics": run.metrics}, ensure_ascii=False))
        return
    if quiet:
        print(run.path)
        return
    print_to(Console(highlight=False), RunSummary(run))
    print(f"run     {run.path}\nreport  {run.report}")
