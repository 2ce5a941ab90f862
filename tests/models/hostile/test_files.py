"""Other things in the place of a model's files: code, links, what never ends, and what is elsewhere."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import zipfile

import numpy as np
import pytest

FILES = ("model.json", "model.safetensors", "vocabulary.parquet")


def object_array(payload):
    sink = io.BytesIO()
    np.save(sink, np.array([payload], dtype=object), allow_pickle=True)
    return sink.getvalue()


def archive(payload):
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as file:
        file.writestr("schema.json", '{"__class__": "PosixPath", "__module__": "pathlib", "__loader__": "TypeNode"}')
        file.writestr("model/data.pkl", payload)
    return sink.getvalue()


CONTENTS = {
    "a pickle": lambda payload: payload,
    "a pickle that is compressed": gzip.compress,
    "an array of objects": object_array,
    "an archive with a pickle in it": archive,
    "a script": lambda _: b"#!/bin/sh\ntouch executed\n",
    "YAML that makes an object": lambda _: b"!!python/object/apply:os.system ['touch executed']",
    "nothing": lambda _: b"",
    "zeros": lambda _: bytes(10_000),
    "ones": lambda _: b"\xff" * 10_000,
    "a page": lambda _: b"<html>" + b"404 " * 1000,
}


@pytest.mark.parametrize("fitting", [False, True], ids=["as it is", "with a fitting hash"])
@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS.keys())
@pytest.mark.parametrize("name", FILES)
def test_something_else_in_place_of_a_file_is_refused_and_not_executed(target, refused, name, content, fitting):
    (target.folder / name).write_bytes(content(target.payload))
    if fitting and name != "model.json":
        target.fit_hashes()
    message = refused()
    assert name in message
    assert ("SHA-256" in message) == (name != "model.json" and not fitting)


@pytest.mark.parametrize("name", FILES)
def test_a_link_out_of_the_folder_is_not_followed(target, refused, name):
    (target.folder / name).unlink()
    (target.folder / name).symlink_to(target.outside / name)
    assert f"{name}: a link that leads out of the model's folder" in refused()


@pytest.mark.parametrize("name", FILES[1:])
@pytest.mark.parametrize("elsewhere", ["/dev/zero", "/dev/urandom", "/proc/self/mem", "/etc/passwd"])
def test_a_link_to_a_device_or_a_file_of_the_system_is_not_followed(target, refused, name, elsewhere):
    (target.folder / name).unlink()
    (target.folder / name).symlink_to(elsewhere)
    message = refused()
    assert "leads out" in message
    assert "root:" not in message


@pytest.mark.parametrize("name", FILES)
def test_a_link_to_nothing_or_to_itself_is_refused(target, refused, name):
    (target.folder / name).unlink()
    (target.folder / name).symlink_to("nowhere")
    refused()
    (target.folder / name).unlink()
    (target.folder / name).symlink_to(name)
    refused()


def test_a_link_within_the_folder_is_as_good_as_the_file(target, victim):
    (target.folder / FILES[1]).rename(target.folder / "arrays")
    (target.folder / FILES[1]).symlink_to("arrays")
    assert victim(target.folder)["loaded"]


def test_a_snapshot_of_the_hubs_cache_is_links_to_its_blobs(target, victim, refused):
    cache = target.folder.parent / "models--org--name"
    snapshot, blobs = cache / "snapshots" / "0123abcd" / "model", cache / "blobs"
    snapshot.mkdir(parents=True)
    blobs.mkdir()
    for number, name in enumerate(FILES):
        shutil.move(target.folder / name, blobs / str(number))
        (snapshot / name).symlink_to(f"../../../blobs/{number}")
    assert victim(snapshot)["loaded"]
    assert victim(snapshot.parent)["loaded"]
    (snapshot / FILES[2]).unlink()
    (snapshot / FILES[2]).symlink_to(target.outside / FILES[2])
    assert "leads out" in refused(snapshot)


def test_a_model_folder_that_leads_out_of_its_run_is_not_followed(target, refused, victim):
    run = target.folder.parent / "run"
    run.mkdir()
    (run / "model").symlink_to(target.outside)
    assert "leads out" in refused(run)
    # Who names the link itself means what it leads to.
    assert victim(run / "model")["loaded"]


@pytest.mark.parametrize("name", FILES[1:])
def test_a_pipe_or_a_folder_in_place_of_a_file_is_refused_at_once(target, refused, name):
    (target.folder / name).unlink()
    os.mkfifo(target.folder / name)
    assert "not a plain file" in refused()
    (target.folder / name).unlink()
    (target.folder / name).mkdir()
    assert name in refused()


@pytest.mark.parametrize("name", FILES)
def test_a_file_beyond_all_measure_is_refused_unread(target, refused, name):
    with (target.folder / name).open("r+b") as file:
        file.truncate(2**42)
    assert "larger than" in refused()


def test_names_that_climb_out_of_the_folder_are_never_opened(target, refused):
    known = "0" * 64
    for name in ("../outside/model.safetensors", str(target.outside / FILES[1]), "..\\outside\\model.safetensors", ""):
        for change in (
            lambda d, name=name: d["files"].update({name: known}),
            lambda d, name=name: d["files"].update({name: d["files"].pop("model.safetensors", known)}),
        ):
            target.describe(change)
            assert "files" in refused()


def test_a_card_or_metrics_that_are_links_out_of_the_folder_are_not_shown(target):
    import stancekit
    from stancekit.errors import ModelError

    run = target.folder.parent
    for place in (target.folder / "README.md", run / "metrics.json", run / "config.yaml"):
        place.symlink_to("/etc/passwd")
    model = stancekit.load(run)
    for name in ("card", "metrics", "config"):
        with pytest.raises(ModelError, match="leads out"):
            getattr(model, name)
