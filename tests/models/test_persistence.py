"""A saved model: the same bits when it is loaded, and nothing but numbers and names to trust."""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import shutil
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from safetensors.numpy import load as load_arrays
from safetensors.numpy import save as save_arrays

from stancekit.config.decision import Tune
from stancekit.config.features import Block
from stancekit.config.model import Model, has_probabilities
from stancekit.config.schema import Task
from stancekit.corpus.gazetteer import Entry, Gazetteer
from stancekit.errors import InputError, ModelError
from stancekit.models.persistence import load, save_model
from stancekit.models.saved_description import MAXIMUM_DESCRIPTION
from stancekit.models.stance_model import StanceModel, fit_model

FILES = ("model.json", "model.safetensors", "vocabulary.parquet")
TEXTS = [
    "Paris refuse l’accord",
    "Moscou soutient tout 😀",
    "Bamako\x00 se tait, İ",
    "Paris soutient l'accord",
    "ne dit rien",
]
NEW = ["Paris se tait", "l’accord, tout 😀 İ", "", "\x00"]
GAZETTEER = Gazetteer(actors={"France": ("Paris", "la France"), "Mali": ()}, targets={"deal": ("l’accord",)})

MODELS = {
    "words": (Task(labels=("pro", "con")), Model(), [Block(field="text")]),
    "three blocks": (
        Task(labels=("pro", "con", "neither")),
        Model(C=3.0, class_weight=None),
        [
            Block(field="masked", ngrams=(1, 2), min_df=1, max_df=0.9, sublinear=True, weight=0.3),
            Block(field="masked", analyzer="char_wb", ngrams=(2, 4), lowercase=False, norm="l1", max_features=30),
            Block(field="pair", analyzer="indicator", idf=False, norm="none"),
        ],
    ),
    "an empty block": (
        Task(labels=("pro", "con")),
        Model(),
        [Block(field="between"), Block(field="text", analyzer="char")],
    ),
    "without probabilities": (Task(labels=("pro", "con")), Model(kind="linear_svc"), [Block(field="text")]),
    **{
        kind: (Task(labels=("pro", "con", "neither")), Model(kind=kind), [Block(field="text")])
        for kind in ("multinomial_logistic_regression", "ridge", "sgd")
    },
    "complement_nb": (
        Task(labels=("pro", "con", "neither")),
        Model(kind="complement_nb", smoothing=0.3),
        [Block(field="text")],
    ),
    "nb_svm": (Task(labels=("pro", "con")), Model(kind="nb_svm", C=0.2, smoothing=2.0), [Block(field="text")]),
    "calibrated": (
        Task(labels=("pro", "con", "neither")),
        Model(kind="linear_svc", calibration="platt"),
        [Block(field="text")],
    ),
    "vote": (
        Task(labels=("pro", "con")),
        Model(
            kind="vote",
            of=(Model(C=3.0), Model(kind="ridge", calibration="isotonic"), Model(kind="complement_nb")),
            weights=(1.0, 2.0, 0.5),
        ),
        [Block(field="text"), Block(field="text", analyzer="char")],
    ),
    "label sets that vote": (
        Task(kind="multilabel", labels=("oui", "non")),
        Model(kind="vote", of=(Model(kind="nb_svm"), Model(calibration="isotonic"))),
        [Block(field="text")],
    ),
    "label sets": (Task(kind="multilabel", labels=("oui", "L’État")), Model(), [Block(field="text")]),
}


CONDITIONED = {
    conditioning: (Task(labels=("pro", "con")), Model(), [Block(field="text"), Block(field="actor")], conditioning)
    for conditioning in ("token", "cross", "per_target", "shared_per_target")
}
TARGETS = ["deal", None, "l’accord", "deal", "l’accord"]
DIRECTED = Task(kind="directed_pair", labels=("pq", "none", "qp"), reverse={"pq": "qp"})
VOTE = Model(kind="vote", of=(Model(C=3.0), Model(kind="ridge", calibration="isotonic"), Model(kind="nb_svm")))
SPOKEN = [Block(field="masked"), Block(field="actor")]
MODELS |= CONDITIONED | {
    f"a vote, {conditioning}": (Task(labels=("pro", "con")), VOTE, [Block(field="text")], conditioning)
    for conditioning in ("token", "cross", "per_target", "shared_per_target")
}
MODELS |= {
    "directed pairs": (DIRECTED, Model(), SPOKEN, "cross"),
    "directed pairs, a vote": (DIRECTED, VOTE, SPOKEN, "shared_per_target"),
}
FOLDS = np.repeat([0, 1], 5).astype(np.int32)
TUNED = Tune(tune="macro_f1")


