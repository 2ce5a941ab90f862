"""Copies and near copies: inside a part, between training and test, across folds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from stancekit.config.schema import DRAWN_SCHEMES, FoldScheme
from stancekit.corpus.checks.findings import Finding, Severity
from stancekit.corpus.checks.near_texts import NearTexts
from stancekit.corpus.checks.part import Part, share, shortened
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
    known : NearTexts, optional
        Of the texts of these parts, where somebody else needs them, too.
    """

    train: Part
    test: Part | None = None
    folds: NDArray[np.int32] | None = None
    scheme: FoldScheme = "stratified_group"
    known: NearTexts | None = None

    @cached_property
    def near(self) -> NearTexts:
        """Which texts of the parts are nearly the same."""
        return self.known or NearTexts(tuple(part.texts for part in self.parts))

    @property
    def parts(self) -> list[Part]:
        """The parts there are."""
        return [self.train] if self.test is None else [self.train, self.test]

    def _among(self, texts: NDArray[np.int64]) -> NDArray[np.bool_]:
        among = np.zeros(len(self.near.texts), dtype=np.bool_)
        among[texts] = True
        return among

    def _partners_in(self, part: int) -> NDArray[np.int64]:
        """Return for every text the first nearly the same one of a part; -1 where there is none."""
        pairs = self.near.pairs[self._among(self.near.numbers[part])[self.near.pairs[:, 1]]]
        partners = np.full(len(self.near.texts), -1, dtype=np.int64)
        partners[pairs[::-1, 0]] = pairs[::-1, 1]
        return partners

    def find_copies(self) -> Iterator[Finding]:
        """Yield SK001: examples whose text, actor and target an earlier one has, labelled by the same annotator."""
        for part in self.parts:
            rows = [row for row, first in enumerate(part.repeated_of) if first != row]
            if rows:
                said = f"{len(rows):,} of {len(part):,} {part.name} examples repeat an earlier one"
                pairs = (f"{part.ids[row]} is {part.ids[part.repeated_of[row]]}" for row in rows)
                yield part.finding("SK001", rows, f"{said} ({share(len(rows), len(part))})", examples=pairs)

    def find_near_copies(self) -> Iterator[Finding]:
        """Yield SK002: examples whose text is nearly, and not exactly, that of another in the same part."""
        for number, part in enumerate(self.parts):
            partners = self._partners_in(number)[self.near.numbers[number]]
            rows = np.flatnonzero(partners >= 0).tolist()
            if rows:
                said = f"{len(rows):,} of {len(part):,} {part.name} examples have a text nearly the same as another's"
                yield part.finding("SK002", rows, said, examples=self._shown_pairs(number, rows, partners))

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
            shown = (self.test.shown(row) for row in rows)
            yield self.test.finding("SK003", rows, said, severity=_severity(len(rows), len(self.test)), examples=shown)

    def find_nearly_seen_test_texts(self) -> Iterator[Finding]:
        """Yield SK004: test examples with a text that training has, or nearly has, and that are no copies."""
        if self.test is None:
            return
        train, test = self.near.numbers
        known = set(self.train.cases)
        partners = np.where(self._among(train)[test], test, self._partners_in(0)[test])
        rows = [row for row in np.flatnonzero(partners >= 0).tolist() if self.test.cases[row] not in known]
        if rows:
            said = f"{len(rows):,} of {len(self.test):,} test examples have a text that training has or nearly has"
            yield self.test.finding("SK004", rows, said, examples=self._shown_pairs(1, rows, partners))

    def find_torn_texts(self) -> Iterator[Finding]:
        """Yield SK005: examples whose very text was trained on where they were held out."""
        texts = np.unique(self.near.numbers[0])
        torn = self._torn(np.stack([texts, texts], axis=1))
        if torn:
            said = (
                f"{len(torn):,} of {len(self.train):,} examples ({share(len(torn), len(self.train))}) have a text that"
                " is in another fold as well"
            )
            drawn = self.scheme in DRAWN_SCHEMES
            severity = _severity(len(torn), len(self.train)) if drawn else "warning"
            shown = (self.train.shown(row) for row in torn)
            yield self.train.finding("SK005", torn, said, severity=severity, examples=shown)

    def find_nearly_torn_texts(self) -> Iterator[Finding]:
        """Yield SK006: examples whose text is nearly that of an example trained on where they were held out."""
        torn = self._torn(self.near.pairs)
        if torn:
            said = f"{len(torn):,} of {len(self.train):,} examples have a text nearly the same as one in another fold"
            partners = self._partners_in(0)[self.near.numbers[0]]
            yield self.train.finding("SK006", torn, said, examples=self._shown_pairs(0, torn, partners))

    def _torn(self, pairs: NDArray[np.int64]) -> list[int]:
        """Return the examples with a partner that, in any repeat, was trained on where they were held out.

        Parameters
        ----------
        pairs : ndarray of int of shape (n_pairs, 2)
            Numbers of texts: one's own, and its partner's.
        """
        numbers, torn = self.near.numbers[0], np.zeros(len(self.train), dtype=np.bool_)
        rule = training_rows(self.scheme)
        for folds in self.folds if self.folds is not None else ():
            for fold in np.unique(folds[folds >= 0]):
                trained_on = self._among(numbers[rule(folds, fold)])
                seen = self._among(pairs[trained_on[pairs[:, 1]], 0])
                torn |= (folds == fold) & seen[numbers]
        return np.flatnonzero(torn).tolist()

    def _shown_pairs(self, part: int, rows: Sequence[int], partners: NDArray[np.int64]) -> Iterator[str]:
        """Yield each pair of texts once, given the partner of every example's text."""
        shown = set[frozenset[int]]()
        for row in rows:
            pair = frozenset((int(self.near.numbers[part][row]), int(partners[row])))
            if pair not in shown:
                shown.add(pair)
                yield f"{self.parts[part].shown(row)} ≈ {shortened(self.near.texts[partners[row]])}"


def _severity(count: int, scored: int) -> Severity:
    return "error" if count >= GRAVE_SHARE * scored else "warning"
