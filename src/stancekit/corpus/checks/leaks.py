"""Copies and near copies: inside a part, between training and test, across folds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from stancekit.config.schema import DRAWN_SCHEMES, FoldScheme
from stancekit.corpus.checks.findings import Finding, Severity
from stancekit.corpus.checks.part import Part, share, shortened
from stancekit.corpus.checks.similarity import near_pairs
from stancekit.corpus.folds import training_rows

GRAVE_SHARE = 0.01
"""From this share of the scored examples on a leak is an error: it can move a score by a point."""


@dataclass(frozen=True)
class Leaks:
    """Everything that repeats itself in training and test data.

    Attributes
    ----------
    train : Part
    test : Part or None
    folds : ndarray of int of shape (n_repeats, n_examples) or None
        Of the training examples; negative where an example is never held out.
    scheme : str
        By which the folds were cut.
    """

    train: Part
    test: Part | None = None
    folds: NDArray[np.int32] | None = None
    scheme: FoldScheme = "stratified_group"

    @property
    def parts(self) -> list[Part]:
        """The parts there are."""
        return [self.train] if self.test is None else [self.train, self.test]

    @cached_property
    def texts(self) -> list[str]:
        """The distinct texts of all parts."""
        return list(dict.fromkeys(text for part in self.parts for text in part.texts))

    @cached_property
    def near(self) -> Mapping[str, Sequence[str]]:
        """For a text the other texts that are nearly the same."""
        result: dict[str, list[str]] = {}
        for one, other in near_pairs(self.texts).tolist():
            result.setdefault(self.texts[one], []).append(self.texts[other])
            result.setdefault(self.texts[other], []).append(self.texts[one])
        return result

    def find_copies(self) -> Iterator[Finding]:
        """Yield SK001: examples whose text, actor and target an earlier one has, labelled by the same annotator."""
        for part in self.parts:
            rows = [row for row, first in enumerate(part.repeated_of) if first != row]
            if rows:
                said = f"{len(rows):,} of {len(part):,} {part.name} examples repeat an earlier one"
                pairs = [f"{part.ids[row]} is {part.ids[part.repeated_of[row]]}" for row in rows]
                yield part.finding("SK001", rows, f"{said} ({share(len(rows), len(part))})", examples=pairs)

    def find_near_copies(self) -> Iterator[Finding]:
        """Yield SK002: examples whose text is nearly, and not exactly, that of another in the same part."""
        for part in self.parts:
            own = set(part.texts)
            found = _with_partner(part, {text: [t for t in near if t in own] for text, near in self.near.items()})
            if found:
                said = f"{len(found):,} of {len(part):,} {part.name} examples have a text nearly the same as another's"
                yield part.finding("SK002", list(found), said, examples=_pairs_of_texts(part, found))

    def find_seen_test_examples(self) -> Iterator[Finding]:
        """Yield SK003: test examples whose text, actor and target training has."""
        if self.test is None:
            return
        known = set(self.train.cases)
        rows = [row for row, case in enumerate(self.test.cases) if case in known]
        if rows:
            said = (
                f"{len(rows):,} of {len(self.test):,} test examples ({share(len(rows), len(self.test))}) are copies of"
                " training examples"
            )
            shown = [self.test.shown(row) for row in rows]
            yield self.test.finding("SK003", rows, said, severity=_severity(len(rows), len(self.test)), examples=shown)

    def find_nearly_seen_test_texts(self) -> Iterator[Finding]:
        """Yield SK004: test examples with a text that training has, or nearly has, and that are no copies."""
        if self.test is None:
            return
        seen, known = set(self.train.texts), set(self.train.cases)
        partners = {text: [t for t in (text, *self.near.get(text, ())) if t in seen] for text in set(self.test.texts)}
        found = _with_partner(self.test, partners)
        found = {row: partner for row, partner in found.items() if self.test.cases[row] not in known}
        if found:
            said = f"{len(found):,} of {len(self.test):,} test examples have a text that training has or nearly has"
            yield self.test.finding("SK004", list(found), said, examples=_pairs_of_texts(self.test, found))

    def find_torn_texts(self) -> Iterator[Finding]:
        """Yield SK005: examples whose very text was trained on where they were held out."""
        torn = self._torn({text: [text] for text in self.train.texts})
        if torn:
            said = (
                f"{len(torn):,} of {len(self.train):,} examples ({share(len(torn), len(self.train))}) have a text that"
                " is in another fold as well"
            )
            drawn = self.scheme in DRAWN_SCHEMES
            severity = _severity(len(torn), len(self.train)) if drawn else "warning"
            shown = [self.train.shown(row) for row in torn]
            yield self.train.finding("SK005", torn, said, severity=severity, examples=shown)

    def find_nearly_torn_texts(self) -> Iterator[Finding]:
        """Yield SK006: examples whose text is nearly that of an example trained on where they were held out."""
        own = set(self.train.texts)
        partners = {text: [t for t in near if t in own] for text, near in self.near.items()}
        torn = self._torn(partners)
        if torn:
            said = f"{len(torn):,} of {len(self.train):,} examples have a text nearly the same as one in another fold"
            found = {row: partners[self.train.texts[row]][0] for row in torn}
            yield self.train.finding("SK006", torn, said, examples=_pairs_of_texts(self.train, found))

    def _torn(self, partners: Mapping[str, Sequence[str]]) -> list[int]:
        """Return the examples with a partner that, in any repeat, was trained on where they were held out."""
        if self.folds is None:
            return []
        rows_of: dict[str, list[int]] = {}
        for row, text in enumerate(self.train.texts):
            rows_of.setdefault(text, []).append(row)
        others = {
            row: [other for partner in partners.get(text, ()) for other in rows_of[partner] if other != row]
            for row, text in enumerate(self.train.texts)
        }
        suspects = np.array([row for row, own in others.items() if own], dtype=np.intp)
        rule, torn = training_rows(self.scheme), set()
        for folds in self.folds:
            for fold in np.unique(folds[suspects]):
                trained_on = rule(folds, fold) if fold >= 0 else np.zeros(len(folds), dtype=np.bool_)
                torn |= {row for row in suspects[folds[suspects] == fold].tolist() if trained_on[others[row]].any()}
        return sorted(torn)


def _severity(count: int, scored: int) -> Severity:
    return "error" if count >= GRAVE_SHARE * scored else "warning"


def _with_partner(part: Part, partners: Mapping[str, Sequence[str]]) -> dict[int, str]:
    """Return, for every example whose text has partners, the first of them."""
    return {row: partners[text][0] for row, text in enumerate(part.texts) if partners.get(text)}


def _pairs_of_texts(part: Part, found: Mapping[int, str]) -> list[str]:
    first: dict[frozenset[str], int] = {}
    for row, other in found.items():
        first.setdefault(frozenset((part.texts[row], other)), row)
    return [f"{part.shown(row)} ≈ {shortened(found[row])}" for row in first.values()]