def fit(task, spec, blocks, conditioning="none", decision="argmax"):
    actors = ["France", "Russia", "Mali", "France", None]
    examples = {"text": TEXTS, "actor": actors, "target": TARGETS, "actor_start": [0, 0, 0, 0, None],
                "actor_end": [5, 6, 6, 5, None], "target_start": [None] * 5, "target_end": [None] * 5}  # fmt: skip
    gold = np.arange(5)[:, None] % len(task.labels) == np.arange(len(task.labels))
    # Folds of five examples would leave some without a label: each is fitted on twice as many.
    examples, gold = {name: own * 2 for name, own in examples.items()}, np.tile(gold, (2, 1))
    fitted = fit_model(examples, gold, task, blocks, spec, conditioning=conditioning, decision=decision, folds=FOLDS)
    about = {"name": "été", "examples": 5}
    return StanceModel(task, spec, fitted.features, fitted.linear, GAZETTEER, about, decision)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Save a model of two blocks once; nobody writes into this folder."""
    folder = tmp_path_factory.mktemp("saved")
    save_model(fit(*MODELS["three blocks"]), folder)
    return folder


@pytest.fixture
def copy(saved, tmp_path):
    """Return a copy of the saved model to be damaged."""
    return Path(shutil.copytree(saved, tmp_path / "model"))


def fit_hashes(folder):
    """Make the description agree with the other files, as whoever changed them on purpose would."""
    path = folder / "model.json"
    description = json.loads(path.read_text(encoding="utf-8"))
    description["files"] = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES[1:]}
    path.write_text(json.dumps(description), encoding="utf-8")


def describe(folder, change):
    """Change the description in place."""
    path = folder / "model.json"
    description = json.loads(path.read_text(encoding="utf-8"))
    change(description)
    path.write_text(json.dumps(description), encoding="utf-8")


# What is saved is what is loaded


def test_a_gazetteer_written_by_hand_is_loaded_as_it_was(tmp_path):
    entries = (
        Entry("actor", "France", ("République",), ("Paris", "l’Élysée"), ("Paris FC",), "fr"),
        Entry("target", "deal", ("deal",), language="en"),
    )
    model = replace(fit(*MODELS["words"]), gazetteer=replace(GAZETTEER, entries=entries))
    save_model(model, tmp_path)
    assert load(tmp_path).gazetteer == model.gazetteer


def test_a_model_that_was_saved_before_there_were_gazetteers_by_hand_still_loads(copy):
    describe(copy, lambda description: description.pop("gazetteer"))
    assert load(copy).gazetteer == GAZETTEER


@pytest.mark.parametrize(
    "entry",
    [
        {"role": "place"},
        {"name": ""},
        {"language": "French"},
        {"aliases": "Paris"},
        {"metonyms": [1]},
        {"exceptions": None},
        {"regex": "(a+)+"},
    ],
)
def test_a_damaged_gazetteer_is_refused(copy, entry):
    whole = {"role": "actor", "name": "A", "aliases": [], "metonyms": [], "exceptions": [], "language": "fr"}
    describe(copy, lambda description: description.update(gazetteer=[whole]))
    assert load(copy).gazetteer.entries == (Entry("actor", "A"),)
    describe(copy, lambda description: description.update(gazetteer=[whole | entry]))
    with pytest.raises(ModelError, match="gazetteer"):
        load(copy)


@pytest.mark.parametrize("decision", ["argmax", TUNED])
@pytest.mark.parametrize("parts", MODELS.values(), ids=MODELS.keys())
def test_a_loaded_model_predicts_the_same_to_the_last_bit(parts, decision, tmp_path):
    model = fit(*parts, decision=decision)
    save_model(model, tmp_path)
    loaded = load(tmp_path)
    rows = [
        {"text": text, "actor": "France", "target": target}
        for text, target in zip(
            TEXTS + NEW, ["deal", None, "l’accord", "", "unseen", "deal", "junta", None, "deal"], strict=True
        )
    ]
    assert loaded.decision_function(rows).tobytes() == model.decision_function(rows).tobytes()
    assert loaded.predict(rows) == model.predict(rows)
    if has_probabilities(model.spec):
        assert loaded.predict_proba(rows) == model.predict_proba(rows)
    assert (loaded.task, loaded.spec, loaded.labels) == (model.task, model.spec, model.labels)
    assert loaded.decision == decision
    assert (loaded.rule.offsets is None) == (decision == "argmax")
    assert loaded.features.names == model.features.names
    assert loaded.linear.coefficients.tobytes() == model.linear.coefficients.tobytes()
    assert [block.spec for block in loaded.features.blocks] == [block.spec for block in model.features.blocks]
    assert (loaded.gazetteer, loaded.about) == (GAZETTEER, {"name": "été", "examples": 5})


def test_saving_what_was_loaded_writes_the_same_files(saved, tmp_path):
    save_model(load(saved), tmp_path)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (saved / name).read_bytes()


def test_the_hashes_of_the_description_are_those_of_the_files(saved):
    description = json.loads((saved / "model.json").read_text(encoding="utf-8"))
    assert description["format"] == 1
    assert description["files"] == {name: hashlib.sha256((saved / name).read_bytes()).hexdigest() for name in FILES[1:]}
    assert set(description["libraries"]) == {"python", "numpy", "scipy", "scikit-learn"}


def test_a_run_folder_is_as_good_as_its_model_folder(copy):
    assert load(copy.parent).features.names == load(copy).features.names == load(str(copy)).features.names


def test_loading_and_predicting_need_neither_scikit_learn_nor_datasets_nor_numba(saved):
    script = (
        "import sys, json, stancekit\n"
        "model = stancekit.load(sys.argv[1])\n"
        "rows = [{'text': 'Paris se tait', 'actor': 'France', 'target': 'deal'}]\n"
        "print(json.dumps([model.predict(rows), model.predict_proba(rows)]))\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))\n"
    )
    done = subprocess.run([sys.executable, "-c", script, saved], capture_output=True, text=True, check=True)
    predicted, modules = map(json.loads, done.stdout.splitlines())
    rows = [{"text": "Paris se tait", "actor": "France", "target": "deal"}]
    assert predicted == [load(saved).predict(rows), load(saved).predict_proba(rows)]
    assert "stancekit" in modules
    assert not {"sklearn", "datasets", "matplotlib", "joblib", "numba", "skops", "dill"} & set(modules)


def test_loading_alone_needs_neither_scipy_nor_readers_nor_the_config_schema(saved):
    script = "import sys, stancekit; stancekit.load(sys.argv[1]); print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script, saved], capture_output=True, text=True, check=True)
    modules = set(done.stdout.split())
    assert "stancekit.models.persistence" in modules
    assert not {"scipy", "yaml", "xml.sax", "stancekit.config.schema", "stancekit.corpus.readers"} & modules


# What isn't there, isn't whole or isn't ours


def test_where_there_is_no_model_one_is_asked_for(tmp_path):
    with pytest.raises(InputError, match="there is no model here"):
        load(tmp_path)
    with pytest.raises(InputError, match="there is no such folder"):
        load(tmp_path / "missing")


@pytest.mark.parametrize("name", FILES[1:])
def test_a_file_that_is_missing_is_named(copy, name):
    (copy / name).unlink()
    with pytest.raises(ModelError, match=f"{name}: can't read it"):
        load(copy)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_cut_short_anywhere_is_refused(copy, name):
    raw = (copy / name).read_bytes().rstrip(b"\n")
    for length in [*range(0, len(raw), max(1, len(raw) // 25)), len(raw) - 1]:
        (copy / name).write_bytes(raw[:length])
        with pytest.raises(ModelError):
            load(copy)


@pytest.mark.parametrize("name", FILES[1:])
def test_a_byte_that_is_changed_anywhere_is_refused(copy, name):
    raw = (copy / name).read_bytes()
    for position in [*range(0, len(raw), max(1, len(raw) // 25)), len(raw) - 1]:
        (copy / name).write_bytes(raw[:position] + bytes([raw[position] ^ 1]) + raw[position + 1 :])
        with pytest.raises(ModelError, match=f"{name} doesn't match its SHA-256"):
            load(copy)


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_model_is_refused(copy, tmp_path, name):
    other = tmp_path / "other"
    other.mkdir()
    save_model(fit(*MODELS["words"]), other)
    shutil.copy(other / name, copy / name)
    with pytest.raises(ModelError, match="SHA-256"):
        load(copy)
    fit_hashes(copy)
    with pytest.raises(ModelError):
        load(copy)


def test_files_that_are_swapped_are_refused(copy):
    arrays, vocabulary = ((copy / name).read_bytes() for name in FILES[1:])
    (copy / FILES[1]).write_bytes(vocabulary)
    (copy / FILES[2]).write_bytes(arrays)
    with pytest.raises(ModelError, match="SHA-256"):
        load(copy)
    fit_hashes(copy)
    with pytest.raises(ModelError, match="not a safetensors file"):
        load(copy)


# Descriptions


@pytest.mark.parametrize("format", [0, True, -1, "1", None, [1], {"1": 1}, 1.5])
def test_another_format_is_refused_with_what_to_do(copy, format):
    describe(copy, lambda description: description.update(format=format))
    with pytest.raises(ModelError, match="is not known, only 1; Load it with the version of stancekit that saved it"):
        load(copy)


@pytest.mark.parametrize("format", [2, 99, 10**100])
def test_a_newer_format_says_which_version_knows_it(copy, format):
    describe(copy, lambda description: description.update(format=format, stancekit="7.3.1"))
    with pytest.raises(ModelError, match=r"is newer than .* knows; It was saved by stancekit 7\.3\.1: install that"):
        load(copy)


def test_what_does_not_fit_names_the_version_that_saved_it_if_it_is_another(copy):
    describe(copy, lambda description: description.update(more=1))
    with pytest.raises(ModelError) as same:
        load(copy)
    assert "saved by" not in str(same.value)
    describe(copy, lambda description: description.update(stancekit="7.3.1"))
    with pytest.raises(ModelError, match=r"more: .*; It was saved by stancekit 7\.3\.1, this is "):
        load(copy)


def test_a_loaded_model_knows_which_versions_saved_it_and_which_are_others_here(copy):
    here = load(copy).around
    assert set(here.saved_with) == {"stancekit", "python", "numpy", "scipy", "scikit-learn"}
    assert here.other_versions == {}
    describe(copy, lambda description: description["libraries"].update(numpy="1.0.0", gone="2.0"))
    there = load(copy).around
    assert there.other_versions == {"numpy": ("1.0.0", np.__version__), "gone": ("2.0", "")}


@pytest.mark.parametrize(
    "content", [b"", b"null", b"1", b'"a"', b"[]", b"{}", b"\xff\xfe", b"[" * 100_000, b'{"format": NaN}']
)
def test_what_is_no_description_is_refused(copy, content):
    (copy / "model.json").write_bytes(content)
    with pytest.raises(ModelError, match=r"model\.json: (not valid JSON|model format)"):
        load(copy)


def test_a_description_of_unreasonable_size_is_refused_unread(copy):
    with (copy / "model.json").open("r+b") as file:
        file.truncate(MAXIMUM_DESCRIPTION + 1)
    with pytest.raises(ModelError, match="larger than"):
        load(copy)


@pytest.mark.parametrize(
    "key",
    ["format", "task", "model", "decision", "blocks", "actors", "targets", "about", "files", "libraries", "stancekit"],
)
def test_a_description_that_lacks_a_key_is_refused(copy, key):
    describe(copy, lambda description: description.pop(key))
    with pytest.raises(ModelError, match=key):
        load(copy)


DESCRIPTIONS = {
    "an extra key": lambda d: d.update(reduce="os.system"),
    "an extra key of a block": lambda d: d["blocks"][0].update(klass="Block"),
    "an extra key of a block's spec": lambda d: d["blocks"][0]["spec"].update(klass="Block"),
    "another decision": lambda d: d.update(decision="os.system"),
    "another kind of model": lambda d: d["model"].update(kind="os.system"),
    "another analyzer": lambda d: d["blocks"][0]["spec"].update(analyzer="os.system"),
    "another field": lambda d: d["blocks"][0]["spec"].update(field="__class__"),
    "a label more": lambda d: d["task"]["labels"].append("more"),
    "a label less": lambda d: d["task"]["labels"].pop(),
    "a label twice": lambda d: d["task"].update(labels=["pro", "pro", "con"]),
    "no labels": lambda d: d["task"].update(labels=[]),
    "no blocks": lambda d: d.update(blocks=[]),
    "a block less": lambda d: d["blocks"].pop(),
    "a block more": lambda d: d["blocks"].append(d["blocks"][0]),
    "an empty block more": lambda d: d["blocks"].insert(0, d["blocks"][0] | {"terms": 0}),
    "a term more": lambda d: d["blocks"][0].update(terms=d["blocks"][0]["terms"] + 1),
    "terms beyond all measure": lambda d: d["blocks"][0].update(terms=10**15),
    "terms below zero": lambda d: d["blocks"][0].update(terms=-1),
    "a term from block to block": lambda d: [
        d["blocks"][i].update(terms=d["blocks"][i]["terms"] + 1 - 2 * i) for i in (0, 1)
    ],
    "a path out of the folder": lambda d: d["files"].update({"../model.safetensors": "0" * 64}),
    "another file's name": lambda d: d["files"].update({"model.pkl": d["files"].pop("model.safetensors")}),
    "a file less": lambda d: d["files"].pop("vocabulary.parquet"),
    "a hash that is none": lambda d: d["files"].update({"vocabulary.parquet": "0"}),
    "a penalty of zero": lambda d: d["model"].update(C=0),
    "n-grams without end": lambda d: d["blocks"][0]["spec"].update(ngrams=[1, 10**9]),
}


@pytest.mark.parametrize("change", DESCRIPTIONS.values(), ids=DESCRIPTIONS.keys())
def test_a_description_that_does_not_fit_is_refused(copy, change):
    describe(copy, change)
    with pytest.raises(ModelError):
        load(copy)


# Arrays and vocabularies whose hash fits


def safetensors_of(dtype, shape, size):
    """Return a safetensors file with one array `idf` of a kind that NumPy may not have."""
    header = json.dumps({"idf": {"dtype": dtype, "shape": shape, "data_offsets": [0, size]}}).encode()
    return struct.pack("<Q", len(header)) + header + bytes(size)


def replaced(raw):
    """Return a change that leaves nothing of what was there."""
    return lambda _arrays: raw


def changed(name, change):
    return lambda arrays: save_arrays(arrays | {name: np.ascontiguousarray(change(arrays[name]))})


def with_first(value):
    def change(array):
        array = array.copy()
        array.flat[0] = value
        return array

    return change


ARRAYS = {
    **{f"{value} in {name}": changed(name, with_first(value))
       for name in ("coefficients", "intercepts", "idf") for value in (np.nan, np.inf, -np.inf)},
    "coefficients turned": changed("coefficients", lambda a: a.T),
    "coefficients flat": changed("coefficients", np.ravel),
    "a feature less": changed("coefficients", lambda a: a[:, 1:]),
    "a label less": changed("intercepts", lambda a: a[1:]),
    "a weight less": changed("idf", lambda a: a[1:]),
    "weights as a column": changed("idf", lambda a: a[:, None]),
    "a single number": changed("idf", lambda a: a[0]),
    "single precision": changed("coefficients", lambda a: a.astype(np.float32)),
    "whole numbers": changed("intercepts", lambda a: a.astype(np.int64)),
    "an extra array": lambda arrays: save_arrays(arrays | {"thresholds": arrays["intercepts"]}),
    "a missing array": lambda arrays: save_arrays({name: arrays[name] for name in ("coefficients", "idf")}),
    "no arrays": replaced(save_arrays({})),
    "half precision that NumPy lacks": replaced(safetensors_of("BF16", [2], 4)),
    "a kind of number that nobody knows": replaced(safetensors_of("PICKLE", [2], 4)),
    "a header without end": replaced(struct.pack("<Q", 2**62) + b"{}"),
    "an empty file": replaced(b""),
    "text": replaced(b"{}" * 100),
}  # fmt: skip


@pytest.mark.parametrize("change", ARRAYS.values(), ids=ARRAYS.keys())
def test_arrays_that_do_not_fit_are_refused_though_their_hash_does(copy, change):
    raw = (copy / "model.safetensors").read_bytes()
    (copy / "model.safetensors").write_bytes(change(load_arrays(raw)))
    fit_hashes(copy)
    with pytest.raises(ModelError, match=r"model\.safetensors"):
        load(copy)


CURVE = "isotonic.1.0"
LEARNED = {
    **{f"{value} in {name}": changed(name, with_first(value))
       for name in ("platt.0", f"{CURVE}.scores", f"{CURVE}.probabilities", "offsets", "coefficients.1")
       for value in (np.nan, np.inf)},
    "sigmoids flat": changed("platt.0", np.ravel),
    "a sigmoid less": changed("platt.0", lambda a: a[:, 1:]),
    "a row of sigmoids more": changed("platt.0", lambda a: np.vstack([a, a[:1]])),
    "offsets of fewer labels": changed("offsets", lambda a: a[1:]),
    "offsets in single precision": changed("offsets", lambda a: a.astype(np.float32)),
    "a curve that falls": changed(f"{CURVE}.probabilities", lambda a: a[::-1]),
    "a curve that goes back": changed(f"{CURVE}.scores", lambda a: a[::-1]),
    "a curve that stands still": changed(f"{CURVE}.scores", np.zeros_like),
    "a curve with a point less": changed(f"{CURVE}.scores", lambda a: a[1:]),
    "a curve without points": lambda arrays: save_arrays(
        arrays | {f"{CURVE}.scores": np.zeros(0), f"{CURVE}.probabilities": np.zeros(0)}
    ),
    "a curve that is a table": lambda arrays: save_arrays(
        arrays | {f"{CURVE}.{part}": arrays[f"{CURVE}.{part}"][None] for part in ("scores", "probabilities")}
    ),
    "a probability of 0": changed(f"{CURVE}.probabilities", with_first(0.0)),
    "a probability below 0": changed(f"{CURVE}.probabilities", with_first(-0.1)),
    "a probability of 1": changed(f"{CURVE}.probabilities", lambda a: np.append(a[:-1], 1.0)),
    "whole numbers in a curve": changed(f"{CURVE}.scores", lambda a: np.arange(len(a))),
    "a member less": lambda arrays: save_arrays({n: a for n, a in arrays.items() if n != "coefficients.1"}),
    "no offsets": lambda arrays: save_arrays({n: a for n, a in arrays.items() if n != "offsets"}),
    "no curve for a label": lambda arrays: save_arrays({n: a for n, a in arrays.items() if n != f"{CURVE}.scores"}),
    "a member more": lambda arrays: save_arrays(arrays | {"coefficients.2": arrays["coefficients.1"]}),
}  # fmt: skip


@pytest.fixture(scope="module")
def saved_vote(tmp_path_factory):
    """Save a tuned vote of a sigmoid and curves once; nobody writes into this folder."""
    folder = tmp_path_factory.mktemp("vote")
    spec = Model(kind="vote", of=(Model(kind="linear_svc"), Model(kind="ridge", calibration="isotonic")))
    save_model(fit(Task(labels=("pro", "con")), spec, [Block(field="text")], decision=TUNED), folder)
    return folder


@pytest.mark.parametrize("change", LEARNED.values(), ids=LEARNED.keys())
def test_what_a_rule_learned_is_refused_where_it_does_not_fit(saved_vote, tmp_path, change):
    copy = Path(shutil.copytree(saved_vote, tmp_path / "model"))
    assert load(copy).decision == TUNED
    raw = (copy / "model.safetensors").read_bytes()
    (copy / "model.safetensors").write_bytes(change(load_arrays(raw)))
    fit_hashes(copy)
    with pytest.raises(ModelError, match=r"model\.safetensors"):
        load(copy)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(decision="argmax"),
        lambda d: d.update(decision={"tune": "os.system"}),
        lambda d: d.update(decision={"tune": "macro_f1", "code": "x"}),
        lambda d: d["model"]["of"].pop(),
        lambda d: d["model"]["of"].reverse(),
        lambda d: d["model"]["of"].append(d["model"]["of"][0]),
        lambda d: d["model"]["of"][1].update(calibration="platt"),
        lambda d: d["model"].update(weights=[1.0]),
        lambda d: d["model"].update(weights=[1.0, -1.0]),
        lambda d: d["model"]["of"].append({"kind": "vote", "of": [*d["model"]["of"]]}),
        lambda d: d.update(model=d["model"]["of"][0]),
    ],
)
def test_a_description_of_another_vote_is_refused(saved_vote, tmp_path, change):
    copy = Path(shutil.copytree(saved_vote, tmp_path / "model"))
    describe(copy, change)
    with pytest.raises(ModelError):
        load(copy)


def column(name, change):
    """Return a change of one column's values that leaves its type."""

    def apply(table):
        field = table.schema.get_field_index(name)
        values = change(table[name].to_pylist())
        return table.set_column(field, table.schema.field(field), pa.array(values, table.schema.field(field).type))

    return apply


