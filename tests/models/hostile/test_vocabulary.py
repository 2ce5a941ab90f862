"""A vocabulary.parquet that unfolds to more than it is, or isn't the terms it should be; its hash fits."""

from __future__ import annotations

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stancekit.errors import ModelError
from stancekit.models.parquet_pages import UnfoldsBadlyError, pages_of
from stancekit.models.saved_vocabulary import read_vocabulary, write_vocabulary

NAME = "vocabulary.parquet"
LONG = "x" * 20_000_000
TABLE = pa.schema({"block": pa.int32(), "term": pa.string()})


def written(table, **options):
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


def one_term_by_number(table):
    """Return one long term that every row names by its number: gigabytes, were it written out."""
    term = pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(table), dtype=np.int32)), [LONG])
    options = {"store_schema": False, "dictionary_pagesize_limit": 2**30, "compression": "zstd"}
    return written(pa.table({"block": table["block"], "term": term}), **options)


def one_row_group_for_each_term(table):
    """Return long terms, a row group for each, that are small when compressed."""
    sink = io.BytesIO()
    with pq.ParquetWriter(sink, TABLE, compression="zstd", use_dictionary=False) as writer:
        for row in range(len(table)):
            one = pa.table({"block": table["block"][row : row + 1], "term": [f"{row}{LONG}"]}, schema=TABLE)
            writer.write_table(one)
    return sink.getvalue()


def beginnings_in_common(table):
    """Return terms that are written as what they have in common with the last one."""
    terms = ["x" * 1_000_000 + str(row) for row in range(len(table))]
    options = {"use_dictionary": False, "column_encoding": {"block": "PLAIN", "term": "DELTA_BYTE_ARRAY"}}
    return written(pa.table({"block": table["block"], "term": terms}, schema=TABLE), **options)


def many_rows(table):
    rows = 50_000_000
    term = pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, dtype=np.int32)), ["x"])
    return written(pa.table({"block": np.zeros(rows, dtype=np.int32), "term": term}), store_schema=False)


def many_empty_row_groups(table):
    sink = io.BytesIO()
    with pq.ParquetWriter(sink, table.schema, use_dictionary=False) as writer:
        for _ in range(2_000):
            writer.write_table(table.slice(0, 0))
        writer.write_table(table)
    return sink.getvalue()


def lists(table):
    terms = pa.array([[term] for term in table["term"].to_pylist()], pa.list_(pa.string()))
    return written(table.set_column(1, "term", terms))


def structs(table):
    terms = pa.array([{"term": term} for term in table["term"].to_pylist()])
    return written(table.set_column(1, "term", terms))


def footer_of(length):
    return lambda table: written(table)[:-8] + length.to_bytes(4, "little") + b"PAR1"


def encrypted(table):
    return written(table)[:-4] + b"PARE"


BOMBS = {
    "one term by number": one_term_by_number,
    "one row group for each term": one_row_group_for_each_term,
    "beginnings in common": beginnings_in_common,
    "rows without end": many_rows,
    "lists of terms": lists,
    "structs of terms": structs,
    "long texts": lambda t: written(t.set_column(1, "term", t["term"].cast(pa.large_string()))),
    "dictionaries": lambda t: written(t.set_column(1, "term", t["term"].dictionary_encode())),
    "nulls": lambda t: written(t.set_column(1, "term", pa.array([None] * len(t), pa.string()))),
    "numbers that run over": lambda t: written(t.set_column(0, "block", pa.array([2**31 - 1] * len(t), pa.int32()))),
    "a footer beyond the file": footer_of(2**31 - 1),
    "a footer of nothing": footer_of(0),
    "a footer of all": footer_of(2**32 - 1),
    "an encrypted footer": encrypted,
    "ends alone": lambda _: b"PAR1" * 3,
    "a column that is text in the schema alone": lambda t: written(t).replace(b"term", b"te\x00m"),
    "letters that are none": lambda t: written(
        t.set_column(1, "term", pa.array([f"{i:05}" for i in range(len(t))])), use_dictionary=False, compression="none"
    ).replace(b"00003", b"\xed\xa0\x8003"),
}  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_vocabulary_that_is_a_bomb_or_something_else_is_refused(target, refused, bomb):
    file = target.folder / NAME
    file.write_bytes(bomb(pq.read_table(file)))
    target.fit_hashes()
    assert NAME in refused()


def test_a_bomb_is_refused_for_what_it_unfolds_to(target, refused):
    file = target.folder / NAME
    table = pq.read_table(file)
    for bomb, said in (
        (one_row_group_for_each_term, "unfolds to more than"),
        (one_term_by_number, "longer than those of a model"),
    ):
        file.write_bytes(bomb(table))
        target.fit_hashes()
        assert said in refused()


def test_row_groups_of_nothing_are_harmless(target, victim):
    file = target.folder / NAME
    file.write_bytes(many_empty_row_groups(pq.read_table(file)))
    target.fit_hashes()
    answer = victim(target.folder)
    assert answer.get("loaded"), answer


