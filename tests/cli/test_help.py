"""What the command line says about itself, and how little it imports to say it."""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable

import pytest

Command = Callable[..., subprocess.CompletedProcess[str]]

COMMANDS = [
    "train",
    "check",
    "runs",
    "compare",
    "report",
    "predict",
    "evaluate",
    "explain",
    "split",
    "agreement",
    "convert",
    "score",
    "export",
    "reproduce",
    "schema",
]
HEAVY = {"sklearn", "scipy", "numpy", "pandas", "datasets", "pyarrow", "pydantic", "matplotlib"}


pytestmark = pytest.mark.usefixtures("wide_plain_terminal")


def imported_by(*arguments: str) -> set[str]:
    """Return the top-level packages that `python -m stancekit …` imports."""
    command = [sys.executable, "-X", "importtime", "-m", "stancekit", *arguments]
    report = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stderr
    return {name.partition(".")[0] for name in re.findall(r"^import time:.*\| +([\w.]+)$", report, re.MULTILINE)}


def test_help_lists_exactly_the_commands_there_are(stancekit_command: Command):
    shown = stancekit_command("--help")
    assert shown.returncode == 0
    assert shown.stderr == ""
    section = shown.stdout.partition("Commands")[2]
    assert re.findall(r"^\W? ?([a-z]+) {2,}\S", section, re.MULTILINE) == COMMANDS


def test_help_says_what_the_exit_codes_mean(stancekit_command: Command):
    shown = stancekit_command("-h")
    assert shown.returncode == 0
    assert "Exit codes: 0 done, 1" in " ".join(shown.stdout.split())


def test_help_imports_nothing_heavy():
    found = imported_by("--help")
    assert {"stancekit", "typer"} <= found
    assert found & HEAVY == set()


def test_help_on_a_command_imports_nothing_heavy():
    found = imported_by("train", "check", "--help")
    assert {"stancekit", "typer"} <= found
    assert found & HEAVY <= {"pydantic"}  # typer's own, to check the values of options


def test_the_schema_needs_no_scikit_learn_datasets_or_matplotlib():
    found = imported_by("schema")
    assert "pydantic" in found
    assert found & {"sklearn", "datasets", "matplotlib"} == set()


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("train", ["--config", "--set", "KEY=VALUE", "--output", "--jobs", "--dry-run", "--quiet", "--json"]),
        ("runs", ["--json"]),
        ("compare", ["RUN RUN", "--json"]),
        ("predict", ["INPUT", "--language", "--output", "--by", "--figure", "--on-error", "--force", "--json"]),
        ("evaluate", ["--data", "--output", "--format", "--columns", "--labels", "--json"]),
        ("convert", ["IN", "OUT", "--from", "--to", "--json"]),
        ("schema", ["--help"]),
    ],
)
def test_help_on_a_command_lists_its_options(stancekit_command: Command, command, options):
    shown = stancekit_command(command, "--help")
    assert shown.returncode == 0
    assert [option for option in options if option not in shown.stdout] == []


def test_no_command_at_all_shows_the_help_and_exits_with_2(stancekit_command: Command):
    shown = stancekit_command()
    assert shown.returncode == 2
    assert all(command in shown.stdout + shown.stderr for command in COMMANDS)


def test_a_misspelt_command_names_the_one_that_was_meant(stancekit_command: Command):
    shown = stancekit_command("trian")
    assert shown.returncode == 2
    assert shown.stdout == ""
    assert "trian" in shown.stderr
    assert "train" in shown.stderr.replace("trian", "")


def test_the_version_is_that_of_the_package(stancekit_command: Command, repository):
    declared = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    shown = stancekit_command("--version")
    assert (shown.returncode, shown.stdout, shown.stderr) == (0, f"stancekit {declared}\n", "")


def test_the_schema_is_json_on_stdout_from_any_folder(stancekit_command: Command, tmp_path):
    shown = stancekit_command("schema", cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert json.loads(shown.stdout)["required"] == ["data"]
