"""Models of plug-ins that aren't linear: saved as estimators, loaded only by who names their classes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse
from sklearn.ensemble import RandomForestClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC

import stancekit
from stancekit.config.model import Model
from stancekit.errors import InputError, ModelError, PluginError
from stancekit.models.linear import fit_linear
from stancekit.models.opaque import OpaqueModel
from stancekit.models.plugged import score_by
from stancekit.plugins import load_code, model

pytest.importorskip("skops", reason="skops is not installed")

CODE = """\
from sklearn.ensemble import RandomForestClassifier
from stancekit.plugins import model


@model("forest")
def forest(C, seed):
    return RandomForestClassifier(n_estimators=5, random_state=seed)
"""
TRUST = [
    "sklearn.ensemble._forest.RandomForestClassifier",
    "sklearn.tree._classes.DecisionTreeClassifier",
    "sklearn.tree._tree.Tree",
]
NEW = [
    {"text": f"{actor} {verb} un accord.", "actor": "France", "target": "deal"}
    for actor in ("Paris", "Bamako")
    for verb in ("soutient", "refuse", "évoque", "chante")
]


def problem() -> tuple[sparse.csr_array, np.ndarray]:
    random = np.random.default_rng(4)
    matrix = sparse.random_array((40, 12), density=0.4, rng=random, format="csr")
    return matrix, random.integers(3, size=40)[:, None] == np.arange(3)


def test_each_label_has_an_estimator_of_its_own_and_no_coefficients() -> None:
    @model("machine")
    def machine(C, seed):
        return SVC(C=C, kernel="rbf")

    matrix, labels = problem()
    fitted = fit_linear(matrix, labels, Model(kind="machine", C=3.0, class_weight=None), seed=1)
    assert isinstance(fitted, OpaqueModel)
    expected = [SVC(C=3.0).fit(matrix, own).decision_function(matrix) for own in labels.T]
    np.testing.assert_allclose(fitted.scores(matrix), np.stack(expected, axis=1))
    assert not fitted.coefficients.any()


def test_probabilities_become_log_odds_and_certainty_stays_finite() -> None:
    matrix, labels = problem()
    forest = RandomForestClassifier(5, random_state=0).fit(matrix, labels[:, 0].astype(int))
    shares = forest.predict_proba(matrix)[:, 1]
    assert {0.0, 1.0} & set(shares.tolist())
    scores = score_by(forest, matrix)
    between = (shares > 0) & (shares < 1)
    np.testing.assert_allclose(1 / (1 + np.exp(-scores[between])), shares[between])
    assert np.isfinite(scores).all()


def test_a_run_with_a_forest_is_loaded_by_who_names_its_classes(
    config_file: Path, write_code, tmp_path: Path, stancekit_command
) -> None:
    run = stancekit.train(config_file, ["model={kind: forest}"], output=tmp_path / "out", code=[write_code(CODE)])
    assert set(json.loads((run.path / "model/model.json").read_text(encoding="utf-8"))["files"]) == {
        *("model.safetensors", "vocabulary.parquet", "plugin.skops")
    }
    for trust in (None, [], TRUST[:2]):
        with pytest.raises(ModelError, match=r"classes that are not trusted.*stancekit\.load\(\.\.\., trust=\["):
            stancekit.load(run.path, trust=trust)
    loaded = stancekit.load(run.path, trust=TRUST)
    assert loaded.predict(NEW)[:3] == ["supports", "opposes", "neutral"]
    assert not loaded.is_linear
    with pytest.raises(InputError, match="a forest is not linear"):
        loaded.explain(NEW)
    with pytest.raises(InputError, match="a forest is not linear"):
        loaded.top_features()
    assert "no coefficients that could be shown" in run.report.read_text(encoding="utf-8")
    card = (run.path / "model" / "README.md").read_text(encoding="utf-8")
    assert "plugin.skops" in card
    assert "runs no code" not in card
    assert "linear-model" not in card

    table = tmp_path / "new.jsonl"
    table.write_text("".join(json.dumps(row) + "\n" for row in NEW), encoding="utf-8")
    refused = stancekit_command("predict", run.path, table)
    assert refused.returncode == 1
    assert "not trusted" in refused.stderr
    named = [part for name in TRUST for part in ("--trust", name)]
    assert stancekit_command("report", run.path, *named).returncode == 0
    assert "no coefficients that could be shown" in run.report.read_text(encoding="utf-8")
    done = stancekit_command("predict", run.path, table, "--json", *named)
    assert [row["label"] for row in json.loads(done.stdout)] == loaded.predict(NEW)


def test_the_same_run_has_the_same_bytes(config_file: Path, write_code, tmp_path: Path) -> None:
    code = write_code(CODE)
    first, second = (
        stancekit.train(config_file, ["model={kind: forest}"], output=tmp_path / name, code=[code]) for name in "ab"
    )
    assert (first.path / "model/plugin.skops").read_bytes() == (second.path / "model/plugin.skops").read_bytes()
    assert (first.path / "model/model.json").read_bytes() == (second.path / "model/model.json").read_bytes()


def test_it_can_be_calibrated_and_vote(config_file: Path, write_code, tmp_path: Path) -> None:
    load_code([write_code(CODE)])
    vote = "model={kind: vote, of: [{kind: logistic_regression}, {kind: forest}]}"
    run = stancekit.train(config_file, [vote], output=tmp_path / "out")
    loaded = stancekit.load(run.path, trust=TRUST)
    shares = loaded.predict_proba(NEW)
    assert all(sum(row.values()) == pytest.approx(1.0) for row in shares)
    alone = stancekit.train(config_file, ["model={kind: logistic_regression}"], output=tmp_path / "out").model()
    assert alone.predict_proba(NEW) != shares


@pytest.mark.parametrize("conditioning", ["token", "cross", "per_target", "shared_per_target"])
def test_it_cant_be_conditioned(config_file: Path, write_code, tmp_path: Path, conditioning: str) -> None:
    changes = ["model={kind: forest}", f"features.conditioning={conditioning}"]
    with pytest.raises(
        PluginError, match=r"'forest' is not linear, so that it can't be conditioned.*conditioning to none"
    ):
        stancekit.train(config_file, changes, output=tmp_path / "out", code=[write_code(CODE)])


def test_without_skops_it_is_refused_at_the_first_fit(write_code, monkeypatch: pytest.MonkeyPatch) -> None:
    load_code([write_code(CODE)])
    monkeypatch.setattr("stancekit.models.plugged.find_spec", lambda _: None)
    with pytest.raises(PluginError, match=r"RandomForestClassifier, which is not linear.*stancekit\[skops\]"):
        fit_linear(*problem(), Model(kind="forest"), seed=1)


def test_an_estimator_that_scores_badly_is_refused_at_the_first_fit() -> None:
    class Odd:
        def fit(self, *_, **__):
            return self

        def decision_function(self, X):
            return np.full(X.shape[0], np.nan)

    @model("odd")
    def odd(C, seed):
        return Odd()

    with pytest.raises(PluginError, match="'odd' failed on one example: ValueError: Odd gives no finite number"):
        fit_linear(*problem(), Model(kind="odd"), seed=1)


def test_what_is_linear_for_some_labels_only_is_refused() -> None:
    from sklearn.linear_model import LogisticRegression

    made = iter([LogisticRegression(), SVC(), LogisticRegression()])

    @model("mixed")
    def mixed(C, seed):
        return next(made)

    with pytest.raises(PluginError, match="linear for some labels and not for others"):
        fit_linear(*problem(), Model(kind="mixed"), seed=1)


def test_estimators_with_functions_in_them_cant_be_saved(config_file: Path, write_code, tmp_path: Path) -> None:
    code = write_code(
        "from sklearn.neighbors import KNeighborsClassifier as E\nfrom sklearn.pipeline import make_pipeline\n"
        "from sklearn.preprocessing import FunctionTransformer\nfrom stancekit.plugins import model\n"
        "class Own(E):\n    def fit(self, X, y, sample_weight=None):\n        self.f = print\n"
        "        return super().fit(X, y)\n"
        "@model('own')\ndef own(C, seed):\n    return Own()\n"
    )
    with pytest.raises(
        PluginError, match="hold what no model may hold: it has a TypeNode that claims to make builtins"
    ):
        stancekit.train(config_file, ["model={kind: own}"], output=tmp_path / "out", code=[code])
    assert not list((tmp_path / "out").rglob("metrics.json"))


def test_it_is_not_exported(config_file: Path, write_code, tmp_path: Path) -> None:
    run = stancekit.train(config_file, ["model={kind: forest}"], output=tmp_path / "out", code=[write_code(CODE)])
    from stancekit.models.exports import export_model

    loaded = run.model(trust=TRUST)
    for name in ("own.joblib", "own.skops"):
        with pytest.raises(InputError, match=r"plug-in's and not linear.*plugin\.skops"):
            export_model(loaded, tmp_path / name)


def test_a_network_keeps_its_decision(config_file: Path, write_code, tmp_path: Path) -> None:
    @model("network")
    def network(C, seed):
        return MLPClassifier((4,), max_iter=300, alpha=1 / C, random_state=seed, solver="lbfgs")

    run = stancekit.train(config_file, ["model={kind: network}"], output=tmp_path / "out")
    with pytest.raises(ModelError) as caught:
        run.model()
    named = str(caught.value).split("trust=[")[1].split("]")[0]
    trust = [name.strip("' ") for name in named.split(",")]
    assert run.model(trust=trust).predict(NEW)[:3] == ["supports", "opposes", "neutral"]
