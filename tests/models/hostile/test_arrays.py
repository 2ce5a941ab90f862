"""A model.safetensors whose header lies, or whose numbers can't be a model's; its hash fits."""

from __future__ import annotations

import json
import struct

import numpy as np
import pytest
from safetensors.numpy import load as load_arrays
from safetensors.numpy import save as save_arrays

NAME = "model.safetensors"


def parts(raw):
    """Return the header and the bytes behind it."""
    length = struct.unpack("<Q", raw[:8])[0]
    return json.loads(raw[8 : 8 + length]), raw[8 + length :]


def whole(header, data, length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def of(array, **change):
    """Return a change of what the header says of an array."""

    def apply(raw):
        header, data = parts(raw)
        header[array] |= change
        return whole(header, data)

    return apply


def offsets(array, shift):
    def apply(raw):
        header, data = parts(raw)
        header[array]["data_offsets"] = [own + by for own, by in zip(header[array]["data_offsets"], shift, strict=True)]
        return whole(header, data)

    return apply


def as_of_another(raw):
    header, data = parts(raw)
    header["coefficients.0"]["data_offsets"] = header["coefficients.1"]["data_offsets"]
    return whole(header, data)


def two_of_one_name(raw):
    header, data = parts(raw)
    text = json.dumps(header)
    own = json.dumps({"idf": header["idf"]})[1:-1]
    return whole(f"{text[:-1]}, {own}}}".encode(), data)


HEADERS = {
    "a length beyond the file": lambda raw: struct.pack("<Q", len(raw)) + raw[8:],
    "a length beyond memory": lambda raw: struct.pack("<Q", 2**40) + raw[8:],
    "a length beyond numbers": lambda raw: b"\xff" * 8 + raw[8:],
    "no length": lambda raw: bytes(8) + raw[8:],
    "half a length": lambda raw: raw[:5],
    "a header of brackets": lambda _: whole(b"[" * 1_000_000, b""),
    "a header of nested keys": lambda _: whole(b'{"a":' * 100_000 + b"1" + b"}" * 100_000, b""),
    "a header of many arrays": lambda _: whole(
        {f"a{i}": {"dtype": "F64", "shape": [0], "data_offsets": [0, 0]} for i in range(100_000)}, b""
    ),
    "a header that is no text": lambda _: whole(b"\xff\xfe" * 50, b""),
    "a header with a number that is none": of("idf", shape=[float("nan")]),
    "an array without an end": offsets("idf", (0, 2**40)),
    "an array behind the end": offsets("idf", (2**40, 2**40)),
    "an array before the beginning": offsets("coefficients.0", (-8, -8)),
    "an array that ends before it begins": of("idf", data_offsets=[80, 8]),
    "an array where another one is": as_of_another,
    "an array that reaches into another": offsets("intercepts.0", (-8, 0)),
    "a gap between arrays": lambda raw: whole({k: {**v, "data_offsets": [o + 8 for o in v["data_offsets"]]}
                                               for k, v in parts(raw)[0].items()}, bytes(8) + parts(raw)[1]),
    "bytes behind the last array": lambda raw: raw + bytes(8),
    "bytes missing": lambda raw: raw[:-8],
    "the same name twice": two_of_one_name,
    "whole numbers in place of others": of("idf", dtype="I64"),
    "complex numbers in place of two": of("platt.0", dtype="C64"),
    "truths in place of numbers": of("idf", dtype="BOOL"),
    "a type that nobody knows": of("idf", dtype="object"),
    "a type that is a list": of("idf", dtype=["F64"]),
    "a shape without end": of("idf", shape=[2**62, 2**62]),
    "a shape of nothing and all": of("idf", shape=[0, 2**62]),
    "a shape below zero": of("idf", shape=[-1]),
    "a shape of many dimensions": of("idf", shape=[1] * 100_000),
    "a shape that is text": of("idf", shape="5"),
    "an array more, of nothing": lambda raw: save_arrays(load_arrays(raw) | {"more": np.zeros(0)}),
}  # fmt: skip


@pytest.mark.parametrize("change", HEADERS.values(), ids=HEADERS.keys())
def test_a_header_that_lies_is_refused(target, refused, change):
    file = target.folder / NAME
    file.write_bytes(change(file.read_bytes()))
    target.fit_hashes()
    assert NAME in refused()


NUMBERS = [np.nan, np.inf, -np.inf, 1e300, -1e300, 1.7976931348623157e308]
PLACES = ["coefficients.0", "intercepts.1", "idf", "platt.0", "isotonic.1.0.scores", "isotonic.1.1.probabilities"]


def with_number(name, value):
    def change(raw):
        arrays = dict(load_arrays(raw))
        arrays[name] = arrays[name].copy()
        arrays[name].flat[-1] = value
        return save_arrays(arrays)

    return change


@pytest.mark.parametrize("value", NUMBERS)
@pytest.mark.parametrize("name", PLACES)
def test_a_number_that_is_none_or_too_large_is_refused(target, refused, name, value):
    file = target.folder / NAME
    file.write_bytes(with_number(name, value)(file.read_bytes()))
    target.fit_hashes()
    assert NAME in refused()


@pytest.mark.parametrize("value", [0.0, -0.0, -1.0, -5e-324, 100.1])
def test_an_idf_that_none_can_be_is_refused(target, refused, value):
    file = target.folder / NAME
    arrays = load_arrays(file.read_bytes())
    file.write_bytes(save_arrays(arrays | {"idf": np.append(value, arrays["idf"][1:])}))
    target.fit_hashes()
    assert "idf" in refused()


def test_weights_of_a_block_without_idf_are_refused(target, refused):
    file = target.folder / NAME
    file.write_bytes(with_number("idf", 1.5)(file.read_bytes()))
    target.fit_hashes()
    assert "a block that doesn't use IDF" in refused()


@pytest.mark.parametrize("value", [-0.0, 5e-324, -5e-324, 1e99, -1e99])
def test_numbers_that_are_small_or_large_but_can_be_are_used_without_a_warning(target, victim, value):
    # The process that loads them takes warnings for errors.
    file = target.folder / NAME
    arrays = load_arrays(file.read_bytes())
    changed = {name: np.full_like(arrays[name], value) for name in ("coefficients.0", "coefficients.1", "platt.0")}
    file.write_bytes(save_arrays(arrays | changed))
    target.fit_hashes()
    assert victim(target.folder).get("loaded"), victim(target.folder)