VOCABULARIES = {
    "a term less": lambda t: t.slice(1),
    "a term more": lambda t: pa.concat_tables([t, t.slice(0, 1)]),
    "no terms": lambda t: t.slice(0, 0),
    "a term twice in a block": column("term", lambda terms: [terms[1], *terms[1:]]),
    "a term that is null": column("term", lambda terms: [None, *terms[1:]]),
    "a block that is null": column("block", lambda blocks: [None, *blocks[1:]]),
    "blocks in another order": column("block", lambda blocks: blocks[::-1]),
    "a block that there isn't": column("block", lambda blocks: [*blocks[:-1], 9]),
    "a block below zero": column("block", lambda blocks: [-1, *blocks[1:]]),
    "an extra column": lambda t: t.append_column("weight", t["block"]),
    "a missing column": lambda t: t.select(["term"]),
    "columns in another order": lambda t: t.select(["term", "block"]),
    "columns of another name": lambda t: t.rename_columns(["block", "word"]),
    "terms as bytes": lambda t: t.set_column(1, "term", t["term"].cast(pa.binary())),
    "blocks as text": lambda t: t.set_column(0, "block", t["block"].cast(pa.string())),
    "terms as a dictionary": lambda t: t.set_column(1, "term", t["term"].dictionary_encode()),
}