TERMS = [["a", "b", "é"], [], ["a", "\x00", "😀 x"]]
SIZES = [3, 0, 3]


def read(raw, sizes):
    return [list(terms) for terms in read_vocabulary(raw, sizes, "v")]


def test_terms_are_read_as_they_were_written():
    assert read(write_vocabulary(TERMS), SIZES) == TERMS
    assert read(write_vocabulary([[]]), [0]) == [[]]


@pytest.mark.parametrize("compression", ["none", "snappy", "gzip", "zstd", "lz4"])
@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("dictionary", [True, False])
@pytest.mark.parametrize("rows", [1, 4, 100])
def test_terms_are_read_however_a_program_lays_them_out(compression, version, dictionary, rows):
    table = pa.table({"block": pa.array([0, 0, 0, 2, 2, 2], pa.int32()), "term": TERMS[0] + TERMS[2]})
    options = {"data_page_version": version, "use_dictionary": dictionary, "row_group_size": rows}
    raw = written(table, compression=compression, data_page_size=1, **options)
    assert read(raw, SIZES) == TERMS


def test_terms_that_fell_out_of_their_dictionary_are_read_too():
    terms = sorted(f"term {number}" for number in range(3000))
    table = pa.table({"block": pa.array([0] * 3000, pa.int32()), "term": terms})
    raw = written(table, dictionary_pagesize_limit=1000, write_batch_size=10, data_page_size=500)
    assert {"PLAIN", "RLE_DICTIONARY"} <= set(pq.ParquetFile(io.BytesIO(raw)).metadata.row_group(0).column(1).encodings)
    assert read(raw, [3000]) == [terms]


def test_what_pages_unfold_to_is_what_their_headers_say_and_not_the_footer():
    raw = written(pa.table({"term": [LONG]}), compression="zstd", use_dictionary=False)
    chunk = pq.ParquetFile(io.BytesIO(raw)).metadata.row_group(0).column(0)
    [page] = pages_of(raw, chunk.data_page_offset, chunk.total_compressed_size)
    assert page.size >= len(LONG) > 1000 * len(raw)
    assert (page.values, page.is_dictionary, page.is_coded) == (1, False, False)


def page(*fields):
    """Return the header of a data page in Thrift's compact protocol, and nothing behind it."""
    return b"".join(fields) + b"\x00"


# Field 1, 2, 3 as i32: the kind, the sizes; field 5 a struct: values, encoding. Numbers are zigzag: 2 n.
KIND, SIZE, NONE = b"\x15\x00", b"\x15\x08", b"\x15\x00"
OWN = b"\x2c\x15\x04\x15\x00\x00"


def test_the_header_of_a_page_is_read_by_the_rules_of_thrift():
    [found] = pages_of(page(KIND, SIZE, NONE, OWN), 0, len(page(KIND, SIZE, NONE, OWN)))
    assert (found.size, found.values) == (4, 2)


HEADERS = {
    "no end": page(KIND, SIZE, NONE, OWN)[:-1],
    "no sizes": page(KIND),
    "a size below zero": page(KIND, b"\x15\x07", NONE, OWN),
    "a way back": page(KIND, SIZE, b"\x15\x03", OWN),
    "a way beyond the end": page(KIND, SIZE, b"\x15\x7e", OWN),
    "a number without end": page(KIND, b"\x15" + b"\xff" * 11),
    "a struct in a struct without end": b"\x1c" * 100,
    "another kind of page": page(b"\x15\x02", SIZE, NONE, OWN),
    "a kind that is a struct": page(b"\x1c\x00", SIZE, NONE, OWN),
    "another encoding": page(KIND, SIZE, NONE, b"\x2c\x15\x04\x15\x0e\x00"),
    "a list": page(KIND, SIZE, NONE, b"\x19\xf5\xff\xff\xff\xff\x0f"),
    "no values": page(KIND, SIZE, NONE, b"\x2c\x00"),
}


@pytest.mark.parametrize("raw", HEADERS.values(), ids=HEADERS.keys())
def test_a_page_whose_header_is_none_is_refused(raw):
    with pytest.raises(UnfoldsBadlyError):
        list(pages_of(raw, 0, len(raw)))


@pytest.mark.parametrize(("start", "length"), [(-1, 5), (0, 1000), (10, 2**60), (5, -3)])
def test_a_column_outside_of_the_file_is_refused(start, length):
    with pytest.raises(UnfoldsBadlyError):
        list(pages_of(bytes(20), start, length))


def test_a_page_that_says_it_holds_more_values_than_there_are_is_refused():
    terms = [f"term {number}" for number in range(100)]
    raw = write_vocabulary([terms])
    with pytest.raises(ModelError, match="100 terms, not 99"):
        read_vocabulary(raw, [99], "v")
