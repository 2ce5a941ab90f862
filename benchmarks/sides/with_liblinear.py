"""liblinear's side: the solver alone, on matrices that are ready."""

from __future__ import annotations

from typing import Any

import numpy as np
from answering import answer, timed
from liblinear.liblinear import parameter, problem
from liblinear.liblinearutil import predict, train
from scipy import sparse

SOLVERS = {"primal": 2, "dual": 1}


def one_fit(request: dict[str, Any]) -> dict[str, Any]:
    """Fit every label against the rest."""
    codes = np.load(request["codes"])
    matrix = sparse.csr_matrix(sparse.load_npz(request["matrix"]))
    unseen = sparse.csr_matrix(sparse.load_npz(request["unseen"]))
    # The tolerance at which scikit-learn stops.
    given = f"-s {SOLVERS[request['solver']]} -c {request['C'][0]} -B 1 -e 1e-4 -q"
    prepared = problem(codes["trained_on"].astype(float), matrix, 1)
    seconds, model = timed(lambda: train(prepared, parameter(given)))
    said = np.array(predict([], unseen, model, "-q")[0], dtype=int)
    return {"seconds": seconds, "macro_f1": _macro_f1(codes["held_out"], said)}


def _macro_f1(gold: np.ndarray, said: np.ndarray) -> float:
    scores = []
    for code in np.unique(np.concatenate([gold, said])):
        both = int(((gold == code) & (said == code)).sum())
        scores.append(2 * both / int((gold == code).sum() + (said == code).sum()))
    return float(np.mean(scores))


if __name__ == "__main__":
    answer({"one fit": one_fit})
