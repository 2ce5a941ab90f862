"""`stancekit check`: coded findings about data and config."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stancekit.config.load import load_config
from stancekit.config.sources import Columns
from stancekit.corpus.checks import check_examples
from stancekit.corpus.readers import open_source, read_source
from stancekit.errors import InputError, Problem
from stancekit.experiment.check import Checked, check_config
from stancekit.plugins import load_code

NO_LABELS = "no example has a label in a column 'label' or 'labels': labels were not checked"
CONFIG_ENDINGS = (".yaml", ".yml")


def check_data(data: Path, test: Path | None = None, format: str | None = None, encoding: str = "utf-8") -> Checked:
    """Check a file of examples, and another one as its test set; their columns must have our names.

    Raises
    ------
    DataError
        If a file can't be read.
    """
    read = [
        read_source(open_source(file, format=format, encoding=encoding), Columns())
        for file in (data, test)
        if file is not None
    ]
    log = [] if any(_has_labels(columns) for columns in read) else [NO_LABELS]
    counts = {part: len(columns["text"]) for part, columns in zip(("train", "test"), read, strict=False)}
    return Checked(check_examples(*read), counts, log=log)


def _has_labels(columns: Mapping[str, Sequence[Any]]) -> bool:
    return any(any(columns.get(name, ())) for name in ("label", "labels"))


def check_command(
    source: Path,
    overrides: Sequence[str],
    test: Path | None,
    format: str | None,
    encoding: str,
    code: Sequence[Path],
    *,
    as_json: bool,
) -> None:
    """Print findings; exit with 1 if one of them is an error."""
    from rich.console import Console

    from stancekit.report.findings import findings_view
    from stancekit.report.terminal import print_to

    load_code(code)
    checked = _checked(source, overrides, test, format, encoding)
    if as_json:
        print(json.dumps(checked.as_dict(), ensure_ascii=False))
    else:
        print_to(Console(highlight=False), findings_view(checked))
    if checked.errors:
        sys.exit(1)


def _checked(source: Path, overrides: Sequence[str], test: Path | None, format: str | None, encoding: str) -> Checked:
    is_config = source.suffix.lower() in CONFIG_ENDINGS
    if is_config and (test is not None or format is not None or encoding != "utf-8"):
        hint = "A config names its data itself: --set data.test.path=FILE"
        raise InputError(Problem("--test, --format and --encoding are for a file of examples", str(source), hint=hint))
    if not is_config and overrides:
        raise InputError(Problem("--set is for a config, and this is a file of examples", str(source)))
    return check_config(load_config(source, overrides)) if is_config else check_data(source, test, format, encoding)
