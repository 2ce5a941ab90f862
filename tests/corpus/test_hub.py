"""Sources of the Hub, on folders laid out like them: the same code loads both."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from datasets import ClassLabel, Dataset, Features, List, Value

import stancekit
from stancekit.config import load_config
from stancekit.config.dump import dump_config
from stancekit.config.schema import Task
from stancekit.config.sources import Columns, Source
from stancekit.corpus.readers import fingerprint, read_source
from stancekit.errors import ConfigError, DataError

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(autouse=True)
def cache_of_its_own(tmp_path_factory, monkeypatch):
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path_factory.mktemp("cache"))
    monkeypatch.setattr("datasets.config.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)


@pytest.fixture
def folder(tmp_path) -> Path:
    """A dataset of the Hub as a folder: two splits, classes by number."""
    place = tmp_path / "data set"
    place.mkdir()
    features = Features(
        {
            "phrase": Value("string"),
            "stance": ClassLabel(names=["contre", "pour"]),
            "topics": List(ClassLabel(names=["army", "vote"])),
        }
    )
    rows = {"phrase": ["Non.", "Oui.", "Peut-être."], "stance": [0, 1, -1], "topics": [[0, 1], [], None]}
    Dataset.from_dict(rows, features=features).to_parquet(place / "train.parquet")
    Dataset.from_dict({key: values[:1] for key, values in rows.items()}, features=features).to_parquet(
        place / "test.parquet"
    )
    return place


def source(folder, **more) -> Source:
    return Source.model_validate({"hub": f"./{folder.name}", "split": "train", **more}, context={"base": folder.parent})


def test_numbers_of_classes_become_their_names(folder) -> None:
    columns = {"text": "phrase", "label": "stance"}
    found = read_source(source(folder, columns=columns), Columns())
    assert found == {
        "id": ["1", "2", "3"],
        "text": ["Non.", "Oui.", "Peut-être."],
        "label": ["contre", "pour", None],
        "topics": [["army", "vote"], [], None],
    }


def test_labels_are_mapped_as_those_of_files(folder) -> None:
    plain = source(
        folder, columns={"text": "phrase", "label": "stance"}, split="test", labels={"contre": "opposes", "pour": None}
    )
    found = read_source(plain, Columns(), Task(labels=("opposes", "supports")))
    assert found["label"] == ["opposes"]


def test_a_row_that_cannot_be_used_is_named_by_dataset_and_row(folder) -> None:
    with pytest.raises(DataError, match=r"\./data set: row 3: no label"):
        read_source(
            source(folder, columns={"text": "phrase", "label": "stance"}),
            Columns(),
            Task(labels=("contre", "pour")),
        )


def test_the_fingerprint_is_of_the_values_wherever_they_are(folder, tmp_path) -> None:
    before = fingerprint([source(folder)])
    shutil.copytree(folder, tmp_path / "copy")
    assert fingerprint([source(tmp_path / "copy")]) == before
    assert fingerprint([source(folder, split="test")]) != before
    (folder / "train.parquet").rename(folder / "train-00000-of-00001.parquet")
    assert fingerprint([source(folder)]) == before


def test_csv_and_jsonl_files_of_a_folder_are_loaded_alike(tmp_path) -> None:
    (tmp_path / "csv").mkdir()
    (tmp_path / "csv" / "train.csv").write_text("text,label\nOui.,pour\n", encoding="utf-8")
    (tmp_path / "jsonl").mkdir()
    (tmp_path / "jsonl" / "train.jsonl").write_text('{"text": "Oui.", "label": "pour"}\n', encoding="utf-8")
    read = [read_source(source(tmp_path / kind), Columns()) for kind in ("csv", "jsonl")]
    assert read[0] == read[1] == {"id": ["1"], "text": ["Oui."], "label": ["pour"]}


def test_code_in_a_folder_is_not_run(tmp_path) -> None:
    place = tmp_path / "trap"
    place.mkdir()
    (place / "trap.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n", encoding="utf-8")
    with pytest.raises(DataError, match="can't be loaded"):
        read_source(source(place), Columns())
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"split": "dev"}, "the split 'dev'"),
        ({"subset": "fr"}, "the subset 'fr'"),
    ],
)
def test_a_split_or_subset_that_is_not_there_is_named(folder, more, said) -> None:
    with pytest.raises(DataError) as caught:
        read_source(source(folder, **more), Columns())
    assert str(caught.value).startswith("./data set: the dataset can't be loaded: ")
    assert said in str(caught.value)


def test_a_dataset_that_cannot_be_reached_is_an_error_and_no_traceback(tmp_path) -> None:
    there = Source.model_validate(
        {"hub": "nobody/nothing-at-all", "split": "train", "revision": COMMIT}, context={"base": tmp_path}
    )
    with pytest.raises(DataError) as caught:
        read_source(there, Columns())
    assert str(caught.value).startswith("nobody/nothing-at-all: the dataset can't be loaded: ")
    assert f"the revision '{COMMIT}', and is there a connection?" in str(caught.value)


# In a config


@pytest.fixture
def project(tmp_path, monkeypatch, corpus_rows) -> Path:
    (tmp_path / "corpus").mkdir()
    for name in ("train", "validation"):
        lines = [json.dumps({**row, "id": f"{name}/{row['id']}"}) for row in corpus_rows]
        (tmp_path / "corpus" / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(row) for row in corpus_rows), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


CONFIG = """\
data:
  train: {train}
  test: {{hub: ./corpus, split: validation}}
