"""The corpora of an experiment: labelled examples read, linked and cut into folds as its config says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from stancekit.config.schema import DRAWN_SCHEMES, Config
from stancekit.config.sources import Source, is_local
from stancekit.corpus.annotators import choose_annotators, fold_units, item_codes
from stancekit.corpus.checks.near_texts import NearTexts
from stancekit.corpus.copies import rows_without_copies
from stancekit.corpus.examples import Columns
from stancekit.corpus.folds import GROUPED_SCHEMES, cut_folds, group_codes, refuse_unlearnable
from stancekit.corpus.gazetteer import Gazetteer
from stancekit.corpus.gazetteer_file import read_gazetteer
from stancekit.corpus.given_folds import read_folds
from stancekit.corpus.linking import count_mentions, link_by_name
from stancekit.corpus.readers import read_sources
from stancekit.errors import DataError, Problem, printable
from stancekit.evaluation.ceiling import Annotations
from stancekit.evaluation.lookup import Lookup
from stancekit.features.auto import choose_features
from stancekit.features.conditioning import refuse_without_targets

Log = Callable[[str], None]
CHOSEN_BLOCKS = "features: auto: "
"""Begins the line of the log that says why these blocks were chosen."""


@dataclass(frozen=True)
class Corpus:
    """Labelled examples as training and scoring need them.

    Attributes
    ----------
    columns : mapping of lists
    labels : ndarray of bool of shape (n_examples, n_labels)
    groups : ndarray of int of shape (n_examples,)
        What is resampled as one for intervals, counted from 0.
    annotations : Annotations or None
        Every label that was given, where several annotators labelled the same items.
    """

    columns: Columns
    labels: NDArray[np.bool_]
    groups: NDArray[np.intp]
    annotations: Annotations | None = None

    def of(self, rows: NDArray[np.intp]) -> Corpus:
        """Return some of the examples, their groups counted from 0."""
        if len(rows) == len(self.labels):
            return self
        columns = {name: [values[row] for row in rows] for name, values in self.columns.items()}
        groups = np.unique(self.groups[rows], return_inverse=True)[1]
        return Corpus(columns, self.labels[rows], groups, self.annotations)


@dataclass(frozen=True)
class Corpora:
    """Training examples, their folds, and the test set.

    Attributes
    ----------
    train : Corpus
    test : Corpus or None
    folds : ndarray of int32 of shape (n_repeats, n_examples) or None
        The fold in which a training example is held out; negative where in none.
    gazetteer : Gazetteer
        Written by hand, before any training: it may look at every row. Empty if the config names none.
    """

    train: Corpus
    test: Corpus | None
    folds: NDArray[np.int32] | None
    gazetteer: Gazetteer

    @cached_property
    def near(self) -> NearTexts:
        """Which texts are nearly the same: the checks and a baseline need it, and it is found once."""
        return NearTexts(tuple(part.columns["text"] for part in self._parts))

    @cached_property
    def lookup(self) -> Lookup:
        """The copies of each example: of training, then of the test set."""
        return Lookup(self.near, [part.columns for part in self._parts])

    @property
    def _parts(self) -> list[Corpus]:
        return [self.train] if self.test is None else [self.train, self.test]


def read_corpora(config: Config, log: Log) -> Corpora:
    """Read what a config names, and cut the folds.

    Parameters
    ----------
    config : Config
    log : callable
        Given what was read and cut, in lines.

    Raises
    ------
    DataError
        If the data can't be read, learned from or folded.
    """
    file = config.data.gazetteer_file
    gazetteer = Gazetteer() if file is None else read_gazetteer(file)
    if config.task.kind == "directed_pair":
        gazetteer = gazetteer.in_both_roles()
    train = _read(config, "train", gazetteer, log)
    test = _read(config, "test", gazetteer, log) if config.data.test is not None else None
    if config.data.drop_copies:
        train = _without_copies(train, test, log)
    refuse_unlearnable(train.labels, config.task.labels)
    refuse_without_targets(train.columns.get("target"), [own.features.conditioning for own in config.settings()])
    return Corpora(train, test, _cut(config, train, log), gazetteer)


def choose_blocks(config: Config, corpora: Corpora, log: Log) -> Config:
    """Return the config with blocks that suit its training examples, where it says `features: auto`."""
    if not config.features.are_auto:
        return config
    choice = choose_features(corpora.train.columns)
    log(f"{CHOSEN_BLOCKS}{printable(choice.reason)}")
    shown = ", ".join(f"{block.field} {block.cut_by} {block.ngrams[0]}-{block.ngrams[1]}" for block in choice.blocks)
    log(f"  chose {shown}")
    features = config.features.model_copy(update={"blocks": choice.blocks})
    return config.model_copy(update={"features": features})


def _read(config: Config, part: Literal["train", "test"], gazetteer: Gazetteer, log: Log) -> Corpus:
    sources: tuple[Source, ...] = getattr(config.data, part)
    every = read_sources(sources, config.data.columns, config.task)
    annotations = _annotations(every, config)
    given, done = choose_annotators(every, config.data.annotators, config.task.kind, _PARTS[part])
    columns, labels = link_by_name(given, gazetteer), config.task.labels
    gold = _gold(columns, config)
    groups, n_groups = _resampled(columns, config)
    shares = ", ".join(f"{label} {int(count)}" for label, count in zip(labels, gold.sum(axis=0), strict=True))
    log(f"read {len(gold)} {part} examples in {n_groups} groups by {config.evaluation.intervals.by!r}: {shares}")
    for line in [*done, *count_mentions(given, columns)]:
        log(f"  {line}")
    for source in sources:
        for note in _notes(source):
            log(f"  {_name_anywhere(source)}: {note}")
    return Corpus(columns, gold, groups, annotations)


_PARTS = {"train": "training", "test": "test"}


def _gold(columns: Columns, config: Config) -> NDArray[np.bool_]:
    labels = config.task.labels
    if config.task.kind == "multilabel":
        return np.array([[label in own for label in labels] for own in columns["labels"]], dtype=np.bool_)
    return np.asarray(np.array(columns["label"], dtype=np.str_)[:, None] == np.array(labels)[None, :])


def _resampled(columns: Columns, config: Config) -> tuple[NDArray[np.intp], int]:
    """Return what intervals resample as one, and how many such groups there are."""
    by, folds = str(config.evaluation.intervals.by), config.evaluation.folds
    same = folds is not None and folds.scheme in GROUPED_SCHEMES and folds.by == by
    groups, names = group_codes(columns, by, f"evaluation.{'folds' if same else 'intervals'}.by")
    if by != "id":
        return groups, len(names)
    items = item_codes(columns)
    return items, int(items.max()) + 1


def _annotations(columns: Columns, config: Config) -> Annotations | None:
    items = item_codes(columns)
    if len(np.unique(items)) == len(items):
        return None
    names = set(columns["annotator"]) - {None}
    return Annotations(_gold(columns, config), items, _resampled(columns, config)[0], len(names))


def _name_anywhere(source: Source) -> str:
    """Return how the log calls a source: without its folder, which is another one from where the run's config lies."""
    return source.name if source.hub and not is_local(source.hub) else Path(source.name).name


