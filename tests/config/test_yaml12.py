"""YAML by the core rules of 1.2, positions included."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancekit.config.yaml12 import Position, parse_yaml, read_yaml
from stancekit.errors import ConfigError

CORE_SCALARS = [
    ("no", "no"),
    ("on", "on"),
    ("Yes", "Yes"),
    ("off", "off"),
    ("y", "y"),
    ("true", True),
    ("False", False),
    ("TRUE", True),
    ("tRUE", "tRUE"),
    ("~", None),
    ("null", None),
    ("Null", None),
    ("NULL", None),
    ("nULL", "nULL"),
    ("", None),
    ("0", 0),
    ("-0", 0),
    ("+12", 12),
    ("010", 10),
    ("08", 8),
    ("0o10", 8),
    ("0o8", "0o8"),
    ("0O7", "0O7"),
    ("-0o7", "-0o7"),
    ("0x1F", 31),
    ("0X1F", "0X1F"),
    ("0b11", "0b11"),
    ("1_000", "1_000"),
    ("12:30", "12:30"),
    ("190:20:30", "190:20:30"),
    ("1e-3", 0.001),
    ("1E+5", 100000.0),
    ("+1e3", 1000.0),
    ("1.", 1.0),
    (".5", 0.5),
    ("-.5", -0.5),
    ("1.e2", 100.0),
    ("1.5e", "1.5e"),
    ("e5", "e5"),
    (".", "."),
    (".inf", math.inf),
    ("-.INF", -math.inf),
    (".iNF", ".iNF"),
    ("inf", "inf"),
    ("nan", "nan"),
    ("2021-11", "2021-11"),
    ("2021-11-30", "2021-11-30"),
    ("2021-11-30T12:00:00Z", "2021-11-30T12:00:00Z"),
    ("=", "="),
    ("<<", "<<"),
    ("٣", "٣"),
    ("'1'", "1"),
    ('"1e-3"', "1e-3"),
    ("'no'", "no"),
    ("'~'", "~"),
    ("''", ""),
    ("!!str 12", "12"),
    ("!!int '12'", 12),
    ("!!float 1", 1.0),
]

JSON_TEXT = st.text(st.characters(min_codepoint=32, exclude_categories=["C", "Z"]) | st.just(" "), max_size=12)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | JSON_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(JSON_TEXT, inner, max_size=4),
    max_leaves=12,
)


def problems_of(text: str) -> list[tuple[str, str]]:
    """Return where and what is wrong with YAML text."""
    with pytest.raises(ConfigError) as caught:
        parse_yaml(text, "a.yaml")
    return [(problem.where, str(problem)) for problem in caught.value.problems]


def problem_of(text: str) -> tuple[str, str]:
    """Return where and what is the one thing wrong with YAML text."""
    (only,) = problems_of(text)
    return only


@pytest.mark.parametrize(("written", "value"), CORE_SCALARS)
def test_a_scalar_is_read_by_the_core_rules(written, value):
    (found,) = parse_yaml(f"- {written}", "a.yaml").values
    assert found == value
    assert type(found) is type(value)


def test_nan_is_a_number():
    assert math.isnan(parse_yaml(".nan", "a.yaml").values)


def test_keys_are_words_whatever_they_look_like():
    assert parse_yaml("on: 1\nno: 2\n0: 3\n~: 4\n2021-11-30: 5\n1.0: 6", "a.yaml").values == {
        "on": 1,
        "no": 2,
        "0": 3,
        "~": 4,
        "2021-11-30": 5,
        "1.0": 6,
    }


def test_there_is_no_merge_key_in_version_1_2():
    assert parse_yaml("<<: {a: 1}\nb: 2", "a.yaml").values == {"<<": {"a": 1}, "b": 2}


def test_a_version_directive_of_1_1_does_not_bring_back_its_rules():
    assert parse_yaml("%YAML 1.1\n---\na: no\nb: 010", "a.yaml").values == {"a": "no", "b": 10}


def test_block_scalars_keep_or_fold_their_lines():
    assert parse_yaml("a: |\n  one\n  two\nb: >-\n  one\n  two\n", "a.yaml").values == {
        "a": "one\ntwo\n",
        "b": "one two",
    }


@settings(deadline=None)
@given(value=JSON_VALUES)
def test_json_is_yaml_and_means_the_same(value):
    text = json.dumps(value, ensure_ascii=False)
    assert repr(parse_yaml(text, "a.yaml").values) == repr(json.loads(text))


def test_an_alias_repeats_its_anchor_without_sharing_it():
    values = parse_yaml("a: &block {field: text}\nb: *block", "a.yaml").values
    assert values == {"a": {"field": "text"}, "b": {"field": "text"}}
    assert values["a"] is not values["b"]


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing here\n", "---\n", "--- # nothing\n...\n"])
def test_a_file_with_nothing_in_it_holds_null(text):
    assert parse_yaml(text, "a.yaml").values is None


def test_every_value_and_key_knows_its_line_and_column():
    #                            1234567890123456789012
    document = parse_yaml("model: {kind: svc, C: 12}\nblocks:\n  - field: text\n  - [a, 'bc']\n", "a.yaml")
    assert document.keys["model",] == Position(1, 1, 5)
    assert document.places["model",] == Position(1, 8, 18)
    assert document.keys["model", "C"] == Position(1, 20, 1)
    assert document.places["model", "C"] == Position(1, 23, 2)
    assert document.keys["blocks", 0, "field"] == Position(3, 5, 5)
    assert document.places["blocks", 0, "field"] == Position(3, 12, 4)
    assert document.places["blocks", 1, 1] == Position(4, 9, 4)


def test_columns_count_characters_not_bytes():
    assert problem_of("é😀: {ü: 1, ü: 2}")[0] == "a.yaml:1:12"


def test_a_duplicate_key_names_both_lines():
    where, said = problem_of("name: a\nseed: 1\nname: b\n")
    assert where == "a.yaml:3:1"
    assert "duplicate key 'name'" in said
    assert "line 1" in said
    assert "line 3" in said
    assert "3 | name: b" in said


def test_duplicate_keys_at_several_depths_are_all_reported():
    text = """\
