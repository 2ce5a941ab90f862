"""A model on the Hub: its folder is pushed as it is, and loaded by name; the Hub is a server on this machine."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import stancekit
from stancekit.errors import InputError
from stancekit.models.hub import REFERENCE, fetch, is_reference

_spec = importlib.util.spec_from_file_location("hub_server", Path(__file__).parent / "hub_server.py")
assert _spec is not None
assert _spec.loader is not None
hub_server = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(hub_server)

PUSH = """
import sys
from huggingface_hub import HfApi, ModelCard
api = HfApi(token="hf_none")
ModelCard.load(sys.argv[1] + "/README.md").validate()
api.create_repo("owner/sahel", exist_ok=True)
api.upload_folder(repo_id="owner/sahel", folder_path=sys.argv[1])
"""


@pytest.fixture
def hub() -> Iterator[hub_server.Hub]:
    with hub_server.running_hub() as own:
        yield own


def run(hub: hub_server.Hub, home: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    proxies = ("http_proxy", "https_proxy", "all_proxy", "hf_endpoint")
    own = {name: value for name, value in os.environ.items() if name.lower() not in proxies}
    own |= {"HF_ENDPOINT": hub.url, "HF_HOME": str(home), "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_XET": "1"}
    return subprocess.run(
        [sys.executable, *map(str, command)], env=own, capture_output=True, text=True, encoding="utf-8", check=False
    )


def test_a_model_folder_is_pushed_as_it_is_and_loaded_by_its_name(
    hub: hub_server.Hub, config_file: Path, tmp_path: Path
) -> None:
    trained = stancekit.train(config_file, ["report.license=CC-BY-4.0"], output=tmp_path / "out")
    pushed = run(hub, tmp_path / "home", "-c", PUSH, trained.path / "model")
    assert pushed.returncode == 0, pushed.stderr
    assert hub.files == {path.name: path.read_bytes() for path in (trained.path / "model").iterdir()}
    card = hub.cards[-1]  # as it is pushed; the first was written anew by the client
    assert card == (trained.path / "model" / "README.md").read_text(encoding="utf-8")

    hub.files["huge.bin"] = b"not of the model"
    question = tmp_path / "one.csv"
    question.write_text("id,text,actor,target\na,Paris refuse un accord.,France,deal\n", encoding="utf-8")
    hub.asked.clear()
    predicted = run(
        hub,
        tmp_path / "home",
        "-m",
        "stancekit",
        "predict",
        f"hf://owner/sahel@{hub_server.COMMIT}",
        question,
        "--json",
    )
    assert predicted.returncode == 0, predicted.stderr
    local = run(hub, tmp_path / "home", "-m", "stancekit", "predict", trained.path, question, "--json")
    assert predicted.stdout == local.stdout
    fetched = {line.split("/")[-1] for line in hub.asked if line.startswith("GET /owner")}
    assert fetched == {"model.json", "model.safetensors", "vocabulary.parquet", "README.md"}


def test_what_is_not_on_the_hub_is_a_message_and_no_traceback(hub: hub_server.Hub, tmp_path: Path) -> None:
    ran = run(hub, tmp_path, "-m", "stancekit", "predict", "hf://owner/nothing", tmp_path)
    assert ran.returncode == 2
    assert ran.stderr.startswith("error: hf:/owner/nothing: the model can't be fetched")
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    "reference", ["hf://owner", "hf://owner/name@", "hf://../x/y", "hf://owner/name@a b", "hf:///"]
)
def test_a_reference_that_is_none_is_refused_before_anything_is_asked(reference: str) -> None:
    assert is_reference(reference)
    with pytest.raises(InputError, match="hf://owner/name@revision"):
        fetch(reference)


def test_a_name_without_hf_is_a_folder() -> None:
    assert not is_reference("owner/name")
    with pytest.raises(InputError, match="no such folder"):
        stancekit.load("owner/name")


def test_a_path_of_a_reference_is_one_still() -> None:
    found = REFERENCE.fullmatch(str(Path("hf://owner/name@v1.0")))
    assert found is not None
    assert found.groupdict() == {"id": "owner/name", "revision": "v1.0"}
