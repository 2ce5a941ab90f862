"""`data.gazetteer`: spans looked up by it, in the run id by its content, saved with the model and used by predict."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import stancekit
from stancekit.cli.predict import predict_article
from stancekit.config import load_config
from stancekit.config.dump import dump_config
from stancekit.corpus.articles import Article
from stancekit.corpus.gazetteer import Entry, Gazetteer
from stancekit.corpus.linking import link_by_name
from stancekit.errors import ConfigError, DataError
from stancekit.experiment.store import run_id

GAZETTEER = """\
actors:
  France: {metonyms: [Paris, Élysée]}
  Russia: {metonyms: [Moscou, Kremlin]}
targets:
  deal: [accord, contrat]
"""


@pytest.fixture
def with_gazetteer(config_file: Path) -> Path:
    """The small config, its examples without spans, and a gazetteer beside it."""
    folder = config_file.parent
    (folder / "names.yaml").write_text(GAZETTEER, encoding="utf-8")
    rows = [json.loads(line) for line in (folder / "examples.jsonl").read_text(encoding="utf-8").splitlines()]
    bare = [{name: value for name, value in row.items() if not name.endswith(("_start", "_end"))} for row in rows]
    (folder / "examples.jsonl").write_text("\n".join(json.dumps(row) for row in bare), encoding="utf-8")
    text = config_file.read_text(encoding="utf-8").replace(
        "{train: examples.jsonl}", "{train: examples.jsonl, gazetteer: names.yaml}"
    )
    config_file.write_text(text, encoding="utf-8")
    return config_file


def test_spans_that_were_not_given_are_looked_up_by_what_was_written_down() -> None:
    written = Gazetteer(entries=(Entry("actor", "France", (), ("Paris",)), Entry("target", "deal", ("accord",))))
    examples = {"text": ["Paris signe un accord."], "actor": ["France"], "target": ["deal"]}
    linked = link_by_name(examples, written)
    assert (linked["actor_start"], linked["actor_end"]) == ([0], [5])
    assert (linked["target_start"], linked["target_end"]) == ([12], [21])
    assert link_by_name(examples)["actor_start"] == [None]


def test_a_form_written_for_another_name_is_no_mention() -> None:
    written = Gazetteer(entries=(Entry("actor", "France", (), ("Paris",)),))
    examples = {"text": ["Paris signe."], "actor": ["Russia"], "target": [None]}
    assert link_by_name(examples, written)["actor_start"] == [None]


def test_a_run_is_linked_by_its_gazetteer_and_saves_it(with_gazetteer: Path, tmp_path: Path) -> None:
    run = stancekit.train(with_gazetteer, output=tmp_path / "out")
    terms = json.loads((run.path / "model" / "model.json").read_text(encoding="utf-8"))
    assert [entry["name"] for entry in terms["gazetteer"]] == ["France", "Russia", "deal"]
    model = stancekit.load(run.path)
    assert model.gazetteer.entries[0] == Entry("actor", "France", (), ("Paris", "Élysée"))
    rows = predict_article(model, Article.from_text("Le Kremlin refuse les contrats.", id="a"))
    assert [(row["actor"], row["target"]) for row in rows] == [("Russia", "deal")]
    assert rows[0]["text"][rows[0]["target_start"] : rows[0]["target_end"]] == "les contrats"


def test_forms_learned_in_training_are_kept_beside_the_written_ones(with_gazetteer: Path, tmp_path: Path) -> None:
    model = stancekit.train(with_gazetteer, output=tmp_path / "out").model()
    assert model.gazetteer.actors == {"France": ("Paris",), "Russia": ("Moscou",)}
    assert model.gazetteer.targets == {"deal": ("un accord",)}


def test_the_content_of_the_gazetteer_is_part_of_the_run_id_and_its_place_is_not(with_gazetteer: Path) -> None:
    folder = with_gazetteer.parent
    first = run_id(load_config(with_gazetteer))
    (folder / "elsewhere.yaml").write_bytes((folder / "names.yaml").read_bytes())
    moved = load_config(with_gazetteer, [f"data.gazetteer={folder / 'elsewhere.yaml'}"])
    assert run_id(moved) == first
    assert run_id(load_config(with_gazetteer, ["data.gazetteer=null"])) != first
    (folder / "names.yaml").write_text(GAZETTEER.replace("Élysée", "Matignon"), encoding="utf-8")
    assert run_id(load_config(with_gazetteer)) != first


def test_a_named_column_of_speakers_changes_the_run_id(config_file: Path) -> None:
    named = load_config(config_file, ["data.columns={speaker: who}"])
    assert run_id(named) != run_id(load_config(config_file))


def test_the_resolved_config_leads_to_the_same_gazetteer(with_gazetteer: Path, tmp_path: Path) -> None:
    config = load_config(with_gazetteer)
    other = tmp_path / "deep" / "down"
    other.mkdir(parents=True)
    (other / "config.yaml").write_text(dump_config(config, other), encoding="utf-8")
    again = load_config(other / "config.yaml")
    assert again.data.gazetteer == "../../names.yaml"
    assert run_id(again) == run_id(config)


def test_a_gazetteer_that_is_not_there_is_a_located_error(with_gazetteer: Path) -> None:
    (with_gazetteer.parent / "names.yaml").rename(with_gazetteer.parent / "name.yaml")
    with pytest.raises(ConfigError, match=r"small.yaml:1:42: the file .*names.yaml does not exist"):
        load_config(with_gazetteer)


def test_an_override_names_a_gazetteer_from_the_current_folder(
    config_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here/g.yaml").write_text(GAZETTEER, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "here")
    config = load_config(config_file, ["data.gazetteer=g.yaml"])
    assert config.data.gazetteer_file == tmp_path / "here/g.yaml"


def test_a_mistake_in_the_gazetteer_stops_the_run_before_anything_is_written(
    with_gazetteer: Path, tmp_path: Path
) -> None:
    (with_gazetteer.parent / "names.yaml").write_text("actors: {France: {alias: []}}", encoding="utf-8")
    with pytest.raises(DataError, match="did you mean 'aliases'"):
        stancekit.train(with_gazetteer, output=tmp_path / "out")
    assert not (tmp_path / "out").exists()