model:
  C: 1
  kind: svc
  C: 2
features:
  blocks:
    - {field: text, weight: 1, field: masked}
    - field: pair
      idf: true
      idf: false
model: {}
"""
    found = problems_of(text)
    assert [where for where, _ in found] == ["a.yaml:4:3", "a.yaml:7:32", "a.yaml:10:7", "a.yaml:11:1"]
    for (_, said), key, first, again in zip(
        found, ["C", "field", "idf", "model"], [2, 7, 9, 1], [4, 7, 10, 11], strict=True
    ):
        assert f"{key!r}" in said
        assert f"line {first}" in said
        assert f"line {again}" in said


def test_a_key_that_stands_three_times_is_reported_twice():
    found = problems_of("a: 1\na: 2\na: 3\n")
    assert [where for where, _ in found] == ["a.yaml:2:1", "a.yaml:3:1"]


def test_quotes_do_not_make_another_key():
    assert problem_of("1: a\n'1': b\n")[0] == "a.yaml:2:1"


def test_the_same_key_in_two_mappings_is_no_duplicate():
    assert parse_yaml("a: {c: 1}\nb: {c: 2}", "a.yaml").values == {"a": {"c": 1}, "b": {"c": 2}}


def test_a_duplicate_key_behind_an_alias_is_reported_once():
    assert problem_of("a: &m {C: 1, C: 2}\nb: *m\n")[0] == "a.yaml:1:14"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("? [a, b]\n: 1\n", "a.yaml:1:3"),
        ("{a: 1}: 2\n", "a.yaml:1:1"),
    ],
)
def test_a_list_or_mapping_is_no_key(text, where):
    found, said = problem_of(text)
    assert found == where
    assert "key" in said


@pytest.mark.parametrize("text", ["a: &x [1, *x]", "a: &x {b: *x}", "a: &x\n  b:\n    - c: *x"])
def test_an_alias_that_contains_itself_is_refused_where_it_stands(text):
    where, said = problem_of(text)
    assert where.startswith("a.yaml:1:")
    assert "contains itself" in said


def test_an_alias_bomb_is_refused_before_it_goes_off():
    levels = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    levels += [
        f"{name}: &{name} [{', '.join([f'*{below}'] * 9)}]" for below, name in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    where, said = problem_of("\n".join(levels))
    assert where.startswith("a.yaml:")
    assert "100,000" in said


def test_an_alias_of_nothing_is_refused():
    where, said = problem_of("a: 1\nb: *nothing\n")
    assert where == "a.yaml:2:4"
    assert "nothing" in said


@pytest.mark.parametrize(
    "tagged",
    [
        "!!python/name:os.system",
        "!!python/object/apply:os.system ['touch owned']",
        "!!python/object:os.PathLike {a: 1}",
        "!!python/tuple [1, 2]",
        "!!binary aGk=",
        "!!timestamp 2021-11-30",
        "!!set {a, b}",
        "!mine 3",
        "!mine [3]",
        "!mine {a: 3}",
    ],
)
def test_a_tag_that_plain_yaml_has_not_is_refused_and_runs_nothing(tagged, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    where, said = problem_of(f"a: 1\nb: {tagged}\n")
    assert where == "a.yaml:2:4"
    assert tagged.split()[0].removeprefix("!!") in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("tagged", ["!!int twelve", "!!float x", "!!bool no"])
def test_a_value_that_is_not_what_its_tag_says_is_refused(tagged):
    assert problem_of(f"a: {tagged}")[0] == "a.yaml:1:4"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a:\n\tb: 1\n", "a.yaml:2:1"),
        ("\ta: 1\n", "a.yaml:1:1"),
        ("a: [1, 2", "a.yaml:1:9"),
        ("a: 1\nb: 'open\n", "a.yaml:3:1"),
        ("a: b: c\n", "a.yaml:1:5"),
        ("a: 1\n b: 2\n", "a.yaml:2:3"),
        ("a: 1\n---\nb: 2\n", "a.yaml:2:1"),
        ("a: @b\n", "a.yaml:1:4"),
    ],
)
def test_what_is_not_yaml_is_refused_where_it_stops_being_yaml(text, where):
    found, said = problem_of(text)
    assert found == where
    assert "not valid YAML" in said


@pytest.mark.parametrize(
    ("text", "where", "name"),
    [
        ("a: \x01b", "a.yaml:1:4", "0001"),
        ("a: 1\nb: 'x\x1b[31mred'\n", "a.yaml:2:6", "001b"),
        ("é: 😀\x07\n", "a.yaml:1:5", "0007"),
        ("a: 1\r\nb: \x00\r\n", "a.yaml:2:4", "0000"),
    ],
)
def test_a_control_character_is_refused_by_place_and_number(text, where, name):
    found, said = problem_of(text)
    assert found == where
    assert name in said


def test_a_control_character_is_not_sent_to_the_terminal_of_the_reader():
    assert "\x1b" not in problem_of("a: '\x1b[2Jgone'")[1]


@pytest.mark.parametrize("escape", [r"\U00110000", r"\uD8", r"\q"])
def test_an_escape_that_names_no_character_is_refused_on_its_line(escape):
    where, said = problem_of(f'a: 1\nb: "{escape}"\nc: 1\n')
    assert where.startswith("a.yaml:2:")
    assert "not valid YAML" in said


@pytest.mark.parametrize("text", [r'"\ud800": 1', r'? "\udfff"', r'"a": "\ud800"', r'- "\udfff"'])
def test_half_of_a_character_is_refused_as_key_and_as_value(text):
    assert problem_of(text)[0].startswith("a.yaml:1:")


@pytest.mark.parametrize("text", ["[" * 2000, "- " * 2000 + "a", "{a: " * 2000 + "1" + "}" * 2000])
def test_nesting_beyond_all_reason_is_refused(text):
    assert problem_of(text)[0].startswith("a.yaml:1:")


def test_windows_line_ends_change_neither_values_nor_positions():
    assert parse_yaml("a: 1\r\nb: |\r\n  x\r\n", "a.yaml").values == {"a": 1, "b": "x\n"}
    where, said = problem_of("a: 1\r\nb: 2\r\n\r\na: 3\r\n")
    assert where == "a.yaml:4:1"
    assert "\r" not in said


def test_the_offending_line_is_shown_with_a_caret_under_the_place():
    shown = problem_of("a: 1\nbc: {d: 1, d: 2}\n")[1].splitlines()[-2:]
    source, caret = shown
    assert source.endswith("| bc: {d: 1, d: 2}")
    assert caret.index("^") == source.index("d: 2")


def write(folder: Path, raw: bytes) -> Path:
    file = folder / "a.yaml"
    file.write_bytes(raw)
    return file


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path):
    assert read_yaml(write(tmp_path, b"\xef\xbb\xbfname: a\n")).values == {"name": "a"}


def test_a_byte_order_mark_does_not_shift_columns(tmp_path):
    with pytest.raises(ConfigError) as caught:
        read_yaml(write(tmp_path, b"\xef\xbb\xbf{ab: 1, ab: 2}\n"), "a.yaml")
    assert caught.value.problems[0].where == "a.yaml:1:9"
    assert "\ufeff" not in str(caught.value)


@pytest.mark.parametrize(
    ("raw", "line", "byte"),
    [
        (b"a: 1\nb: \xe9t\xe9\n", 2, "0xe9"),
        ("a: 1\n".encode("utf-16"), 1, "0xff"),
    ],
)
def test_a_file_that_is_not_utf8_is_refused_with_line_and_byte(raw, line, byte, tmp_path):
    with pytest.raises(ConfigError) as caught:
        read_yaml(write(tmp_path, raw), "a.yaml")
    (problem,) = caught.value.problems
    assert problem.where.startswith(f"a.yaml:{line}")
    assert byte in problem.message
    assert "UTF-8" in str(problem)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigError) as caught:
        read_yaml(tmp_path / "nope.yaml")
    assert caught.value.problems[0].where == str(tmp_path / "nope.yaml")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ConfigError) as caught:
        read_yaml(tmp_path)
    assert caught.value.problems[0].where == str(tmp_path)
