"""vocabulary.parquet: the terms of a saved model, one row for each, and their blocks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from stancekit.errors import ModelError, Problem
from stancekit.features.vocabulary import StoredTerms, in_arrow
from stancekit.models.parquet_pages import Page, UnfoldsBadlyError, pages_of

MOST_BYTES = 2**31
"""Of the file, and of its terms when they are unfolded."""
_BYTES_OF_ANY = 64 * 2**20
_BYTES_OF_A_TERM = 2**10
"""Pages of n terms may unfold to `_BYTES_OF_ANY` + n times so many: long terms are few."""
_LONGEST_FOOTER = 16 * 2**20
_LONGEST_TEXT, _LONGEST_LIST = 2**20, 2**20
"""In the footer."""
_SCHEMA = pa.schema({"block": pa.int32(), "term": pa.string()})


def write_vocabulary(blocks: Sequence[Sequence[str]]) -> bytes:
    """Return the file of the terms of blocks; not all of them are spelled out at once."""
    sink = pa.BufferOutputStream()
    # Of terms that are distinct a dictionary saves nothing, and reading one takes several times as long.
    with pq.ParquetWriter(sink, _SCHEMA, compression="zstd", use_dictionary=["block"]) as writer:
        for number, own in enumerate(blocks):
            for terms in in_arrow(own):
                numbers = pa.array(np.full(len(terms), number, dtype=np.int32))
                writer.write_table(pa.table([numbers, terms.cast(pa.string())], schema=_SCHEMA))
    return bytes(sink.getvalue())


def most_bytes(n_terms: int) -> int:
    """Return how many bytes the terms of a model may have; they are distinct, so a file isn't much smaller."""
    return min(_BYTES_OF_ANY + _BYTES_OF_A_TERM * n_terms, MOST_BYTES)


def read_vocabulary(raw: bytes, sizes: Sequence[int], where: str) -> list[StoredTerms]:
    """Return the terms of each block.

    Terms that are stored once and named by number are not multiplied: what is unfolded is no larger than `most_bytes`.

    Parameters
    ----------
    raw : bytes
    sizes : sequence of int
        How many terms each block has.
    where : str
        What messages call the file.

    Raises
    ------
    ModelError
        If it isn't a Parquet file, unfolds to more than such a file may, or isn't of these blocks.
    """
    most = most_bytes(sum(sizes))
    try:
        table = _read(raw, sum(sizes), where)
        chunks = [_terms_of(chunk, most, where) for chunk in table["term"].chunks]
        terms = pa.chunked_array(chunks, pa.large_string()).combine_chunks()
        terms.validate(full=True)
    except (pa.ArrowException, OSError, UnicodeDecodeError, UnfoldsBadlyError, MemoryError) as error:
        raise ModelError(Problem(f"not a Parquet file: {error!s:.300}", where=where)) from error
    numbers = np.concatenate([np.empty(0, dtype=np.int32), *map(_numbers_of, table["block"].chunks)])
    if not np.array_equal(numbers, np.repeat(np.arange(len(sizes)), sizes)):
        raise ModelError(Problem("the terms are not in the blocks that model.json says", where=where))
    parts = [StoredTerms(terms[begin:end]) for begin, end in pairwise(accumulate(sizes, initial=0))]
    if not all(own.are_distinct() for own in parts):
        raise ModelError(Problem("a term occurs twice in a block", where=where))
    return parts


def _read(raw: bytes, n_terms: int, where: str) -> pa.Table:
    footer = int.from_bytes(raw[-8:-4], "little")
    if footer > min(_LONGEST_FOOTER, len(raw)):
        raise UnfoldsBadlyError("its footer doesn't fit")
    limits = {"thrift_string_size_limit": _LONGEST_TEXT, "thrift_container_size_limit": _LONGEST_LIST}
    file = pq.ParquetFile(pa.BufferReader(raw), **limits)
    found = file.metadata
    if found.num_rows != n_terms:
        raise ModelError(Problem(f"{found.num_rows} terms, not {n_terms}", where=where))
    if file.schema_arrow != _SCHEMA:
        raise ModelError(Problem("the columns are not block: int32, term: string", where=where))
    pages = [_pages(raw, found, column) for column in range(found.num_columns)]
    most = most_bytes(n_terms)
    if sum(page.size for own in pages for page in own) > most:
        raise ModelError(Problem(f"unfolds to more than {most} bytes", where=where))
    if any(sum(page.values for page in own if not page.is_dictionary) != n_terms for own in pages):
        raise ModelError(Problem(f"its pages don't hold {n_terms} terms", where=where))
    if any(page.is_coded for page in pages[1]):
        # One long term and many numbers of it are a bomb, unless the numbers stay numbers.
        file = pq.ParquetFile(pa.BufferReader(raw), read_dictionary=["term"], **limits)
    table = file.read(use_threads=False)
    if any(column.null_count for column in table.columns):
        raise ModelError(Problem("a term or its block is null", where=where))
    return table


def _pages(raw: bytes, found: Any, column: int) -> list[Page]:
    """Return the pages of a column, of all row groups."""
    pages: list[Page] = []
    for group in range(found.num_row_groups):
        chunk = found.row_group(group).column(column)
        if not chunk.num_values:
            continue
        own, start = chunk.dictionary_page_offset, chunk.data_page_offset
        pages += pages_of(raw, own if own is not None and own < start else start, chunk.total_compressed_size)
    return pages


def _terms_of(chunk: pa.StringArray | pa.DictionaryArray, most: int, where: str) -> pa.LargeStringArray:
    """Return terms spelled out, if they have no more than so many bytes together."""
    if pa.types.is_dictionary(chunk.type):
        lengths = pc.binary_length(chunk.dictionary).take(chunk.indices)
        if (pc.sum(lengths.cast(pa.int64())).as_py() or 0) > most:
            raise ModelError(Problem("the terms are longer than those of a model", where=where))
        return chunk.dictionary.cast(pa.large_string()).take(chunk.indices)
    return chunk.cast(pa.large_string())


def _numbers_of(chunk: pa.Array) -> NDArray[np.int32]:
    """Return the numbers of an array, which has no nulls."""
    # An array's own `to_numpy` would do, but that of a chunked one imports pandas.
    return np.frombuffer(chunk.buffers()[1], dtype=np.int32, count=len(chunk), offset=4 * chunk.offset)
