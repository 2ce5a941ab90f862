"""The compiled part of `stancekit.models.coordinate_descent`; importing it imports numba.

Nothing is reassociated and nothing runs in parallel: a fit is the same to the last bit on any number of threads.
What is compiled is kept beside this file, in the user's cache folder, or, where neither can be written, not at all.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import uint64
from numba.cpython.unsafe.tuple import tuple_setitem
from numpy.typing import NDArray

from stancekit.features.compiling import compiled, kept

SETTLED = 0.1
"""An alpha is left as it is where its residual is less than this share of the tolerance."""
BEHIND = 0.1
"""Between passes over all rows come passes over those whose residual is at least this share of the largest."""
SHORT_PASSES = 9
"""How many of those there are at most."""
NEWTON_STEPS = 100
SEED = 88172645463325252

Lanes = tuple[float, ...]
"""A number for each label: of a fixed length, so that a compiler keeps it in registers."""


class Rows(NamedTuple):
    """The problem: rows of a sparse matrix, and what each costs each label.

    `curvature` is the square of a row's length, `shared` that of its part in the matrix, both with the intercept's 1.
    """

    indptr: NDArray[np.int32]
    indices: NDArray[np.int32]
    values: NDArray[np.float64]
    positive: NDArray[np.bool_]
    costs: NDArray[np.float64]
    curvature: NDArray[np.float64]
    shared: NDArray[np.float64]


class State(NamedTuple):
    """Where the descent is; `weights` end with the intercepts, `margins` are those that `alphas` belong to."""

    weights: NDArray[np.float64]
    alphas: NDArray[np.float64]
    margins: NDArray[np.float64]


@compiled
def _shuffle(order: NDArray[np.intp], random: Any) -> Any:
    """Shuffle in place by Marsaglia's xorshift, and return where it got to."""
    for place in range(len(order) - 1, 0, -1):
        random ^= random << uint64(13)
        random ^= random >> uint64(7)
        random ^= random << uint64(17)
        other = random % uint64(place + 1)
        order[place], order[other] = order[other], order[place]
    return random


@compiled
def _bring_forward(order: NDArray[np.intp], residuals: NDArray[np.float64], least: float) -> int:
    """Move the rows with a residual of at least so much to the front, and return how many there are."""
    count = 0
    for place in range(len(order)):
        if residuals[order[place]] >= least:
            order[place], order[count] = order[count], order[place]
            count += 1
    return count


@compiled
def _squared_hinge(outside: float, curvature: float, cost: float, alpha: float) -> tuple[float, float]:
    """Return the best alpha where all others give a row this margin, and by how much that changes its residual."""
    stiffness = curvature + 0.5 / cost
    best = max(0.0, (1.0 - outside) / stiffness)
    return best, abs(best - alpha) * stiffness


@compiled
def _falling(margin: float) -> float:
    """Return 1 / (1 + exp(margin))."""
    if margin > 0.0:
        small = math.exp(-margin)
        return small / (1.0 + small)
    return 1.0 / (1.0 + math.exp(margin))


@compiled
def _logistic(
    outside: float, curvature: float, cost: float, alpha: float, margin: float, enough: float
) -> tuple[float, float]:
    """Return the alpha whose own margin is the one that it gives its row, about, and this margin.

    With alpha = cost / (1 + exp(margin)) the error `margin - outside - curvature * alpha` grows with the margin, and
    has its zero between two known bounds: Newton's steps, and halving where they would leave them.
    """
    low, high = outside, outside + curvature * cost
    if not low <= margin <= high:
        margin = min(max(margin, low), high)
        alpha = cost * _falling(margin)
    for _ in range(NEWTON_STEPS):
        error = margin - outside - curvature * alpha
        if abs(error) <= enough:
            break
        if error > 0.0:
            high = margin
        else:
            low = margin
        margin -= error / (1.0 + curvature * alpha * (1.0 - alpha / cost))
        if not low < margin < high:
            margin = 0.5 * (low + high)
        alpha = cost * _falling(margin)
    return alpha, margin


@compiled
def _scores(rows: Rows, weights: NDArray[np.float64], row: int, zeros: Lanes) -> Lanes:
    scores = zeros
    intercepts = len(weights) - 1
    for k in range(len(zeros)):
        scores = tuple_setitem(scores, k, weights[intercepts, k])
    for at in range(rows.indptr[row], rows.indptr[row + 1]):
        value, feature = rows.values[at], uint64(rows.indices[at])
        for k in range(len(zeros)):
            scores = tuple_setitem(scores, k, scores[k] + value * weights[feature, k])
    return scores


@compiled
def _add(rows: Rows, weights: NDArray[np.float64], row: int, changes: Lanes) -> None:
    intercepts = len(weights) - 1
    for k in range(len(changes)):
        weights[intercepts, k] += changes[k]
    for at in range(rows.indptr[row], rows.indptr[row + 1]):
        value, feature = rows.values[at], uint64(rows.indices[at])
        for k in range(len(changes)):
            weights[feature, k] += value * changes[k]


@compiled
def _visit(rows: Rows, state: State, row: int, zeros: Lanes, logistic: bool, settled: float) -> float:
    """Make one row's alphas the best for all others as they are, and return the largest residual they had."""
    scores, changes = _scores(rows, state.weights, row, zeros), zeros
    largest, changed = 0.0, False
    for k in range(len(zeros)):
        sign = 1.0 if rows.positive[row, k] else -1.0
        alpha, cost, curvature = state.alphas[row, k], rows.costs[row, k], rows.curvature[row]
        outside = sign * scores[k] - rows.shared[row] * alpha
        if logistic:
            best, residual = alpha, abs(outside + curvature * alpha - state.margins[row, k])
            if residual > settled:
                enough = min(0.1 * residual, 0.1)
                best, state.margins[row, k] = _logistic(outside, curvature, cost, alpha, state.margins[row, k], enough)
        else:
            best, residual = _squared_hinge(outside, curvature, cost, alpha)
        largest = max(largest, residual)
        if residual > settled:
            state.alphas[row, k] = best
            changes = tuple_setitem(changes, k, sign * (best - alpha))
            changed = True
    if changed:
        _add(rows, state.weights, row, changes)
    return largest


@kept
def descend(rows: Rows, state: State, zeros: Lanes, logistic: bool, tolerance: float, most_passes: int) -> bool:
    """Change a state until no residual is above the tolerance, and tell whether it got there."""
    n = len(rows.curvature)
    order, residuals = np.arange(n), np.full(n, np.inf)
    random = uint64(SEED)
    count, visits, short_passes, least = n, 0, 0, 0.0
    while visits < most_passes * n:
        random = _shuffle(order[:count], random)
        largest = 0.0
        for row in order[:count]:
            residuals[row] = _visit(rows, state, row, zeros, logistic, SETTLED * tolerance)
            largest = max(largest, residuals[row])
        visits += count
        if count == n:
            if largest <= tolerance:
                return True
            short_passes, least = 0, max(BEHIND * largest, SETTLED * tolerance)
        short_passes += 1
        count = _bring_forward(order, residuals, least)
        if count == 0 or short_passes > SHORT_PASSES:
            count = n
    return False
