"""Exports: whatever tool has the model, it says what `StanceModel` says."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest

from stancekit.config.decision import Decision, Tune
from stancekit.config.features import Block, Conditioning
from stancekit.config.model import Model, has_probabilities
from stancekit.config.schema import Task
from stancekit.errors import DataError, InputError
from stancekit.models.exports import count_for_graph, export_model
from stancekit.models.exports.pipeline import why_not_alone
from stancekit.models.stance_model import StanceModel, fit_model

WORDS = Block(field="text", ngrams=(1, 2))
TASKS = {2: Task(labels=("pro", "con")), 3: Task(labels=("pro", "neither", "con"))}
SETS = Task(kind="multilabel", labels=("junta", "deal", "vote"))
VERBS = ["soutient", "évoque", "refuse", "n’aime pas", "salue", "cite", "rejette", "l'aime", "dit", "condamne"]
TRAINING = [f"{who} {verb} {what}." for who in ("Paris", "L’ONU") for verb in VERBS for what in ("l’accord", "tout")]
NEW = [
    *(f"{who} {verb} l’accord, dit-on" for who in ("L'ONU", "Bamako") for verb in VERBS),
    "Les E\u0301tats-Unis n\u02bcaiment pas l’accord",  # an accent and an apostrophe as other programs write them
    "PARIS REFUSE TOUT",
    "rien de connu ici",
    "",
]
BLOCKS = {
    "words": [WORDS],
    "words as they are written": [Block(field="text", lowercase=False, ngrams=(1, 2))],
    "sklearn's words": [Block(field="text", tokens="sklearn", stop_words="english")],
    "own words": [Block(field="text", tokens=r"\w+-\w+|(?:\w+)", stop_words=["tout"], ngrams=(1, 3))],
    "characters": [Block(field="text", analyzer="char", ngrams=(1, 3), lowercase=False, norm="l1")],
    "characters in words": [Block(field="text", analyzer="char_wb", ngrams=(2, 5), sublinear=True, min_df=2)],
    "three": [
        Block(field="text", norm="none", idf=False),
        Block(field="text", analyzer="char_wb", ngrams=(3, 3), weight=0.3),
        Block(field="text", tokens="[0-9]+"),  # nothing is left of it
        Block(field="text", ngrams=(2, 2), sublinear=True, weight=2.0),
    ],
}
MODELS = {
    "logistic": Model(),
    "softmax": Model(kind="multinomial_logistic_regression"),
    "svc": Model(kind="linear_svc", C=0.3),
    "ridge": Model(kind="ridge"),
    "sgd": Model(kind="sgd"),
    "complement": Model(kind="complement_nb"),
    "nb_svm": Model(kind="nb_svm"),
    "platt": Model(kind="linear_svc", calibration="platt"),
    "softmax, platt": Model(kind="complement_nb", calibration="platt"),
}
BENT: dict[str, tuple[Model, Decision]] = {
    "isotonic": (Model(calibration="isotonic"), "argmax"),
    "vote": (
        Model(
            kind="vote",
            of=(Model(kind="ridge"), Model(), Model(kind="nb_svm", calibration="isotonic")),
            weights=(1.0, 2.0, 0.5),
        ),
        "argmax",
    ),
    "tuned on platt": (Model(calibration="platt"), Tune(tune="macro_f1")),
    "tuned vote": (Model(kind="vote", of=(Model(), Model(kind="linear_svc"))), Tune(tune="macro_f1")),
}


def fitted(
    task: Task,
    spec: Model = MODELS["logistic"],
    blocks: list[Block] = BLOCKS["words"],
    decision: Decision = "argmax",
    conditioning: Conditioning = "none",
) -> StanceModel:
    generator = np.random.default_rng(5)
    n_labels = len(task.labels)
    kinds = np.arange(len(TRAINING)) % n_labels
    gold = kinds[:, None] == np.arange(n_labels)
    if task.kind == "multilabel":
        gold = gold | (generator.random(gold.shape) < 0.3)
    examples = {"text": TRAINING, "target": [("deal", "vote")[i // 2 % 2] for i in range(len(TRAINING))]}
    folds = np.asarray(np.arange(len(TRAINING)) // 4 % 3, dtype=np.int32)
    return fit_model(
        examples, gold, task, blocks, spec, seed=1, decision=decision, conditioning=conditioning, folds=folds
    )


def through_joblib(model: StanceModel, path: Path) -> Any:
    return joblib.load(export_model(model, path / "own.joblib").path)


def through_skops(model: StanceModel, path: Path) -> Any:
    skops_io = pytest.importorskip("skops.io", reason="skops is not installed")
    export = export_model(model, path / "own.skops")
    return skops_io.load(export.path, trusted=list(export.trusted))


def says_the_same(loaded: Any, model: StanceModel, new: Any = NEW) -> None:
    said = loaded.predict(new)
    if model.task.kind == "multilabel":
        own = model.predict(new)
        assert said.tolist() == [[int(label in labels) for label in model.labels] for labels in own]
    else:
        assert said.tolist() == model.predict(new)
    assert list(loaded.classes_) == list(model.labels)
    if has_probabilities(model.spec):
        shares = [list(row.values()) for row in model.predict_proba(new)]
        np.testing.assert_allclose(loaded.predict_proba(new), shares, rtol=0, atol=1e-12)
    else:
        assert not hasattr(loaded, "predict_proba")


both = pytest.mark.parametrize("through", [through_joblib, through_skops])


@pytest.mark.parametrize("n_labels", [2, 3])
@pytest.mark.parametrize("name", MODELS)
def test_a_pipeline_predicts_what_the_model_predicts(name: str, n_labels: int, tmp_path: Path) -> None:
    model = fitted(TASKS[n_labels], MODELS[name])
    assert why_not_alone(model) is None
    assert len(set(model.predict(NEW))) > 1
    says_the_same(through_joblib(model, tmp_path), model)


@both
@pytest.mark.parametrize("name", BLOCKS)
def test_every_way_of_cutting_texts_that_scikit_learn_has_is_cut_alike(
    name: str, through: Callable[[StanceModel, Path], Any], tmp_path: Path
) -> None:
    model = fitted(TASKS[3], blocks=BLOCKS[name])
    loaded = through(model, tmp_path)
    said = loaded[:-1].transform(NEW).toarray()
    own = model.features.transform({"text": NEW})
    np.testing.assert_allclose(said, own.toarray(), rtol=0, atol=1e-14)
    says_the_same(loaded, model)


@both
@pytest.mark.parametrize("name", ["logistic", "svc", "platt"])
def test_sets_of_labels_are_predicted_alike(
    name: str, through: Callable[[StanceModel, Path], Any], tmp_path: Path
) -> None:
    model = fitted(SETS, MODELS[name])
    assert why_not_alone(model) is None
    says_the_same(through(model, tmp_path), model)


@pytest.mark.parametrize("task", [TASKS[2], TASKS[3], SETS], ids=["2", "3", "sets"])
@pytest.mark.parametrize("spec", [Model(), Model(kind="linear_svc")], ids=["logistic", "svc"])
def test_offsets_of_a_tuned_decision_are_in_the_export(task: Task, spec: Model, tmp_path: Path) -> None:
    model = fitted(task, spec, decision=Tune(tune="macro_f1"))
    assert model.linear != fitted(task, spec).linear
    assert why_not_alone(model) is None
    says_the_same(through_joblib(model, tmp_path), model)


@both
@pytest.mark.parametrize("task", [TASKS[3], SETS], ids=["3", "sets"])
@pytest.mark.parametrize("name", BENT)
def test_what_scikit_learn_cant_do_alone_is_packed(
    name: str, task: Task, through: Callable[[StanceModel, Path], Any], tmp_path: Path
) -> None:
    spec, decision = BENT[name]
    model = fitted(task, spec, decision=decision)
    if name == "tuned on platt" and task is SETS:  # a line and a shift are a line
        assert why_not_alone(model) is None
    else:
        assert why_not_alone(model) is not None
    says_the_same(through(model, tmp_path), model)


@both
@pytest.mark.filterwarnings("ignore:24 of 96 examples")  # what is unheard of is told
def test_a_model_of_mentions_and_targets_is_packed(through: Callable[[StanceModel, Path], Any], tmp_path: Path) -> None:
    blocks = [Block(field="masked"), Block(field="pair", analyzer="indicator")]
    model = fitted(TASKS[3], blocks=blocks, conditioning="shared_per_target")
    new = [{"text": text, "target": target} for text in NEW for target in ("deal", "vote", "unheard of", None)]
    says_the_same(through(model, tmp_path), model, new)


def test_a_directed_pair_is_packed(tmp_path: Path) -> None:
    task = Task(kind="directed_pair", labels=("none", "ab", "ba"), reverse={"ab": "ba"})
    rows = [{"text": f"A {verb} B", "actor": "A", "target": "B", "actor_start": 0, "actor_end": 1} for verb in VERBS]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    columns |= {
        "target_start": [len(row["text"]) - 1 for row in rows],
        "target_end": [len(row["text"]) for row in rows],
    }
    gold = (np.arange(len(rows)) % 3)[:, None] == np.arange(3)
    model = fit_model(columns, gold, task, [Block(field="masked", ngrams=(1, 2))], Model())
    loaded = through_joblib(model, tmp_path)
    new = [{**row, "target_start": len(row["text"]) - 1, "target_end": len(row["text"])} for row in rows]
    says_the_same(loaded, model, new)


GRAPHS = {
    **{name: (spec, "argmax") for name, spec in MODELS.items()},
    **BENT,
    "tuned": (Model(), Tune(tune="macro_f1")),
    "tuned on isotonic": (Model(calibration="isotonic"), Tune(tune="macro_f1")),
}


@pytest.mark.parametrize("task", [TASKS[2], TASKS[3], SETS], ids=["2", "3", "sets"])
@pytest.mark.parametrize("name", GRAPHS)
def test_a_graph_predicts_what_the_model_predicts(name: str, task: Task, tmp_path: Path) -> None:
    runtime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    spec, decision = GRAPHS[name]
    if task is SETS and spec.kind in ("multinomial_logistic_regression", "complement_nb"):
        return
    model = fitted(task, spec, BLOCKS["three"], decision)
    export = export_model(model, tmp_path / "own.onnx")
    session = runtime.InferenceSession(export.path)
    names = [output.name for output in session.get_outputs()]
    said = dict(zip(names, session.run(None, {"counts": count_for_graph(model, NEW)}), strict=True))
    np.testing.assert_allclose(said["scores"], model.decision_function(NEW), rtol=1e-12, atol=1e-12)
    if task is SETS:
        chosen = [[label for label, own in zip(model.labels, row, strict=True) if own] for row in said["labels"]]
        assert chosen == model.predict(NEW)
    else:
        assert said["label"].tolist() == model.predict(NEW)
    assert ("probabilities" in said) == has_probabilities(spec)
    if "probabilities" in said:
        shares = [list(row.values()) for row in model.predict_proba(NEW)]
        np.testing.assert_allclose(said["probabilities"], shares, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", BLOCKS)
def test_a_graph_weighs_counts_as_blocks_do(name: str, tmp_path: Path) -> None:
    runtime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    model = fitted(TASKS[3], blocks=BLOCKS[name])
    session = runtime.InferenceSession(export_model(model, tmp_path / "own.onnx").path)
    label, scores, _ = session.run(None, {"counts": count_for_graph(model, NEW)})
    np.testing.assert_allclose(scores, model.decision_function(NEW), rtol=1e-12, atol=1e-12)
    assert label.tolist() == model.predict(NEW)


def test_beside_a_graph_stand_its_terms_and_in_it_how_they_are_cut(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx", reason="onnx is not installed")
    model = fitted(TASKS[3], blocks=BLOCKS["three"])
    export = export_model(model, tmp_path / "own.onnx")
    rows = (tmp_path / "own.onnx.terms.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0] == "column,block,field,analyzer,term"
    assert rows[1].startswith("0,0,text,word,")
    counts = count_for_graph(model, ["tout"])
    assert counts.shape == (1, len(rows) - 1)
    [of_words, _] = [row for row in rows if row.endswith(",tout")], None
    assert counts[0, int(of_words[0].split(",")[0])] == 1
    about = {own.key: own.value for own in onnx.load(export.path).metadata_props}
    assert json.loads(about["labels"]) == ["pro", "neither", "con"]
    assert [block["terms"] for block in json.loads(about["blocks"])] == [len(b.terms) for b in model.features.blocks]


@pytest.mark.parametrize("conditioning", ["token", "cross", "per_target", "shared_per_target"])
def test_a_model_conditioned_on_targets_is_no_graph(conditioning: Conditioning, tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="onnx is not installed")
    with pytest.raises(InputError, match=r"weights depend on the target.*joblib or skops"):
        export_model(fitted(TASKS[3], conditioning=conditioning), tmp_path / "own.onnx")
    assert list(tmp_path.iterdir()) == []


def test_a_pipeline_runs_where_stancekit_is_not(tmp_path: Path) -> None:
    model = fitted(TASKS[3])
    (tmp_path / "new.json").write_text(json.dumps(NEW), encoding="utf-8")
    export_model(model, tmp_path / "own.joblib")
    script = (
        "import sys; sys.modules['stancekit'] = None\n"
        "import joblib, json, pathlib\n"
        "texts = json.loads(pathlib.Path('new.json').read_text(encoding='utf-8'))\n"
        "print(json.dumps(joblib.load('own.joblib').predict(texts).tolist()))"
    )
    ran = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == model.predict(NEW)


def test_a_skops_file_holds_no_type_of_stancekits_where_the_pipeline_stands_alone(tmp_path: Path) -> None:
    pytest.importorskip("skops", reason="skops is not installed")
    export = export_model(fitted(TASKS[3]), tmp_path / "own.skops")
    assert export.trusted == ("functools.partial", "re.sub", "unicodedata.normalize")
    packed = export_model(fitted(TASKS[3], blocks=[Block(field="masked")]), tmp_path / "packed.skops")
    assert packed.trusted == ("stancekit.models.exports.packed.PackedModel",)
    assert b"stancekit" not in zipfile.ZipFile(export.path).read("schema.json")


def test_the_text_beside_says_what_the_file_is_and_warns_of_pickles(tmp_path: Path) -> None:
    model = replace(fitted(TASKS[3]), about={"name": "sahel\x1b[31m"})
    export = export_model(model, tmp_path / "own.joblib")
    assert export.files == (tmp_path / "own.joblib.txt",)
    text = export.files[0].read_text(encoding="utf-8")
    assert "WARNING. This file is a pickle" in text
    assert "pro, neither, con" in text
    assert "It stands alone" in text
    assert "sahel [31m" in text
    packed = export_model(fitted(TASKS[3], blocks=[Block(field="masked")]), tmp_path / "packed.joblib")
    text = packed.files[0].read_text(encoding="utf-8")
    assert "It needs stancekit, since scikit-learn alone can't do what the model does: the field 'masked'" in text


@pytest.mark.parametrize("name", ["joblib", "skops", "onnx"])
def test_the_code_beside_an_export_runs(name: str, tmp_path: Path) -> None:
    for package in {"skops": ["skops"], "onnx": ["onnx", "onnxruntime"]}.get(name, []):
        pytest.importorskip(package, reason=f"{package} is not installed")
    model = fitted(TASKS[3])
    text = export_model(model, tmp_path / f"own.{name}").files[0].read_text(encoding="utf-8")
    code = "\n".join(line.removeprefix("    ") for line in text.split("Use:\n")[1].splitlines())
    path = str(tmp_path / f"own.{name}")
    values: dict[str, Any] = {"counts": count_for_graph(model, ["…"])}
    exec(code.replace(f'"own.{name}"', repr(path)), values)
    assert "model" in values or "session" in values


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    model = fitted(TASKS[2])
    for name in ("own.joblib", "own.joblib.txt"):
        (tmp_path / name).write_text("mine", encoding="utf-8")
        with pytest.raises(DataError, match="the file exists"):
            export_model(model, tmp_path / "own.joblib")
        assert [path.name for path in tmp_path.iterdir()] == [name]
        assert (tmp_path / name).read_text(encoding="utf-8") == "mine"
        (tmp_path / name).unlink()
    export_model(model, tmp_path / "own.joblib")
    export_model(model, tmp_path / "own.joblib", force=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["own.joblib", "own.joblib.txt"]


def test_an_unknown_format_is_refused_with_the_closest(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"can't tell the format by the ending.*joblib, skops, onnx.*--format"):
        export_model(fitted(TASKS[2]), tmp_path / "own.pmml")
    with pytest.raises(InputError, match="did you mean 'skops'"):
        export_model(fitted(TASKS[2]), tmp_path / "own", "skop")


@pytest.mark.parametrize(("package", "format"), [("skops", "skops"), ("onnx", "onnx")])
def test_a_library_that_is_missing_is_named_with_its_extra(
    package: str, format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.setattr("stancekit.models.exports.export.find_spec", lambda _: None)
    with pytest.raises(InputError, match=rf"the package {package}.*stancekit\[{format}\]"):
        export_model(fitted(TASKS[2]), tmp_path / f"own.{format}")
    assert list(tmp_path.iterdir()) == []


def test_a_packed_model_is_ready_for_scikit_learns_tools_and_is_not_fitted_anew(tmp_path: Path) -> None:
    from sklearn.pipeline import make_pipeline
    from sklearn.utils.validation import check_is_fitted

    loaded = through_joblib(fitted(TASKS[2], blocks=[Block(field="masked")]), tmp_path)
    check_is_fitted(make_pipeline(loaded))
    assert loaded.decision_function(NEW).shape == (len(NEW),)
    with pytest.raises(InputError, match="not fitted again"):
        loaded.fit(NEW, NEW)


def test_a_packed_model_writes_no_file_outside_its_folder() -> None:
    from stancekit.models.exports.packed import PackedModel

    with pytest.raises(InputError, match="no name of a file"):
        _ = PackedModel({"../model.json": b"{}"}).model_
