from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stancekit.config import load_config
from stancekit.errors import InputError
from stancekit.experiment import store
from stancekit.experiment.store import METRICS, find_runs, new_run_folder, run_id


def test_a_run_id_is_twelve_hexadecimal_digits(config_file: Path) -> None:
    id = run_id(load_config(config_file))
    assert len(id) == 12
    assert set(id) <= set("0123456789abcdef")


def test_where_the_data_is_does_not_change_the_run_id(config_file: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere" / "moved.jsonl"
    elsewhere.parent.mkdir()
    elsewhere.write_bytes((tmp_path / "examples.jsonl").read_bytes())
    moved = load_config(config_file, [f"data.train={elsewhere}"])
    assert run_id(moved) == run_id(load_config(config_file))


def test_what_is_in_the_data_changes_the_run_id(config_file: Path, tmp_path: Path) -> None:
    before = run_id(load_config(config_file))
    data = tmp_path / "examples.jsonl"
    data.write_text(data.read_text(encoding="utf-8").replace("soutient", "appuie"), encoding="utf-8")
    assert run_id(load_config(config_file)) != before


@pytest.mark.parametrize(
    "change", ["model.C=2", "seed=1", "evaluation.folds.n=4", "name=other", "features.blocks.0.weight=2"]
)
def test_every_key_of_the_config_changes_the_run_id(config_file: Path, change: str) -> None:
    assert run_id(load_config(config_file, [change])) != run_id(load_config(config_file))


def test_a_default_written_out_is_the_same_run(config_file: Path) -> None:
    assert run_id(load_config(config_file, ["model.C=1"])) == run_id(load_config(config_file))


def write_half_a_run(place: Path) -> None:
    with new_run_folder(place) as folder:
        (folder / "part.txt").write_text("part", encoding="utf-8")
        raise RuntimeError("half way")


def test_a_config_without_a_search_keeps_the_id_it_had_before_there_were_searches(
    config_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = []
    sha256 = hashlib.sha256
    monkeypatch.setattr(store.hashlib, "sha256", lambda own=b"": hashed.append(own) or sha256(own))
    run_id(load_config(config_file))
    assert b'"search"' not in hashed[-1]
    run_id(load_config(config_file, ["search.grid.model.C=[1]"]))
    assert b'"search"' in hashed[-1]


def test_a_folder_that_fails_half_way_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="half way"):
        write_half_a_run(tmp_path / "runs" / "name" / "abc")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_folder_takes_nothing_along_that_was_there_before(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    with pytest.raises(RuntimeError, match="half way"):
        write_half_a_run(tmp_path / "runs" / "name" / "abc")
    assert list(tmp_path.iterdir()) == [tmp_path / "runs"]
    assert list((tmp_path / "runs").iterdir()) == []


def test_of_two_writers_of_the_same_run_the_first_one_stays(tmp_path: Path) -> None:
    place = tmp_path / "name" / "abc"
    with new_run_folder(place) as second:
        with new_run_folder(place) as first:
            (first / METRICS).write_text("first", encoding="utf-8")
        (second / METRICS).write_text("second", encoding="utf-8")
    assert (place / METRICS).read_text(encoding="utf-8") == "first"
    assert [path.name for path in place.parent.iterdir()] == ["abc"]


def test_a_killed_process_leaves_no_folder_that_looks_like_a_run(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from stancekit.experiment.store import new_run_folder\n"
        "with new_run_folder(Path(sys.argv[1])) as folder:\n"
        "    (folder / 'metrics.json').write_text('{}'); print('written', flush=True); time.sleep(600)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "name" / "abc")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "written\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert not (tmp_path / "name" / "abc").exists()
    assert find_runs(tmp_path) == []


def test_runs_are_found_one_or_two_floors_down_in_order(tmp_path: Path) -> None:
    for place in ("b/222", "a/111", "a/.333.partial", "c"):
        (tmp_path / place).mkdir(parents=True)
    for place in ("b/222", "a/111", "a/.333.partial"):
        (tmp_path / place / METRICS).write_text("{}", encoding="utf-8")
    assert find_runs(tmp_path) == [tmp_path / "a" / "111", tmp_path / "b" / "222"]
    assert find_runs(tmp_path / "b") == [tmp_path / "b" / "222"]
    assert find_runs(tmp_path / "b" / "222") == [tmp_path / "b" / "222"]


def test_a_folder_of_runs_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        find_runs(tmp_path / "nowhere")