def _notes(source: Source) -> list[str]:
    dropped = [label for label, ours in (source.labels or {}).items() if ours is None]
    notes = [f"labels left out as the config says: {', '.join(dropped)}"] if dropped else []
    if source.moves:
        said = f"the revision {source.revision!r} is no commit" if source.revision else "no revision is named"
        notes.append(f"{said}; what the dataset holds may change, and the run with it. Name the commit: revision: SHA")
    return notes


def _without_copies(train: Corpus, test: Corpus | None, log: Log) -> Corpus:
    rows = rows_without_copies(train.columns, test.columns if test else None)
    log(f"left out {len(train.labels) - len(rows)} training examples that are copies: {len(rows)} stay")
    if not rows:
        raise DataError(Problem("every training example is a copy of a test example", hint="Look at data.test"))
    return train.of(np.array(rows, dtype=np.intp))


def _cut(config: Config, train: Corpus, log: Log) -> NDArray[np.int32] | None:
    plan = config.evaluation.folds
    if plan is None:
        return None
    labels, names = train.labels, config.task.labels
    if plan.scheme not in DRAWN_SCHEMES:
        folds, held_out = read_folds(train.columns, labels, names, plan)
        log(f"took {len(held_out)} folds ({plan.scheme} by {plan.by!r}): {printable(', '.join(held_out))}")
        return folds
    units, cut = fold_units(train.columns, plan)
    folds = cut_folds(labels, names, units, cut, config.seed)
    how = f"{plan.scheme} by {cut.by!r}" if cut.scheme in GROUPED_SCHEMES else plan.scheme
    log(f"cut {plan.n} folds ({how}) {plan.repeats} times; every one verified")
    return folds


def count_articles(columns: Columns) -> int | None:
    """Return how many articles examples are from; None if that isn't known."""
    known: set[Any] = {article for article in columns.get("article", ()) if article is not None}
    return len(known) or None
