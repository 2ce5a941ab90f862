"""`python tests/models/frozen/write.py FOLDER`: small models of every kind, and what their fitted estimators predicted.

Run it once for each format, in a folder of the format's number, with the code that writes it; what is there already is
never written again. Beside each model, `expected.json` has labels, decision values and probabilities in hexadecimal:
those of the estimator that was fitted, before anything was saved.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from stancekit.config.decision import Tune
from stancekit.config.features import Block
from stancekit.config.lexicons import OwnLexicon
from stancekit.config.model import Model, has_probabilities
from stancekit.config.schema import Task
from stancekit.corpus.gazetteer import Entry, Gazetteer
from stancekit.models.persistence import save_model
from stancekit.models.stance_model import StanceModel, fit_model

VERBS = {"supports": ("soutient", "salue"), "opposes": ("refuse", "condamne"), "neutral": ("évoque", "attend")}
TARGETS = ("deal", "junta", None)
TEXTS, CODES, ACTORS, ASKED = [], [], [], []
for number in range(36):
    label = number % 3
    TEXTS.append(
        f"{('Paris', 'Moscou')[number % 2]} {list(VERBS.values())[label][number // 3 % 2]} l’accord n° {number % 7}."
    )
    CODES.append(label)
    ACTORS.append(("France", "Russia")[number % 2])
    ASKED.append(TARGETS[number // 3 % 3])
EXAMPLES = {"text": TEXTS, "actor": ACTORS, "target": ASKED}
FOLDS = (np.arange(36) // 3 % 3).astype(np.int32)
ROWS = [
    {"text": "Paris refuse l’accord", "actor": "France", "target": "deal"},
    {"text": "Moscou soutient tout, salue et attend 😀", "actor": "Russia", "target": "junta"},
    {"text": "La République évoque l’accord n° 3", "actor": "France", "target": "unseen"},
    {"text": "İ\x00 #AccordDeParis n'est pas refusé", "actor": None, "target": None},
    {"text": "", "actor": "France", "target": "deal"},
]
GAZETTEER = Gazetteer(
    {"France": ("Paris",), "Russia": ("Moscou",)},
    {"deal": ("l’accord",)},
    (Entry("actor", "France", ("la République",), ("l’Élysée",), ("Paris FC",), "fr"),),
)
THREE = Task(labels=tuple(VERBS))
SETS = Task(kind="multilabel", labels=("supports", "opposes", "L’État"))
PAIRS = Task(kind="directed_pair", labels=("pq", "none", "qp"), reverse={"pq": "qp"})
WORDS = (Block(field="text", ngrams=(1, 2)),)
LEXICON = OwnLexicon(name="own", entries=(("soutien*", "support", 2, "object"), ("refus*", "refuse", -2, "object")))
MANY = (
    Block(field="masked", ngrams=(1, 2), sublinear=True, weight=0.5, negation="mark", hashtags="split"),
    Block(field="text", analyzer="char_wb", ngrams=(2, 3), lowercase=False, norm="l1", max_features=40),
    Block(field="text", analyzer="char", ngrams=(1, 2), idf=False, norm="none"),
    Block(field="pair", analyzer="indicator", idf=False),
    Block(field="text", analyzer="lexicon", lexicon=LEXICON, idf=False),
    Block(field="skeleton", ngrams=(1, 3)),
    Block(field="text", tokens=r"[^\W\d_]+(?:[’'-][^\W\d_]+)*", stop_words=("l’accord",)),
)
KINDS = (
    "logistic_regression",
    "multinomial_logistic_regression",
    "linear_svc",
    "ridge",
    "sgd",
    "complement_nb",
    "nb_svm",
)
VOTE = Model(kind="vote", of=(Model(C=3.0), Model(kind="ridge", calibration="isotonic"), Model(kind="nb_svm")))
SET_VOTE = Model(kind="vote", of=(Model(), Model(kind="linear_svc")), weights=(1.0, 2.0))
TUNED = Tune(tune="macro_f1")
MODELS = {
    **{kind: (THREE, Model(kind=kind), WORDS, "none", "argmax") for kind in KINDS},
    "platt": (THREE, Model(kind="linear_svc", calibration="platt"), WORDS, "none", "argmax"),
    "isotonic": (THREE, Model(calibration="isotonic"), WORDS, "none", "argmax"),
    "vote": (THREE, VOTE, WORDS, "none", "argmax"),
    "vote-tuned-per-target": (THREE, VOTE, WORDS, "per_target", TUNED),
    "tuned": (THREE, Model(), WORDS, "none", TUNED),
    **{f"target-{name}": (THREE, Model(), WORDS, name, "argmax")
       for name in ("token", "cross", "per_target", "shared_per_target")},
    "multilabel": (SETS, Model(), WORDS, "none", "argmax"),
    "multilabel-vote-tuned": (SETS, SET_VOTE, WORDS, "shared_per_target", TUNED),
    "directed-pairs": (PAIRS, Model(), (Block(field="masked"), Block(field="actor")), "none", "argmax"),
    "every-block": (THREE, Model(), MANY, "none", "argmax"),
}  # fmt: skip


def fitted(task, spec, blocks, conditioning, decision):
    """Return a model that was fitted, never saved."""
    gold = np.array(CODES)[:, None] == np.arange(3)
    if task.kind == "multilabel":
        gold = gold | np.roll(gold, 1, axis=0) & (np.arange(3) == 2)
    linear = fit_model(EXAMPLES, gold, task, blocks, spec, conditioning=conditioning, decision=decision, folds=FOLDS)
    about = {"name": "été", "examples": len(TEXTS), "languages": ["fr"], "training_data_sha256": "0f" * 32}
    return StanceModel(task, spec, linear.features, linear.linear, GAZETTEER, about, decision)


def expected_of(model):
    """Return what a model predicts, to the last bit."""
    probabilities = model.predict_proba(ROWS) if has_probabilities(model.spec) else None
    return {
        "rows": ROWS,
        "labels": model.predict(ROWS),
        "decision_values": [[value.hex() for value in row] for row in model.decision_function(ROWS).tolist()],
        "probabilities": probabilities and [{name: own.hex() for name, own in row.items()} for row in probabilities],
    }


def main(folder):
    """Write each model into a folder of its own."""
    for name, parts in MODELS.items():
        own = folder / name
        own.mkdir(parents=True)
        model = fitted(*parts)
        save_model(model, own)
        text = json.dumps(expected_of(model), ensure_ascii=False, indent=1)
        (own / "expected.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
