"""A saved model holds the terms of its lexicons: it predicts without the file, and reads none."""

from __future__ import annotations

import json

import pytest

from stancekit.config.features import Block
from stancekit.config.lexicons import OwnLexicon
from stancekit.config.model import Model
from stancekit.config.schema import Task
from stancekit.errors import ModelError
from stancekit.features.lexicons import load_lexicon
from stancekit.models.persistence import load, save_model
from stancekit.models.stance_model import fit_model

TEXTS = ["Paris soutient", "Paris refuse", "Moscou soutient", "Moscou ne refuse rien"]
LABELS = [[True, False], [False, True], [True, False], [True, False]]
OWN = OwnLexicon(name="own.csv", entries=(("soutien*", "support", 2, "object"), ("refus*", "oppose", -2, "object")))


def saved(lexicon, folder):
    blocks = [
        Block(field="text", analyzer="lexicon", lexicon=lexicon, idf=False),
        Block(field="text", negation="mark"),
        Block(field="skeleton", ngrams=(1, 4)),
    ]
    model = fit_model({"text": TEXTS}, LABELS, Task(labels=("pro", "con")), blocks, Model())
    save_model(model, folder)
    return model


def test_a_loaded_model_scores_as_the_one_that_was_saved(tmp_path):
    model = saved(OWN, tmp_path)
    new = {"text": ["Berlin ne soutient pas", "Berlin refusera", ""]}
    assert load(tmp_path).decision_function(new).tolist() == model.decision_function(new).tolist()


def test_a_model_holds_the_terms_of_a_lexicon_that_its_config_only_names(tmp_path):
    saved("stance_fr", tmp_path)
    lexicon = load(tmp_path).features.blocks[0].spec.lexicon
    assert (lexicon.name, lexicon.entries) == ("stance_fr", load_lexicon("stance_fr").entries)


def test_a_model_that_names_a_file_is_refused_and_the_file_not_read(tmp_path):
    saved(OWN, tmp_path)
    (tmp_path / "own.csv").write_text("term,class,strength\nveto,oppose,-2\n", encoding="utf-8")
    description = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    description["blocks"][0]["spec"]["lexicon"] = str(tmp_path / "own.csv")
    (tmp_path / "model.json").write_text(json.dumps(description), encoding="utf-8")
    with pytest.raises(ModelError, match="read only where a block of a config names it"):
        load(tmp_path)


def test_a_lexicon_that_two_blocks_look_up_is_saved_once(tmp_path):
    twice = [Block(field=field, analyzer="lexicon", lexicon=OWN, idf=False) for field in ("text", "masked")]
    model = fit_model({"text": TEXTS}, LABELS, Task(labels=("pro", "con")), twice, Model())
    save_model(model, tmp_path)
    description = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    assert [lexicon["name"] for lexicon in description["lexicons"]] == ["own.csv"]
    assert [block["spec"]["lexicon"] for block in description["blocks"]] == [0, 0]
    assert load(tmp_path).features.blocks[1].spec == twice[1]


@pytest.mark.parametrize("number", [1, -1, True, 10**30, None])
def test_a_block_with_the_number_of_no_lexicon_is_refused(tmp_path, number):
    saved(OWN, tmp_path)
    description = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    description["blocks"][0]["spec"]["lexicon"] = number
    (tmp_path / "model.json").write_text(json.dumps(description), encoding="utf-8")
    with pytest.raises(ModelError, match=r"blocks\.0"):
        load(tmp_path)
