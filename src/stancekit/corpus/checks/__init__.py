"""Checks of data and config: coded findings, each with its severity, its rows, why it matters and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from stancekit.config.checks import CHECK_CODES, CheckCode
from stancekit.config.features import Block
from stancekit.config.schema import FoldScheme
from stancekit.corpus.checks import labels, settings, texts
from stancekit.corpus.checks.findings import KINDS, SEVERITIES, Finding, Kind, Severity
from stancekit.corpus.checks.leaks import Leaks
from stancekit.corpus.checks.near_texts import NearTexts
from stancekit.corpus.checks.part import Part
from stancekit.corpus.examples import Columns

__all__ = ["KINDS", "Finding", "Kind", "Severity", "check_examples"]


def check_examples(
    train: Columns,
    test: Columns | None = None,
    *,
    folds: NDArray[np.int32] | None = None,
    scheme: FoldScheme = "stratified_group",
    task_labels: Sequence[str] | None = None,
    blocks: Sequence[Block] = (),
    skip: Sequence[CheckCode] = (),
    near: NearTexts | None = None,
) -> list[Finding]:
    """Look for what makes scores of labelled examples worth less than they seem.

    Parameters
    ----------
    train, test : mapping of lists
        Examples; see `stancekit.corpus.example_features`.
    folds : ndarray of int of shape (n_repeats, n_examples), optional
        The fold in which a training example is held out; negative where in none.
    scheme : str
        By which they were cut.
    task_labels : sequence of str, optional
        Every label of the task.
    blocks : sequence of Block, optional
        Of the features; their stop words are looked at.
    skip : sequence of str
        Codes that are not looked for.
    near : NearTexts, optional
        Of the texts of both parts, where they are compared for something else, too.

    Returns
    -------
    list of Finding
        The gravest first, then by code.

    Examples
    --------
    >>> data = {"text": ["Paris refuse.", "Paris refuse."], "label": ["opposes", "supports"]}
    >>> [(finding.code, finding.count) for finding in check_examples(data)]
    [('SK001', 1), ('SK101', 2), ('SK103', 2)]
    """
    parts = [Part("train", train)] + ([Part("test", test)] if test is not None else [])
    leaks = Leaks(parts[0], parts[1] if len(parts) > 1 else None, folds, scheme, near)
    looked_for = _looked_for(parts, leaks, task_labels, blocks)
    found = [finding for code, find in looked_for.items() if code not in skip for finding in find()]
    return sorted(found, key=lambda finding: (SEVERITIES.index(finding.severity), CHECK_CODES.index(finding.code)))


def _looked_for(
    parts: Sequence[Part],
    leaks: Leaks,
    task_labels: Sequence[str] | None,
    blocks: Sequence[Block],
) -> dict[CheckCode, Callable[[], Iterator[Finding]]]:
    def in_each(find: Callable[[Part], Iterator[Finding]]) -> Callable[[], Iterator[Finding]]:
        return lambda: (finding for part in parts for finding in find(part))

    def between(find: Callable[[Part, Part], Iterator[Finding]]) -> Callable[[], Iterator[Finding]]:
        return lambda: find(parts[0], parts[1]) if len(parts) > 1 else iter(())

    return {
        "SK001": leaks.find_copies,
        "SK002": leaks.find_near_copies,
        "SK003": leaks.find_seen_test_examples,
        "SK004": leaks.find_nearly_seen_test_texts,
        "SK005": leaks.find_torn_texts,
        "SK006": leaks.find_nearly_torn_texts,
        "SK101": in_each(labels.find_contradictions),
        "SK102": in_each(labels.find_names_alike),
        "SK103": in_each(lambda part: labels.find_tiny_classes(part, task_labels)),
        "SK104": in_each(labels.find_single_stance_targets),
        "SK105": between(labels.find_drift),
        "SK106": between(labels.find_unseen_names),
        "SK201": in_each(texts.find_missed_names),
        "SK202": in_each(texts.find_cut_words),
        "SK203": in_each(texts.find_mojibake),
        "SK204": in_each(texts.find_long_texts),
        "SK205": in_each(texts.find_wordless_texts),
        "SK301": lambda: settings.find_removed_negation(blocks),
    }