@pytest.mark.parametrize("change", VOCABULARIES.values(), ids=VOCABULARIES.keys())
def test_a_vocabulary_that_does_not_fit_is_refused_though_its_hash_does(copy, change):
    pq.write_table(change(pq.read_table(copy / "vocabulary.parquet")), copy / "vocabulary.parquet")
    fit_hashes(copy)
    with pytest.raises(ModelError, match=r"vocabulary\.parquet"):
        load(copy)


def test_a_vocabulary_written_by_another_program_is_as_good(copy):
    names = load(copy).features.names
    table = pq.read_table(copy / "vocabulary.parquet")
    pq.write_table(table.replace_schema_metadata({"who": "else"}), copy / "vocabulary.parquet", row_group_size=3)
    fit_hashes(copy)
    assert load(copy).features.names == names


def test_terms_that_are_no_text_are_refused(copy):
    sink = io.BytesIO()
    table = pq.read_table(copy / "vocabulary.parquet")
    pq.write_table(table, sink, compression="none", use_dictionary=False)
    term = next(term for term in table["term"].to_pylist() if len(term) > 3 and term.isascii()).encode()
    assert term in sink.getvalue()
    (copy / "vocabulary.parquet").write_bytes(sink.getvalue().replace(term, b"\xff" * len(term)))
    fit_hashes(copy)
    with pytest.raises(ModelError, match=r"vocabulary\.parquet"):
        load(copy)


