"""`stancekit evaluate`: a saved model on new labelled data."""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stancekit.config.sources import Columns as ColumnNames
from stancekit.corpus.readers import open_source, read_sources
from stancekit.corpus.row_files import refuse_place
from stancekit.errors import DataError, Problem
from stancekit.evaluation.verdict import count_of
from stancekit.experiment.evaluate import Evaluated, evaluate_examples
from stancekit.experiment.files import write_predictions
from stancekit.models.persistence import load


@dataclass(frozen=True)
class LabelledData:
    """The examples to score, and how their file is read.

    Attributes
    ----------
    path : Path
    format : str or None
    encoding : str
    columns : mapping of str to str
        Our name of a column: theirs.
    labels : mapping of str to (str or None)
        Their label: ours; None leaves the example out.
    """

    path: Path
    format: str | None = None
    encoding: str = "utf-8"
    columns: Mapping[str, str] | None = None
    labels: Mapping[str, str | None] | None = None


def evaluate_command(
    path: Path,
    data: LabelledData,
    output: Path | None,
    code: Sequence[Path],
    *,
    force: bool,
    as_json: bool,
    trust: Sequence[str] | None = None,
) -> None:
    """Print the scores of a saved model, and write its predictions as a run does."""
    if output is not None:
        refuse_place(output, force=force)
    model = load(path, code, trust)
    how = {"format": data.format, "encoding": data.encoding, "columns": data.columns, "labels": data.labels}
    source = open_source(data.path, **{key: value for key, value in how.items() if value is not None})
    examples = read_sources([source], ColumnNames(), model.task)
    evaluated = evaluate_examples(model, examples, source)
    if output is not None:
        _write_predictions(evaluated, output, force=force)
        print(f"{count_of(len(evaluated.scored.gold), 'prediction')}: {output}", file=sys.stderr)
    if as_json:
        primary = evaluated.config.evaluation.primary
        said = {"model": str(path), "data": str(data.path), "primary": primary, "scores": evaluated.scored.scores}
        print(json.dumps(said, ensure_ascii=False))
        return
    from rich.console import Console

    from stancekit.report.evaluated import evaluated_summary
    from stancekit.report.terminal import print_to

    print_to(Console(highlight=False), evaluated_summary(f"{path} · {data.path}", evaluated))


def _write_predictions(evaluated: Evaluated, path: Path, *, force: bool) -> None:
    partial = path.parent / f".{path.name}.{uuid.uuid4().hex[:8]}.partial"
    try:
        try:
            write_predictions(partial, [evaluated.scored], evaluated.config)
            refuse_place(path, force=force)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise DataError(Problem(f"can't write the predictions: {error.strerror}", where=str(path))) from error
