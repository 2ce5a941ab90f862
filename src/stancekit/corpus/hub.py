"""Datasets of the Hugging Face Hub, and folders laid out like them, as tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from stancekit.config.sources import Source, is_local
from stancekit.corpus.parsers import RawTable
from stancekit.errors import DataError, Problem


def load_hub_table(source: Source) -> RawTable:
    """Load a dataset with `datasets.load_dataset`; no code of the dataset is run.

    Integers of a `ClassLabel` become the names of their classes, and -1, no class, None.

    Raises
    ------
    DataError
        If it can't be loaded: there is no such dataset, split or revision, or no connection.
    """
    import datasets

    place = str(source.file) if is_local(source.hub) else source.hub
    try:
        with _without_bars():
            loaded = datasets.load_dataset(
                place, source.subset or None, split=source.split, revision=source.revision or None
            )
    except Exception as error:  # the library, the network and the file formats below each raise their own
        raise DataError(_unloadable(source, error)) from error
    table = loaded.with_format("arrow")[:]
    columns = {name: _named(table.column(name).to_pylist(), loaded.features[name]) for name in loaded.column_names}
    return RawTable(columns, range(1, len(loaded) + 1), unit="row")


def _unloadable(source: Source, error: Exception) -> Problem:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = f"the dataset can't be loaded: {lines[0][:300] if lines else type(error).__name__}"
    what = [f"the split {source.split!r}"]
    what += [
        f"the {key} {value!r}" for key, value in (("subset", source.subset), ("revision", source.revision)) if value
    ]
    hint = f"Is the name right, is there {' and '.join(what)}, and is there a connection?"
    if is_local(source.hub):
        hint = f"Does the folder hold data files, and is there {' and '.join(what)}?"
    return Problem(said, where=source.hub, hint=hint)


@contextmanager
def _without_bars() -> Iterator[None]:
    from datasets.utils import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

    before = are_progress_bars_disabled()
    disable_progress_bars()
    try:
        yield
    finally:
        if not before:
            enable_progress_bars()


def _named(values: list[Any], feature: Any) -> list[Any]:
    """Return the values of a column with names where its feature has numbers of classes, also in lists of them."""
    from datasets import ClassLabel, LargeList, List

    if isinstance(feature, ClassLabel):
        return [None if value is None or value < 0 else feature.int2str(value) for value in values]
    if isinstance(feature, (List, LargeList)) and isinstance(feature.feature, ClassLabel):
        return [None if value is None else _named(value, feature.feature) for value in values]
    return values


def hash_of_table(table: RawTable) -> bytes:
    """Return the SHA-256 of the names and values of a table, however its files are written."""
    digest = hashlib.sha256()
    for name, values in sorted(table.columns.items()):
        digest.update(json.dumps([name, values], ensure_ascii=True, default=str).encode())
    return digest.digest()
