"""The checks of an experiment: of its data, its folds and its settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stancekit.config.schema import Config, TaskKind
from stancekit.corpus.checks import Finding, check_examples
from stancekit.corpus.examples import Columns
from stancekit.errors import Problem, RefusedError
from stancekit.experiment.corpora import Corpora, choose_blocks, read_corpora


@dataclass(frozen=True)
class Checked:
    """What the checks found, and in what.

    Attributes
    ----------
    findings : sequence of Finding
        The gravest first.
    examples : dict of str to int
        How many examples each part has.
    skipped : sequence of str
        Codes that the config told not to look for.
    log : sequence of str
        What was read and cut.
    """

    findings: Sequence[Finding]
    examples: dict[str, int]
    skipped: Sequence[str] = ()
    log: Sequence[str] = ()

    @property
    def errors(self) -> list[Finding]:
        """The findings that make scores worthless."""
        return [finding for finding in self.findings if finding.severity == "error"]

    def as_dict(self) -> dict[str, Any]:
        """Return it as `stancekit check --json` prints it and a run folder keeps it."""
        return {
            "findings": [finding.as_dict() for finding in self.findings],
            "examples": self.examples,
            "skipped": list(self.skipped),
        }


def check_config(config: Config) -> Checked:
    """Read the data of a config, cut its folds as `train` would, and look for what makes scores worth less.

    Raises
    ------
    DataError
        If the data can't be read or folded.
    """
    log: list[str] = []
    corpora = read_corpora(config, log.append)
    return check_corpora(choose_blocks(config, corpora, log.append), corpora, log)


def check_corpora(config: Config, corpora: Corpora, log: Sequence[str] = ()) -> Checked:
    """Look for what makes the scores of an experiment worth less, in corpora that were read."""
    test, plan = corpora.test, config.evaluation.folds
    findings = check_examples(
        _of_task(corpora.train.columns, config.task.kind),
        _of_task(test.columns, config.task.kind) if test else None,
        folds=corpora.folds,
        scheme=plan.scheme if plan else "stratified_group",
        task_labels=config.task.labels,
        blocks=config.features.blocks,
        skip=config.checks.skip,
        near=corpora.near,
    )
    examples = {"train": len(corpora.train.labels)} | ({"test": len(test.labels)} if test else {})
    return Checked(findings, examples, config.checks.skip, tuple(log))


def _of_task(columns: Columns, kind: TaskKind) -> Columns:
    """Return columns without the labels of another kind of task."""
    other = "label" if kind == "multilabel" else "labels"
    return {name: values for name, values in columns.items() if name != other}


def refuse_errors(checked: Checked) -> None:
    """Refuse to go on where the checks found errors.

    Raises
    ------
    RefusedError
        With every error, and how to train nevertheless.
    """
    problems = [Problem(f"{finding.message} ({finding.code})", hint=finding.kind.help) for finding in checked.errors]
    if problems:
        hint = "`stancekit check` shows which; --set checks.errors=report trains nevertheless and says so in the report"
        raise RefusedError([*problems, Problem("nothing was trained", hint=hint)])
