"""Loading and registering."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from stancekit import plugins
from stancekit.errors import InputError, PluginError
from stancekit.plugins import field, load_code

HEAD = "from stancekit.plugins import analyzer, field, lexicon\n"


def refusal(*files: Path) -> tuple[str, str]:
    with pytest.raises(PluginError) as caught:
        load_code(files)
    (problem,) = caught.value.problems
    return problem.message, problem.where


def test_a_file_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    for file in (tmp_path / "none.py", tmp_path, Path("a\0b.py")):
        with pytest.raises(InputError, match="can't read the code"):
            load_code([file])


BROKEN = {
    "syntax": ("x = 1\nx = = 2\n", "the code can't be loaded: SyntaxError: invalid syntax", ":2"),
    "import": ("import no_such_module\n", "the code can't be loaded: ModuleNotFoundError: No module named", ":1"),
    "exit": ("\n\nimport sys\nsys.exit(3)\n", "the code can't be loaded: SystemExit: 3", ":4"),
    "null": ("x\0", "the code can't be loaded:", ""),
    "nothing": ("x = 1\n", "the code registers no plug-in", ""),
    "name": (HEAD + "@field('a b')\ndef a(columns): ...\n", "'a b' can't be the name of a field", ":2"),
    "csv": (HEAD + "@lexicon('own.csv')\ndef a(): ...\n", "'own.csv' can't be the name of a lexicon", ":2"),
    "no name": (HEAD + "@field\ndef a(columns): ...\n", "can't be the name of a field", ":2"),
    "no function": (HEAD + "\nfield('a')(3)\n", "the field 'a' is no function but 3", ":3"),
    "ours": (HEAD + "@field('masked')\ndef a(c): ...\n", "stancekit has one of that name itself", ":2"),
    "our analyzer": (HEAD + "@analyzer('char')\ndef a(c): ...\n", "stancekit has one of that name itself", ":2"),
    "our lexicon": (HEAD + "@lexicon('afinn')\ndef a(): ...\n", "stancekit has one of that name itself", ":2"),
    "twice alike": (HEAD + "@field('a')\ndef a(c): ...\n@field('a')\ndef a(c): ...\n", "is there already, from", ":4"),
    "twice": (HEAD + "@field('a')\ndef a(c): ...\n@field('a')\ndef b(c): ...\n", "is there already, from", ":4"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_file_that_can_not_be_loaded_is_told_with_its_line(write_code, case: str) -> None:
    importlib.import_module("stancekit.config.features")  # it says which names are taken
    code, said, line = BROKEN[case]
    file = write_code(code)
    message, where = refusal(file)
    assert said in message
    assert where == f"{file}{line}"


def test_what_fails_half_way_leaves_nothing(write_code) -> None:
    with pytest.raises(PluginError):
        load_code([write_code(HEAD + "@field('a')\ndef a(c): ...\n1 / 0\n")])
    assert plugins.loaded() == []


def test_two_files_with_one_name_are_both_named(write_code) -> None:
    first = write_code(HEAD + "@field('a')\ndef a(c): ...\n", "first.py")
    second = write_code(HEAD + "\n@field('a')\ndef a(c): ...\n", "second.py")
    message, where = refusal(first, second)
    assert message == f"the field 'a' is there already, from {first}:2"
    assert where == f"{second}:3"


def test_names_of_other_kinds_are_no_clash(write_code) -> None:
    load_code([write_code(HEAD + "@field('a')\ndef a(c): ...\n@analyzer('a')\ndef b(text): ...\n")])
    assert [(own.kind, own.name) for own in plugins.loaded()] == [("analyzer", "a"), ("field", "a")]


def test_a_file_is_run_again_only_where_it_has_changed(write_code, tmp_path: Path) -> None:
    count = f"with open({str(tmp_path / 'count')!r}, 'a') as file: file.write('x')\n"
    first = HEAD + count + "@field('a')\ndef a(c): ...\n@field('b')\ndef b(c): ...\n"
    load_code([write_code(first)])
    load_code([write_code(first)])
    assert (tmp_path / "count").read_text() == "x"
    load_code([write_code(HEAD + count + "@field('a')\ndef a(c): ...\n")])
    assert (tmp_path / "count").read_text() == "xx"
    assert [own.name for own in plugins.loaded()] == ["a"]


def test_a_changed_file_that_fails_leaves_what_it_had_registered(write_code) -> None:
    load_code([write_code(HEAD + "@field('a')\ndef a(c): ...\n")])
    with pytest.raises(PluginError):
        load_code([write_code(HEAD + "1 / 0\n")])
    assert [own.name for own in plugins.loaded()] == ["a"]


def test_defining_a_function_anew_replaces_it_and_another_does_not() -> None:
    def define(line: str):
        def own(columns):
            return [line]

        return own

    field("again")(define("first"))
    field("again")(define("second"))
    assert plugins.get("field", "again").call({}) == ["second"]

    def other(columns):
        return []

    with pytest.raises(PluginError, match="is there already, from"):
        field("again")(other)


def test_a_function_without_source_is_refused() -> None:
    names: dict[str, object] = {}
    exec("def own(columns): ...", names)
    with pytest.raises(PluginError, match="can't be found, so no run could say"):
        field("own")(names["own"])  # type: ignore[type-var]


def test_what_is_not_loaded_is_said_with_the_next_step() -> None:
    with pytest.raises(PluginError, match=r"the field 'a' is not loaded; .*--code FILE"):
        plugins.get("field", "a")


def test_a_long_message_is_cut(write_code) -> None:
    load_code([write_code(HEAD + "@field('a')\ndef a(c): raise ValueError('x' * 10_000)\n")])
    with pytest.raises(PluginError) as caught:
        plugins.get("field", "a").call({})
    assert len(str(caught.value)) < 1000