@pytest.mark.parametrize("name", FILES[1:])
def test_whatever_byte_is_changed_on_purpose_the_model_is_loaded_or_refused(tmp_path, name):
    save_model(fit(*MODELS["words"]), tmp_path)
    raw = (tmp_path / name).read_bytes()
    refused = 0
    for position in range(0, len(raw), 3):
        (tmp_path / name).write_bytes(raw[:position] + bytes([raw[position] ^ 0xFF]) + raw[position + 1 :])
        fit_hashes(tmp_path)
        try:
            load(tmp_path)
        except ModelError:
            refused += 1
    assert refused > 0


# Code in the place of data


class Canary:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, file):
        self.file = file

    def __reduce__(self):
        return (Path.touch, (self.file,))


@pytest.fixture
def canary(tmp_path):
    """Return a file and a pickle that makes it, as was tried."""
    file = tmp_path / "executed"
    payload = pickle.dumps(Canary(file))
    pickle.loads(payload)
    assert file.exists()
    file.unlink()
    return file, payload


@pytest.mark.parametrize("name", FILES)
def test_a_pickle_in_place_of_a_file_is_refused_and_not_executed(copy, canary, name):
    file, payload = canary
    (copy / name).write_bytes(payload)
    with pytest.raises(ModelError):
        load(copy)
    if name != "model.json":
        fit_hashes(copy)
        with pytest.raises(ModelError, match="not a"):
            load(copy)
    assert not file.exists()


