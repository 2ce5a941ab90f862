"""Plug-ins as users meet them: files given on the command line, and installed packages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import stancekit
from stancekit import plugins
from stancekit.config import Block, load_config
from stancekit.errors import ModelError, PluginError
from stancekit.experiment.store import run_id
from stancekit.features.cache import content_key
from stancekit.features.counts import block_analyzer
from stancekit.plugins import load_code

EXAMPLE = {"text": "Paris soutient un accord sur le point 3.", "actor": "France", "target": "deal"}


def trained(done: subprocess.CompletedProcess[str]) -> Path:
    assert done.returncode == 0, done.stderr
    return Path(json.loads(done.stdout)["path"])


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_a_run_with_a_file_of_plugins_predicts_with_it_and_not_without(
    stancekit_command, plugged_config: Path, write_code, tmp_path: Path
) -> None:
    code, article = write_code(), tmp_path / "article.txt"
    article.write_text("Paris soutient un accord.\n", encoding="utf-8")
    run = trained(stancekit_command("train", "-c", plugged_config, "-o", tmp_path / "out", "--code", code, "--json"))

    done = stancekit_command("predict", run, article, "--code", code, "--json")
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(done.stdout)
    assert row["label"] == "supports"

    refused = stancekit_command("predict", run, article)
    assert refused.returncode == 1
    assert "the model needs the analyzer 'long_words' of the plug-in 'own.py', which is not loaded" in refused.stderr
    assert "--code own.py" in refused.stderr
    assert "Traceback" not in refused.stderr

    for command in (["runs", tmp_path / "out"], ["compare", run, run]):
        shown = stancekit_command(*command)
        assert "damaged" not in shown.stdout + shown.stderr


def test_a_run_says_what_it_was_made_with(stancekit_command, plugged_config: Path, write_code, tmp_path: Path) -> None:
    code = write_code()
    run = trained(stancekit_command("train", "-c", plugged_config, "-o", tmp_path / "out", "--code", code, "--json"))
    named = read_json(run / "environment.json")["plugins"]
    assert [(own["kind"], own["name"], own["file"]) for own in named] == [
        ("analyzer", "long_words", str(code)),
        ("field", "last_words", str(code)),
        ("lexicon", "verbs", str(code)),
    ]
    saved = read_json(run / "model" / "model.json")
    assert [(own["kind"], own["name"], own["file"]) for own in saved["plugins"]] == [
        ("analyzer", "long_words", "own.py"),
        ("field", "last_words", "own.py"),
    ]
    assert saved["lexicons"][saved["blocks"][2]["spec"]["lexicon"]]["entries"] == [
        ["soutien*", "support", 2, "object"],
        ["refuse*", "oppose", -2, ""],
    ]


def test_features_are_what_the_functions_return(plugged_config: Path, write_code, tmp_path: Path) -> None:
    run = stancekit.train(plugged_config, output=tmp_path / "out", code=[write_code()])
    first, second, _ = run.model().features.blocks
    # Texts end in "point 0." to "point 11.": two-letter tokens and up are kept by `words`, digits too.
    assert set(first.terms) == {"point", *map(str, range(12))}
    # In a masked text the only words of more than four letters are the marks, the verb, and "point".
    assert "_target_ point" in second.terms
    assert not any(len(word) <= 4 for term in second.terms for word in term.split())


def test_an_experiment_is_trained_the_same_from_code_and_from_the_command_line(
    stancekit_command, plugged_config: Path, write_code, tmp_path: Path
) -> None:
    code = write_code()
    run = trained(stancekit_command("train", "-c", plugged_config, "-o", tmp_path / "a", "--code", code, "--json"))
    again = stancekit.train(plugged_config, output=tmp_path / "b", code=[code])
    assert again.id == run.name
    assert stancekit.load(run).predict_proba([EXAMPLE]) == again.model().predict_proba([EXAMPLE])


def test_changed_code_is_another_run_unless_the_config_does_not_use_it(
    config_file: Path, plugged_config: Path, write_code, tmp_path: Path
) -> None:
    load_code([write_code()])
    before = run_id(load_config(plugged_config))
    plain = tmp_path / "plain.yaml"
    plain.write_text(
        "name: small\ndata: {train: examples.jsonl}\nfeatures: {blocks: [{field: text}]}", encoding="utf-8"
    )
    without = run_id(load_config(plain))
    changed = write_code(write_code().read_text(encoding="utf-8").replace("[-2:]", "[-3:]"))
    load_code([changed])
    assert run_id(load_config(plugged_config)) != before
    assert run_id(load_config(plain)) == without


def test_a_model_is_refused_with_code_that_has_changed(plugged_config: Path, write_code, tmp_path: Path) -> None:
    run = stancekit.train(plugged_config, output=tmp_path / "out", code=[write_code()])
    changed = write_code(write_code().read_text(encoding="utf-8").replace("[-2:]", "[-3:]"))
    with pytest.raises(ModelError, match="has changed since it was trained"):
        stancekit.load(run.path, code=[changed])


def test_a_model_that_names_a_field_but_no_plugin_for_it_is_refused(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    description = run.path / "model" / "model.json"
    text = description.read_text(encoding="utf-8")
    description.write_text(text.replace('"field": "masked"', '"field": "maskd"'), encoding="utf-8")
    with pytest.raises(ModelError, match="there is no field 'maskd'"):
        stancekit.load(run.path)


@pytest.mark.parametrize(
    ("command", "options"), [("train", ["--dry-run"]), ("check", []), ("train", ["-o", "out", "--quiet"])]
)
def test_commands_that_read_a_config_take_code(
    stancekit_command, plugged_config: Path, write_code, tmp_path: Path, command: str, options: list[str]
) -> None:
    config = ["-c", plugged_config] if command == "train" else [plugged_config]
    done = stancekit_command(command, *config, "--code", write_code(), *options, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    without = stancekit_command(command, *config, *options, cwd=tmp_path)
    assert without.returncode == 2
    assert "'last_words' is not a value of 'field'" in without.stderr
    assert "--code FILE" in without.stderr


def test_the_schema_has_the_names_of_plugins(stancekit_command, write_code) -> None:
    block = json.loads(stancekit_command("schema", "--code", write_code()).stdout)["$defs"]["Block"]["properties"]
    assert block["field"]["enum"][-2:] == ["skeleton", "last_words"]
    assert block["analyzer"]["enum"][-2:] == ["lexicon", "long_words"]
    assert "verbs" in str(block["lexicon"])
    plain = json.loads(stancekit_command("schema").stdout)["$defs"]["Block"]["properties"]
    assert plain["field"]["enum"][-1] == "skeleton"
    assert "verbs" not in str(plain["lexicon"])


@pytest.mark.parametrize(
    ("key", "given", "match"),
    [("field", "last_word", "last_words"), ("analyzer", "long_word", "long_words"), ("lexicon", "verb", "verbs")],
)
def test_an_unknown_name_is_answered_with_the_closest_plugin(
    plugged_config: Path, write_code, key: str, given: str, match: str
) -> None:
    load_code([write_code()])
    number = {"field": 0, "analyzer": 1, "lexicon": 2}[key]
    with pytest.raises(stancekit.errors.ConfigError) as caught:
        load_config(plugged_config, [f"features.blocks.{number}.{key}={given}"])
    (problem,) = caught.value.problems
    assert match in problem.allowed
    assert f"did you mean '{match}'?" in str(problem)


def test_a_search_tries_plugins_beside_what_is_built_in(plugged_config: Path, write_code, tmp_path: Path) -> None:
    search = (
        "search={grid: {features.blocks.0.field: [text, last_words], features.blocks.2.lexicon: [verbs, stance_fr]}}"
    )
    run = stancekit.train(plugged_config, [search], output=tmp_path / "out", code=[write_code()])
    assert len(run.metrics["search"]["tried"]) == 4


@pytest.fixture
def installed(tmp_path: Path, write_code) -> Callable[..., dict[str, str]]:
    """An installed package with an entry point, as a folder on the path; returns the environment that has it."""

    def install(code: str | None = None) -> dict[str, str]:
        site = tmp_path / "site"
        information = site / "sahel_views-1.2.dist-info"
        information.mkdir(parents=True)
        (information / "METADATA").write_text("Metadata-Version: 2.1\nName: sahel-views\nVersion: 1.2\n")
        (information / "entry_points.txt").write_text("[stancekit.plugins]\nsahel = sahel_views\n")
        (site / "sahel_views.py").write_text(code or write_code().read_text(encoding="utf-8"), encoding="utf-8")
        return {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")])}

    return install


def command_in(environment: dict[str, str], *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "stancekit", *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_plugins_of_an_installed_package_need_no_option(installed, plugged_config: Path, tmp_path: Path) -> None:
    environment = installed()
    run = trained(command_in(environment, "train", "-c", plugged_config, "-o", tmp_path / "out", "--json"))
    article = tmp_path / "article.txt"
    article.write_text("Paris refuse un accord.\n", encoding="utf-8")
    done = command_in(environment, "predict", run, article, "--json")
    assert json.loads(done.stdout)[0]["label"] == "opposes", done.stderr
    assert "last_words" in command_in(environment, "schema").stdout


def test_an_installed_package_is_not_imported_where_no_name_asks_for_it(installed, config_file: Path) -> None:
    environment = installed("raise SystemExit('imported')")
    assert command_in(environment, "train", "-c", config_file, "--dry-run").returncode == 0
    refused = command_in(environment, "train", "-c", config_file, "--dry-run", "--set", "features.blocks.0.field=x")
    assert refused.returncode == 1
    assert "the plug-in 'sahel' of the package 'sahel-views' can't be loaded: SystemExit: imported" in refused.stderr


def test_a_file_may_not_take_the_name_of_an_installed_plugin(
    installed, plugged_config: Path, write_code, tmp_path: Path
) -> None:
    code = "from stancekit.plugins import field\n@field('last_words')\ndef own(columns): return []\n"
    refused = command_in(installed(), "schema", "--code", write_code(code, "second.py"))
    assert refused.returncode == 1
    assert "second.py:2" in refused.stderr
    assert "sahel_views.py:4" in refused.stderr


FAILING = {
    "raises": (
        "def own(columns):\n    return [1 / 0]",
        "the field 'own' failed: ZeroDivisionError: division by zero",
        4,
    ),
    "exits": ("def own(columns):\n    raise SystemExit(0)", "the field 'own' failed: SystemExit: 0", 4),
    "short": ("def own(columns):\n    return ['']", "the field 'own' returned 1 texts for 36 examples", 2),
    "text": ("def own(columns):\n    return 'no list'", "the field 'own' returned str, not a list of texts", 2),
    "none": ("def own(columns):\n    pass", "the field 'own' returned NoneType, not a list of texts", 2),
    "number": (
        "def own(columns):\n    return [''] * 4 + [5] * 32",
        "the field 'own' returned 5 (int) for example 5 (a01-opposes)",
        2,
    ),
    "surrogate": (
        "def own(columns):\n    return ['\\ud800'] * 36",
        "the field 'own' returned '\\ud800', which is no valid Unicode, for example 1 (a00-supports)",
        2,
    ),
    "label": ("def own(columns):\n    return columns['label']", "the field 'own' failed: KeyError: 'label'", 4),
}


@pytest.mark.parametrize("case", FAILING)
def test_a_field_that_fails_is_told_with_its_place(
    stancekit_command, config_file: Path, write_code, tmp_path: Path, case: str
) -> None:
    body, said, line = FAILING[case]
    code = write_code(f"from stancekit.plugins import field\n@field('own')\n{body}\n")
    options = ["--code", code, "--set", "features.blocks.0.field=own", "-o", tmp_path / "out"]
    refused = stancekit_command("train", "-c", config_file, *options)
    assert refused.returncode == 1
    assert f"error: {code}:{line}: {said}" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (tmp_path / "out").exists()


TOKENS = {
    "raises": (
        "raise ValueError('no')",
        "failed on the text 'paris soutient un accord sur le point 0.': ValueError: no",
    ),
    "text": ("return text", "returned str, not a list of tokens, for 'paris soutient un accord sur le point 0.'"),
    "bytes": ("return [b'a']", "returned b'a' (bytes) as a token of 'paris soutient un accord sur le point 0.'"),
}


@pytest.mark.parametrize("case", TOKENS)
def test_an_analyzer_that_fails_is_told_with_the_text(config_file: Path, write_code, tmp_path: Path, case: str) -> None:
    body, said = TOKENS[case]
    code = write_code(f"from stancekit.plugins import analyzer\n@analyzer('own')\ndef own(text):\n    {body}\n")
    blocks = "features.blocks=[{field: text, analyzer: own}]"
    with pytest.raises(PluginError) as caught:
        stancekit.train(config_file, [blocks], output=tmp_path / "out", code=[code])
    (problem,) = caught.value.problems
    assert problem.message == f"the analyzer 'own' {said}"
    assert problem.where.startswith(f"{code}:")


LEXICONS = {
    "[]": "returned no terms",
    "None": "returned NoneType, not a list of entries",
    "['abc']": "returned 'abc' as entry 1",
    "[('a', 'k', 1), ('b', 'k')]": "returned ('b', 'k') as entry 2",
    "[('a', 'k', 1.0)]": "returned ('a', 'k', 1.0) as entry 1",
    "[('a', 'k', True)]": "returned ('a', 'k', True) as entry 1",
    "[('a', 'k', 1, 'both')]": "returned ('a', 'k', 1, 'both') as entry 1",
    "[('a', 'k', 9)]": "returned what can't be a lexicon: entry 1: the strength 9 is not from -5 to 5",
    "1 / 0": "failed: ZeroDivisionError: division by zero",
}


@pytest.mark.parametrize("given", LEXICONS)
def test_a_lexicon_that_is_none_is_told(plugged_config: Path, write_code, given: str) -> None:
    code = f"from stancekit.plugins import lexicon\n@lexicon('own')\ndef own():\n    return {given}\n"
    load_code([write_code(), write_code(code, "second.py")])
    with pytest.raises(PluginError) as caught:
        load_config(plugged_config, ["features.blocks.2.lexicon=own"])
    assert caught.value.problems[0].message == f"the lexicon 'own' {LEXICONS[given]}"


def test_a_field_can_not_change_what_others_see(config_file: Path, write_code, tmp_path: Path) -> None:
    code = "from stancekit.plugins import field\n@field('own')\ndef own(columns):\n    columns['text'].clear()\n"
    blocks = "features.blocks=[{field: own}, {field: text}]"
    load_code([write_code(code + "    return [''] * 36\n")])
    run = stancekit.train(config_file, [blocks], output=tmp_path / "out", code=[])
    assert "accord" in run.model().features.blocks[1].terms


def test_what_only_words_have_is_refused_for_the_analyzer_of_a_plugin(plugged_config: Path, write_code) -> None:
    load_code([write_code()])
    with pytest.raises(stancekit.errors.ConfigError, match="'tokens' is for the analyzer 'word', not for 'long_words'"):
        load_config(plugged_config, ["features.blocks.1.tokens=sklearn"])


def test_no_code_is_run_by_a_config(stancekit_command, config_file: Path, write_code) -> None:
    write_code("raise SystemExit(7)")
    for change in ("features.blocks.0.field=own.py", "features.blocks.0.lexicon=own.py", "code=own.py"):
        refused = stancekit_command("train", "-c", config_file, "--dry-run", "--set", change, cwd=config_file.parent)
        assert refused.returncode == 2, refused.stderr


def test_plugins_of_a_script_are_found_too(config_file: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import stancekit, sys\n"
        "from stancekit.plugins import field\n"
        "@field('shout')\n"
        "def shout(columns): return [text.upper() for text in columns['text']]\n"
        "run = stancekit.train(sys.argv[1], ['features.blocks.0.field=shout'], output='out')\n"
        "print(run.model().predict([{'text': 'Paris refuse.', 'actor': 'France', 'target': 'deal'}]))\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, script, config_file], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stdout == "['opposes']\n", done.stderr


def test_the_registry_is_asked_once_for_installed_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(plugins, "entry_points", lambda group: asked.append(group) or [])
    plugins.names("field")
    plugins.find("field", "nothing")
    assert asked == ["stancekit.plugins"]


def test_counts_kept_on_disk_are_those_of_the_same_code(write_code) -> None:
    keys = []
    for shortest in (4, 5):
        code = write_code().read_text(encoding="utf-8").replace("> 4", f"> {shortest}")
        load_code([write_code(code)])
        analyze = block_analyzer(Block(field="text", analyzer="long_words"))
        keys.append(content_key(["a text"], analyze, int))
    assert keys[0] != keys[1]


def test_a_run_that_searched_over_a_lexicon_says_what_it_lacks(
    plugged_config: Path, write_code, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = "search={grid: {features.blocks.2.lexicon: [verbs, stance_fr]}}"
    run = stancekit.train(plugged_config, [search], output=tmp_path / "out", code=[write_code()])
    monkeypatch.setattr(plugins, "_registry", {})
    with pytest.raises(PluginError, match="the lexicon 'verbs' is not loaded"):
        _ = stancekit.Run(run.path).config
