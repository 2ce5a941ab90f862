"""What the repository promises about itself."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest


@pytest.mark.parametrize("name", ["core.lock", "dev.lock"])
def test_lock_files_pin_versions_and_hashes_and_name_no_address(repository: Path, name: str) -> None:
    text = (repository / "requirements" / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*--(?:index|extra-index|find-links)", text, re.MULTILINE)
    pins = re.split(r"\n(?=\S)", text.strip())
    assert all(re.match(r"[a-z0-9-]+==\S+", pin) and "--hash=sha256:" in pin for pin in pins)


def test_the_lock_of_users_is_part_of_that_of_developers(repository: Path) -> None:
    pins = [
        set(
            re.findall(
                r"^[a-z0-9-]+==[^ ]+", (repository / "requirements" / name).read_text(encoding="utf-8"), re.MULTILINE
            )
        )
        for name in ("core.lock", "dev.lock")
    ]
    assert pins[0] < pins[1]


def test_the_readme_opens_with_the_two_commands(repository: Path) -> None:
    lines = (repository / "README.md").read_text(encoding="utf-8").split("\n")
    assert [line.split("#")[0].strip() for line in lines[2:4]] == ["make demo", "make test"]
    makefile = (repository / "Makefile").read_text(encoding="utf-8")
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in ("demo", "test", "check", "bench"))


def test_the_readme_shows_what_the_demo_prints(repository: Path, tmp_path: Path, stancekit_command) -> None:
    done = stancekit_command(
        "train", "--config", repository / "configs/sahel.yaml", "--output", "experiments", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    shown = (repository / "README.md").read_text(encoding="utf-8").split("## Use it")[0]
    printed = [f"    {line}" if line else "" for line in done.stdout.strip("\n").split("\n")]
    assert "\n".join(printed) in shown


def test_links_between_documents_lead_somewhere(repository: Path) -> None:
    for document in [*repository.glob("*.md"), *repository.glob("docs/*.md"), *repository.glob("*/*/*.md")]:
        if ".venv" in document.parts or "_build" in document.parts:
            continue
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_committed_config_is_valid(committed_config: Path) -> None:
    from stancekit.config import load_config

    assert load_config(committed_config).name == committed_config.stem.replace("_", "-")


def test_the_search_that_a_config_suggests_is_valid(committed_config: Path, tmp_path: Path) -> None:
    from stancekit.config import load_config

    text = committed_config.read_text(encoding="utf-8")
    if "# search: " not in text:
        pytest.skip("it suggests none")
    uncommented = tmp_path / committed_config.name
    uncommented.write_text(
        text.replace("# search: ", "search: ").replace("../data/", f"{committed_config.parent.parent}/data/"),
        encoding="utf-8",
    )
    assert len(load_config(uncommented).settings()) > 1


def test_every_committed_config_trains(committed_config: Path, tmp_path: Path) -> None:
    import stancekit

    run = stancekit.train(
        committed_config,
        ["evaluation.intervals.resamples=100", "evaluation.folds.repeats=1", "evaluation.baselines=[majority]"],
        output=tmp_path,
    )
    assert run.metrics["cv"]["n"] > 0
    assert run.path.is_dir()


def test_the_demo_and_the_corpora_have_configs(repository: Path) -> None:
    names = {file.name for file in (repository / "configs").glob("*.yaml")}
    assert names >= {"mali.yaml", "mali_labels.yaml", "sahel.yaml"}
    assert names >= {f"{corpus}.yaml" for corpus in ("newsmtsc", "dse", "seesaw", "semeval2016", "xstance", "fnc1")}


def test_nothing_committed_names_a_path_of_the_machine_it_was_made_on(repository: Path) -> None:
    if not (repository / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=repository, capture_output=True, text=True, check=True)
    home = str(repository)
    for name in filter(None, listed.stdout.split("\0")):
        text = (repository / name).read_text(encoding="utf-8", errors="replace")
        assert home not in text, name
