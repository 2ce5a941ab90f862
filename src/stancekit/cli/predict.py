"""`stancekit predict`: from articles and tables to stances, row by row or added up."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from stancekit.corpus.articles import Article
from stancekit.corpus.gazetteer import Role
from stancekit.corpus.inputs import Input, Reading, find_inputs
from stancekit.corpus.row_files import Kind, WriteRows, new_rows_file, refuse_place, rows_format, streamed_rows
from stancekit.errors import DataError, InputError, Problem, printable
from stancekit.evaluation.verdict import count_of
from stancekit.models.labelling import (
    Row,
    columns_of_rows,
    flat_row,
    label_articles,
    label_table,
)
from stancekit.models.notices import count_unknown_names
from stancekit.models.persistence import load
from stancekit.models.stance_model import StanceModel

CHARACTERS_AT_ONCE = 200_000
"""Of articles that are labelled together; no more of a folder is held in memory."""
NAMED_AT_MOST = 5
STDOUT = "-"

OnError = Literal["stop", "skip"]


@dataclass
class Notes:
    """What is to be said about inputs when all are labelled, once and not for each.

    Attributes
    ----------
    silent : list of str
        Articles in which nobody known is named.
    misdated : list of str
        Articles that begin as a header does but not with a date, so that it is read as their text.
    unknown : dict
        Role: name: how many rows of tables name an actor or target that the model was never told of.
    skipped : int
        Inputs that can't be used.
    used : int
        Those that can.
    """

    silent: list[str] = field(default_factory=list)
    misdated: list[str] = field(default_factory=list)
    unknown: dict[Role, dict[str, int]] = field(default_factory=dict)
    skipped: int = 0
    used: int = 0

    def lines(self, model: StanceModel) -> list[str]:
        """Return them as lines for people."""
        lines = []
        if self.silent:
            names = _listed([*model.gazetteer.actor_names, *model.gazetteer.target_names], at_most=20)
            said = "no sentence names both an actor and a target that the model knows"
            lines.append(f"{_listed(self.silent)}: {said} ({names})")
        if self.misdated:
            said = "the header's date isn't 2021, 2021-11 or 2021-11-30, so it is read as text"
            lines.append(f"{_listed(self.misdated)}: {said}")
        for role, names_of_role in self.unknown.items():
            rows = count_of(sum(names_of_role.values()), "row")
            lines.append(
                f"{rows} of tables with {'an' if role == 'actor' else 'a'} {role} that the model was not trained on:"
                f" {_listed(list(names_of_role))}"
            )
        if self.skipped:
            lines.append(f"skipped {self.skipped} of {count_of(self.used + self.skipped, 'input')}")
        return lines


def predict_article(model: StanceModel, article: Article) -> list[Row]:
    """Return a row for each sentence and candidate pair of actor and target in it; see `label_articles`."""
    return label_articles(model, [article])


def label_inputs(
    model: StanceModel, inputs: Sequence[Input], reading: Reading, notes: Notes, on_error: OnError = "stop"
) -> Iterator[list[Row]]:
    """Read and label inputs, some articles at a time.

    Parameters
    ----------
    model : StanceModel
    inputs : sequence of Input
    reading : Reading
    notes : Notes
        Filled in.
    on_error : {"stop", "skip"}
        What becomes of an input that can't be used.

    Yields
    ------
    list of dict
        Labelled rows, in the order of the inputs.

    Raises
    ------
    DataError
        If an input can't be used, unless it is to be skipped; if none can.
    """
    waiting: list[Article] = []

    def flush() -> list[Row]:
        rows = label_articles(model, waiting)
        named = {row["article"] for row in rows}
        notes.silent += [article.id for article in waiting if article.id not in named]
        notes.misdated += [article.id for article in waiting if article.is_misdated]
        waiting.clear()
        return rows

    for source in inputs:
        try:
            if source.is_article:
                waiting.append(reading.article(source))
                rows = flush() if sum(len(own.text) for own in waiting) >= CHARACTERS_AT_ONCE else []
            else:
                table = reading.table(source)
                labelled = label_table(model, table)
                _add_up(notes, count_unknown_names(model.gazetteer, table))
                rows = [*flush(), *labelled]
        except DataError as error:
            if on_error == "stop":
                raise
            notes.skipped += 1
            for problem in error.problems:
                print(f"skipped: {problem}", file=sys.stderr)
            continue
        notes.used += 1
        if rows:
            yield rows
    if not notes.used:
        raise DataError(f"none of {count_of(len(inputs), 'input')} can be used")
    yield flush()


def _add_up(notes: Notes, unknown: dict[Role, dict[str, int]]) -> None:
    for role, names in unknown.items():
        own = notes.unknown.setdefault(role, {})
        for name, rows in names.items():
            own[name] = own.get(name, 0) + rows


def _listed(names: Sequence[str], at_most: int = NAMED_AT_MOST) -> str:
    more = len(names) - at_most
    return ", ".join(names[:at_most]) + (f" and {more} more" if more > 0 else "")


@dataclass(frozen=True)
class Wanted:
    """What is to come out.

    Attributes
    ----------
    output : Path or None
        A file of rows, `-` for standard output, row by row; else they are printed as a whole.
    write_as : str or None
        Its format, if not by the ending.
    force : bool
        Replace files that are there.
    by : tuple of str
        Keys to add rows up by; none for the rows themselves.
    figure : Path or None
        An SVG file, of what was added up.
    adjust : bool
        Correct counts by the confusion matrix of the model's run.
    as_json : bool
    """

    output: Path | None = None
    write_as: str | None = None
    force: bool = False
    by: tuple[str, ...] = ()
    figure: Path | None = None
    adjust: bool = False
    as_json: bool = False

    def check(self) -> None:
        """Refuse what can't be, before anything is read.

        Raises
        ------
        InputError
        """
        if self.write_as is not None and self.output is None:
            raise InputError(Problem("--to is that of --output", hint="Give --output FILE, or --json"))
        for option, given in (("--figure", self.figure is not None), ("--adjust", self.adjust)):
            if given and not self.by:
                hint = "Name what rows are added up by: --by actor,target"
                raise InputError(Problem(f"{option} goes with --by", hint=hint))
        if self.is_streamed:
            self._refuse_unfit_stream()
        elif self.output is not None:
            rows_format(self.output, self.write_as)
            refuse_place(self.output, force=self.force)
        if self.figure is not None:
            from stancekit.report.aggregates import refuse_undrawable

            refuse_undrawable(self.figure, self.by)
            refuse_place(self.figure, force=self.force)

    @property
    def is_streamed(self) -> bool:
        """Whether rows go to standard output as they come."""
        return self.output == Path(STDOUT)

    @contextmanager
    def rows_file(self, columns: Mapping[str, Kind]) -> Iterator[WriteRows]:
        """Give what writes rows to the file, or to standard output, that was asked for."""
        if self.is_streamed:
            with streamed_rows(sys.stdout.buffer, columns, self.write_as or "") as write:
                yield write
            return
        with new_rows_file(self.output or Path(), columns, format=self.write_as, force=self.force) as write:
            yield write

    def say_written(self, rows: int) -> None:
        """Say how many rows are in the file."""
        if not self.is_streamed:
            print(f"{count_of(rows, 'row')}: {self.output}", file=sys.stderr)

    def _refuse_unfit_stream(self) -> None:
        if self.write_as is None:
            raise InputError(Problem("standard output has no ending to tell the format by", hint="Name it: --to jsonl"))
        if self.as_json:
            raise InputError(Problem("--output - and --json would both print", hint="Leave one of them out"))
        if rows_format(Path(STDOUT), self.write_as) == "parquet" and sys.stdout.isatty():
            raise InputError(Problem("Parquet isn't for a terminal to show", hint="Name a file, or --to csv"))


def predict_command(
    path: Path,
    given: Sequence[str],
    reading: Reading,
    format: str | None,
    code: Sequence[Path],
    wanted: Wanted,
    on_error: OnError = "stop",
    trust: Sequence[str] | None = None,
) -> None:
    """Label inputs; print the rows, write them, or add them up."""
    wanted.check()
    model = load(path, code, trust)
    inputs = find_inputs(given, format)
    own = None if wanted.output is None or wanted.is_streamed else wanted.output.resolve()
    if any(source.path is not None and source.path.resolve() == own for source in inputs):
        raise InputError(Problem("this is to be read and to be written", where=str(wanted.output)))
    notes = Notes()
    batches = label_inputs(model, inputs, reading, notes, on_error)
    if wanted.by:
        from stancekit.cli.aggregated import aggregate_rows

        finish = aggregate_rows(model, path, batches, wanted)
    else:
        finish = _write_rows(model, batches, wanted) if wanted.output is not None else _print_rows(batches, wanted)
    for line in notes.lines(model):
        print(printable(line), file=sys.stderr)
    finish()


def _write_rows(model: StanceModel, batches: Iterator[list[Row]], wanted: Wanted) -> Callable[[], None]:
    count, kept = 0, list[Row]()
    with wanted.rows_file(columns_of_rows(model)) as write:
        for rows in batches:
            write([flat_row(model, row) for row in rows])
            count += len(rows)
            kept += rows if wanted.as_json else []
    wanted.say_written(count)
    return _printing(kept, as_json=True) if wanted.as_json else lambda: None


def _print_rows(batches: Iterator[list[Row]], wanted: Wanted) -> Callable[[], None]:
    return _printing([row for rows in batches for row in rows], as_json=wanted.as_json)


def _printing(rows: list[Row], *, as_json: bool) -> Callable[[], None]:
    def show() -> None:
        if as_json:
            print(json.dumps(rows, ensure_ascii=False))
        elif rows:
            from rich.console import Console

            from stancekit.report.terminal import predictions_table, print_to

            print_to(Console(highlight=False), predictions_table(_shown(rows)))

    return show


def _shown(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return rows as the terminal shows them; one of a table need not say its article and sentence."""
    return [
        {**row, "article": row["article"] or "", "sentence": "" if row["sentence"] is None else row["sentence"]}
        for row in rows
    ]