def test_an_array_of_objects_is_refused_and_not_executed(copy, canary):
    file, payload = canary
    sink = io.BytesIO()
    np.save(sink, np.array([Canary(file)], dtype=object), allow_pickle=True)
    (copy / "model.safetensors").write_bytes(sink.getvalue())
    fit_hashes(copy)
    with pytest.raises(ModelError, match="not a safetensors file"):
        load(copy)
    assert not file.exists()
    assert payload


def test_a_pickle_hidden_in_the_vocabularys_schema_is_not_executed(copy, canary):
    # How pyarrow before 14.0.1 was made to run code (CVE-2023-47248).
    file, payload = canary
    table = pq.read_table(copy / "vocabulary.parquet")
    hidden = {"ARROW:extension:name": b"arrow.py_extension_type", "ARROW:extension:metadata": payload}
    fields = [table.schema.field(0), table.schema.field(1).with_metadata(hidden)]
    pq.write_table(pa.table(table.columns, schema=pa.schema(fields)), copy / "vocabulary.parquet")
    fit_hashes(copy)
    names = load(copy).features.names
    assert names
    assert not file.exists()


def test_files_beside_the_model_are_never_opened(copy, canary):
    file, payload = canary
    for name in ("model.pkl", "model.joblib", "__init__.py", "model.skops"):
        (copy / name).write_bytes(payload)
    load(copy)
    assert not file.exists()