features: {{blocks: [{{field: masked}}]}}
evaluation: {{folds: {{n: 3}}, intervals: {{resamples: 100}}, baselines: [majority]}}
checks: {{errors: report}}
"""


def test_a_config_trains_on_a_hub_dataset_and_a_file_together(project) -> None:
    (project / "c.yaml").write_text(CONFIG.format(train="[a.jsonl, {hub: ./corpus, split: train}]"), encoding="utf-8")
    run = stancekit.train("c.yaml", output="out")
    assert (run.metrics["cv"]["n"], run.metrics["test"]["n"]) == (72, 36)
    assert stancekit.train(run.path / "config.yaml", output="again").id == run.id


def test_where_a_hub_dataset_lies_is_no_part_of_the_run_but_what_it_holds_is(project) -> None:
    (project / "c.yaml").write_text(CONFIG.format(train="{hub: ./corpus, split: train}"), encoding="utf-8")
    first = stancekit.train("c.yaml", output="out")
    shutil.copytree(project / "corpus", project / "moved")
    assert stancekit.train("c.yaml", ["data.train.hub=./moved"], output="out").existed
    with (project / "corpus" / "train.jsonl").open("a", encoding="utf-8") as file:
        file.write('\n{"id": "new", "article": "b", "text": "x", "label": "neutral"}')
    assert stancekit.train("c.yaml", output="out").id != first.id


def test_a_hub_dataset_without_a_commit_is_noted_in_the_log(project, monkeypatch) -> None:
    from stancekit.corpus import readers
    from stancekit.corpus.parsers import RawFile, parse_jsonl

    table = parse_jsonl(RawFile((project / "a.jsonl").read_bytes(), "a"))
    monkeypatch.setattr(readers, "load_hub_table", lambda _: table)
    for revision, noted in (
        ("", "org/name: no revision is named; what the dataset holds may change"),
        (", revision: main", "org/name: the revision 'main' is no commit"),
        (f", revision: {COMMIT}", None),
    ):
        text = CONFIG.replace("./corpus, split: validation", "org/name, split: test" + revision)
        (project / "c.yaml").write_text(text.format(train="a.jsonl"), encoding="utf-8")
        log = (stancekit.train("c.yaml", output=f"out{len(revision)}").path / "log.txt").read_text(encoding="utf-8")
        assert (noted in log) if noted else ("commit" not in log)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{hub: ./corpus}", "the split is missing"),
        ("{split: train}", "a source needs a 'path' or a 'hub'"),
        ("{}", "a source needs a 'path' or a 'hub'"),
        ("{path: a.jsonl, hub: org/name, split: train}", "'path' and 'hub' exclude each other"),
        ("{path: a.jsonl, split: train}", "'split' is of no use here: it goes with 'hub'"),
        ("{path: a.jsonl, revision: main}", "'revision' is of no use here: it goes with 'hub'"),
        ("{hub: org/name, split: train, format: csv}", "'format' is of no use here: it goes with 'path'"),
        ("{hub: ./nowhere, split: train}", "there is no folder nowhere"),
        ("{hub: a.jsonl/b/c, split: train}", "'a.jsonl/b/c' can't be the name of a dataset"),
        ('{hub: "${STANCEKIT_NOT_SET}/a", split: train}', "the environment variable STANCEKIT_NOT_SET is not set"),
    ],
)
def test_a_source_that_is_neither_or_both_is_refused_with_its_place(project, written, said) -> None:
    (project / "c.yaml").write_text(CONFIG.format(train=written), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config("c.yaml")
    assert str(caught.value).startswith("c.yaml:2:")
    assert said in str(caught.value)


def test_a_written_config_names_the_same_dataset_from_another_folder(project) -> None:
    train = f"[{{hub: ./corpus, split: train}}, {{hub: org/name, split: train, revision: {COMMIT}, subset: fr}}]"
    (project / "c.yaml").write_text(CONFIG.format(train=train), encoding="utf-8")
    config = load_config("c.yaml")
    for place in (project / "out" / "deep", project, project / "corpus"):
        place.mkdir(parents=True, exist_ok=True)
        (place / "w.yaml").write_text(dump_config(config, place), encoding="utf-8")
        again = load_config(place / "w.yaml")
        assert again.data.train[0].file.resolve() == (project / "corpus").resolve()
        assert again.data.train[1].hub == "org/name"
        assert again.data.train[1].subset == "fr"
