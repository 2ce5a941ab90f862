"""Files of other kinds in the place of a model: refused by name, never opened."""

from __future__ import annotations

import os
import pickle
import zipfile
from pathlib import Path

import pytest

from stancekit.errors import InputError, ModelError
from stancekit.models.persistence import load


class Trap:
    """Makes a folder when it is unpickled."""

    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.canary),)


@pytest.mark.parametrize("name", ["model.pkl", "model.pickle", "MODEL.JOBLIB", "model.pt", "model", "model.dat"])
def test_a_pickle_is_refused_and_doesnt_run(name: str, tmp_path: Path) -> None:
    canary, path = tmp_path / "canary", tmp_path / name
    path.write_bytes(pickle.dumps(Trap(canary)))
    with pytest.raises(ModelError, match=r"opening a pickle runs what its maker put into it.*run folder.*joblib\.load"):
        load(path)
    assert not canary.exists()
    pickle.loads(path.read_bytes())
    assert canary.exists()  # the trap works


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("model.skops", "a skops file can name what is to be called.*run folder.*skops"),
        ("model.onnx", "an ONNX graph"),
        ("model.safetensors", "arrays alone are no model"),
    ],
)
def test_other_files_are_refused_with_the_next_step(name: str, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"\x00")
    with pytest.raises(ModelError, match=f"{said}.*"):
        load(tmp_path / name)


def test_an_archive_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "own", "w") as archive:
        archive.writestr("a", "b")
    with pytest.raises(ModelError, match="this is an archive"):
        load(tmp_path / "own")


def test_a_file_of_no_known_kind_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")
    with pytest.raises(InputError, match="no such folder"):
        load(tmp_path / "notes.txt")
