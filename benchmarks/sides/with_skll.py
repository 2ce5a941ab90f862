"""SKLL's side: its nested grid search on features that are extracted already."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
from answering import answer, read_corpus, timed
from scipy import sparse
from skll.data import FeatureSet
from skll.data.dict_vectorizer import DictVectorizer
from skll.learner import Learner


def nested(request: dict[str, Any]) -> dict[str, Any]:
    """Cross-validate, with a grid search on the other folds inside each."""
    _, labels, folds = read_corpus(request["corpus"])
    matrix = sparse.csr_matrix(sparse.load_npz(request["matrix"]))
    names = DictVectorizer()
    names.feature_names_ = [f"f{column:08}" for column in range(matrix.shape[1])]
    names.vocabulary_ = {name: column for column, name in enumerate(names.feature_names_)}
    ids = [f"r{row}" for row in range(len(labels))]
    examples = FeatureSet("corpus", np.array(ids), labels=np.array(labels), features=matrix, vectorizer=names)
    logger = logging.getLogger("quiet")
    logger.setLevel(logging.CRITICAL)
    learner = Learner("LinearSVC", logger=logger)
    seconds, result = timed(
        lambda: learner.cross_validate(
            examples,
            stratified=False,
            cv_folds=dict(zip(ids, map(str, folds), strict=True)),
            grid_search=True,
            grid_jobs=request["jobs"],
            grid_objective="f1_score_macro",
            param_grid={"C": request["C"]},
        )
    )
    results = result[0]
    return {"seconds": seconds, "chosen": [own[3]["C"] for own in results], "scores": [own[4] for own in results]}


if __name__ == "__main__":
    answer({"nested": nested})
