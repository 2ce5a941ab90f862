"""Models of plug-ins: estimators that become arrays."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression

import stancekit
from stancekit import plugins
from stancekit.config import load_config
from stancekit.config.model import Model
from stancekit.errors import ConfigError, InputError, PluginError
from stancekit.experiment.store import run_id
from stancekit.models.classifier import StanceClassifier
from stancekit.models.linear import fit_linear
from stancekit.plugins import load_code, model

CODE = """\
from sklearn.linear_model import LogisticRegression
from stancekit.plugins import model


@model("own")
def own(C, seed):
    return LogisticRegression(C=C, random_state=seed, tol=1e-8)
"""


def problem() -> tuple[sparse.csr_array, np.ndarray]:
    random = np.random.default_rng(4)
    matrix = sparse.random_array((40, 12), density=0.4, rng=random, format="csr")
    return matrix, random.integers(3, size=40)[:, None] == np.arange(3)


@pytest.mark.parametrize("class_weight", ["balanced", None])
def test_each_label_is_fitted_against_the_rest_with_its_weights(write_code, class_weight) -> None:
    load_code([write_code(CODE)])
    matrix, labels = problem()
    fitted = fit_linear(matrix, labels, Model(kind="own", C=3.0, class_weight=class_weight), seed=1)
    for label in range(3):
        expected = LogisticRegression(C=3.0, class_weight=class_weight, tol=1e-8).fit(matrix, labels[:, label])
        np.testing.assert_allclose(fitted.coefficients[label], expected.coef_[0], atol=1e-8)
        np.testing.assert_allclose(fitted.intercepts[label], expected.intercept_[0], atol=1e-8)
    assert fitted.unconverged == ()


def test_a_solver_that_stops_early_is_told() -> None:
    @model("hasty")
    def hasty(C, seed):
        return LogisticRegression(C=C, max_iter=1)

    matrix, labels = problem()
    assert fit_linear(matrix, labels, Model(kind="hasty"), seed=1).unconverged == (0, 1, 2)


def test_a_run_with_a_model_of_a_plugin_predicts_without_it(
    config_file: Path, write_code, tmp_path, monkeypatch
) -> None:
    run = stancekit.train(config_file, ["model={kind: own, C: 10}"], output=tmp_path / "out", code=[write_code(CODE)])
    example = {"text": "Paris soutient un accord.", "actor": "France", "target": "deal"}
    before = run.model().decision_function([example]).tolist()
    monkeypatch.setattr(plugins, "_registry", {})
    model = stancekit.load(run.path)
    assert model.decision_function([example]).tolist() == before
    assert model.predict([example]) == ["supports"]
    with pytest.raises(InputError, match="a own has no probabilities"):
        model.predict_proba([example])
    assert stancekit.Run(run.path).config.model.kind == "own"


def test_what_a_saved_model_says_of_its_kind_has_to_be_a_plugin(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    file = run.path / "model" / "model.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"logistic_regression"', '"own"'), encoding="utf-8")
    with pytest.raises(stancekit.errors.ModelError, match="there is no model 'own', and the file names no plug-in"):
        stancekit.load(run.path)


def test_it_can_be_calibrated_vote_and_be_searched(config_file: Path, write_code, tmp_path: Path) -> None:
    load_code([write_code(CODE)])
    vote = "model={kind: vote, of: [{kind: own}, {kind: logistic_regression}]}"
    assert [own.calibration for own in load_config(config_file, [vote]).model.members] == ["platt", "none"]
    search = "search={grid: {model.kind: [own, complement_nb], model.C: [1, 10]}}"
    run = stancekit.train(config_file, [search, "inner_folds=2"], output=tmp_path / "out")
    assert len(run.metrics["search"]["tried"]) == 3
    assert stancekit.Run(run.path).chosen.model.kind in ("own", "complement_nb")
    platt = stancekit.train(config_file, ["model={kind: own, calibration: platt}"], output=tmp_path / "out")
    shares = platt.model().predict_proba([{"text": "Paris refuse.", "actor": "France", "target": "deal"}])[0]
    assert sum(shares.values()) == pytest.approx(1.0)


def test_other_code_of_a_model_is_another_run(config_file: Path, write_code) -> None:
    load_code([write_code(CODE)])
    before = run_id(load_config(config_file, ["model={kind: own}"]))
    load_code([write_code(CODE.replace("1e-8", "1e-9"))])
    assert run_id(load_config(config_file, ["model={kind: own}"])) != before


def test_the_classifier_takes_it_too(write_code, corpus_rows) -> None:
    load_code([write_code(CODE)])
    labels = [row["label"] for row in corpus_rows]
    assert StanceClassifier(model="own", C=10.0).fit(corpus_rows, labels).predict(corpus_rows).tolist() == labels


@pytest.mark.parametrize("conditioning", ["per_target", "cross", "token"])
def test_it_can_be_conditioned(config_file: Path, write_code, tmp_path: Path, conditioning: str) -> None:
    changes = ["model={kind: own, C: 10}", f"features.conditioning={conditioning}"]
    run = stancekit.train(config_file, changes, output=tmp_path / "out", code=[write_code(CODE)])
    assert run.metrics["cv"]["metrics"]["macro_f1"]["value"] > 0.5


def test_the_schema_and_messages_know_it(stancekit_command, config_file: Path, write_code) -> None:
    code = write_code(CODE)
    schema = json.loads(stancekit_command("schema", "--code", code).stdout)
    assert schema["$defs"]["Model"]["properties"]["kind"]["enum"][-2:] == ["vote", "own"]
    load_code([code])
    with pytest.raises(ConfigError) as caught:
        load_config(config_file, ["model.kind=owm"])
    assert "did you mean 'own'?" in str(caught.value)
    with pytest.raises(ConfigError, match="a own has no 'smoothing'"):
        load_config(config_file, ["model.kind=own", "model.smoothing=2"])
    with pytest.raises(ConfigError, match="it is not one of the values there are"):
        load_config(config_file, ["search={grid: {model.kind: [own, owm]}}"])


ESTIMATORS = {
    "return None": "returned NoneType, which has no 'fit'",
    "raise KeyError('C')": "failed: KeyError: 'C'",
    "from sklearn.cluster import KMeans as E; return E(2, n_init=1)": "has no 'coef_' after 'fit'",
    "return Fake(coef_=[1.0], intercept_=0.0)": "has a 'coef_' of shape (1,), not 12 numbers",
    "return Fake(coef_=[[1.0] * 6] * 2, intercept_=0.0)": "has a 'coef_' of shape (2, 6), not 12 numbers",
    "return Fake(coef_=[1.0] * 12)": "has no 'intercept_' after 'fit'",
    "return Fake(coef_=[1.0] * 12, intercept_=[0.0] * 3)": "has a 'intercept_' of shape (3,), not 1 numbers",
    "return Fake(coef_=[1.0] * 12, intercept_=float('nan'))": "has a 'intercept_' with numbers that are not finite",
    "return Fake(coef_='none', intercept_=0.0)": "has a 'coef_' that are no numbers",
    "return Fake(fails=1 / 1)": "failed in 'fit': RuntimeError: no",
}


@pytest.mark.parametrize("body", ESTIMATORS)
def test_what_is_no_linear_model_is_refused_with_the_reason(write_code, body: str) -> None:
    fake = """\
from stancekit.plugins import model

class Fake:
    def __init__(self, **found): self.found = found
    def fit(self, X, y, sample_weight):
        if "fails" in self.found: raise RuntimeError("no")
        self.__dict__.update(self.found)

@model("own")
def own(C, seed):
    """
    load_code([write_code(fake + body + "\n")])
    with pytest.raises(PluginError) as caught:
        fit_linear(*problem(), Model(kind="own"), seed=1)
    assert ESTIMATORS[body] in caught.value.problems[0].message
    assert "own.py:" in caught.value.problems[0].where


def test_an_estimator_that_changes_its_matrix_does_not_reach_other_labels(write_code) -> None:
    @model("honest")
    def honest(C, seed):
        return LogisticRegression(C=C)

    class Spoiling(LogisticRegression):
        def fit(self, X, y, sample_weight=None):
            super().fit(X, y, sample_weight)
            X.data[:] = 0.0
            return self

    @model("spoiling")
    def spoiling(C, seed):
        return Spoiling(C=C)

    matrix, labels = problem()
    fitted = [fit_linear(matrix, labels, Model(kind=kind), seed=1).coefficients for kind in ("honest", "spoiling")]
    assert fitted[0].tolist() == fitted[1].tolist()