# Conditioning


@pytest.fixture
def conditioned(tmp_path):
    """Save a model with copies of features for three targets, to be damaged."""
    folder = tmp_path / "conditioned"
    folder.mkdir()
    save_model(fit(*CONDITIONED["shared_per_target"]), folder)
    return folder


def with_arrays(folder, **changed):
    arrays = load_arrays((folder / "model.safetensors").read_bytes())
    (folder / "model.safetensors").write_bytes(save_arrays({**arrays, **changed}))
    fit_hashes(folder)


def test_what_conditioning_learned_is_saved_in_numbers_and_names(conditioned):
    description = json.loads((conditioned / "model.json").read_text(encoding="utf-8"))
    arrays = load_arrays((conditioned / "model.safetensors").read_bytes())
    assert description["conditioning"]["kind"] == "shared_per_target"
    assert description["conditioning"]["targets"] == [None, "deal", "l’accord"]
    assert description["conditioning"]["copies"] == len(arrays["copied"]) == arrays["starts"][-1]
    assert arrays["coefficients"].shape[1] == len(arrays["idf"]) + len(arrays["copied"]) + 3


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "none"},
        {"kind": "os.system"},
        {"kind": "cross"},
        {"targets": ["deal", None, "l’accord"]},
        {"targets": [None, "l’accord", "deal"]},
        {"targets": [None, "deal", "deal"]},
        {"targets": ["", "deal", "l’accord"]},
        {"targets": [None, "deal"]},
        {"targets": []},
        {"targets": [None, "deal", 1]},
        {"copies": 10**15},
        {"copies": -1},
        {"klass": "FittedConditioning"},
    ],
)
def test_a_description_of_conditioning_that_does_not_fit_is_refused(conditioned, change):
    describe(conditioned, lambda description: description["conditioning"].update(change))
    with pytest.raises(ModelError):
        load(conditioned)


def test_arrays_of_conditioning_without_its_description_are_refused(conditioned):
    describe(conditioned, lambda description: description.pop("conditioning"))
    with pytest.raises(ModelError, match="the array 'copied' is too many"):
        load(conditioned)


ARRAYS_OF_CONDITIONING = {
    "a copy of a feature beyond the last": lambda a: {"copied": np.append(a["copied"][:-1], np.int32(len(a["idf"])))},
    "a copy of a feature below the first": lambda a: {"copied": np.append(np.int32(-1), a["copied"][1:])},
    "a copy twice": lambda a: {"copied": np.append(a["copied"][:1], a["copied"][:-1])},
    "copies out of order": lambda a: {"copied": np.append(a["copied"][[1, 0]], a["copied"][2:])},
    "a copy less": lambda a: {"copied": a["copied"][:-1]},
    "copies that are no numbers": lambda a: {"copied": a["copied"].astype(np.float64)},
    "wider numbers": lambda a: {"copied": a["copied"].astype(np.int64)},
    "a start below zero": lambda a: {"starts": a["starts"] + [0, -99, 0, 0]},
    "a first start that is none": lambda a: {"starts": a["starts"] + [1, 0, 0, 0]},
    "an end before the end": lambda a: {"starts": a["starts"] - [0, 0, 0, 1]},
    "starts out of order": lambda a: {"starts": a["starts"][[0, 2, 1, 3]]},
    "starts once around the circle": lambda a: {"starts": np.array([0, 2**63 - 1, -(2**62), a["starts"][3]])},
    "a start less": lambda a: {"starts": a["starts"][[0, 1, 3]]},
    "a start from a target to the next": lambda a: {"starts": a["starts"] + [0, 1, 0, 0]},
    "a column of coefficients less": lambda a: {"coefficients": a["coefficients"][:, :-1].copy()},
}


@pytest.mark.parametrize("change", ARRAYS_OF_CONDITIONING.values(), ids=ARRAYS_OF_CONDITIONING.keys())
def test_arrays_of_conditioning_that_do_not_fit_are_refused(conditioned, change):
    arrays = load_arrays((conditioned / "model.safetensors").read_bytes())
    with_arrays(conditioned, starts=arrays["starts"])
    assert load(conditioned).linear.conditioning is not None
    with_arrays(conditioned, **change(arrays))
    with pytest.raises(ModelError):
        load(conditioned)
