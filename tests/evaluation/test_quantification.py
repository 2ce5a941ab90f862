from __future__ import annotations

import numpy as np
import pytest

from stancekit.evaluation.quantification import adjusted_shares

CONFUSION = np.array([[70.0, 20.0, 10.0], [15.0, 60.0, 25.0], [10.0, 20.0, 70.0]])


def test_shares_that_errors_can_have_led_to_are_found_again_exactly() -> None:
    truth = np.array([0.5, 0.1, 0.4])
    errs = CONFUSION / 100.0
    found = adjusted_shares(truth @ errs, CONFUSION)
    assert found == pytest.approx(truth, abs=1e-6)
    assert found == pytest.approx(np.linalg.solve(errs.T, truth @ errs), abs=1e-6)


def test_rows_of_the_confusion_matrix_need_not_have_as_many_examples() -> None:
    uneven = CONFUSION * np.array([[1.0], [7.0], [0.3]])
    truth = np.array([0.2, 0.3, 0.5])
    assert adjusted_shares(truth @ (CONFUSION / 100.0), uneven) == pytest.approx(truth, abs=1e-6)


def test_what_no_shares_lead_to_gives_the_nearest_ones() -> None:
    found = adjusted_shares(np.array([1.0, 0.0, 0.0]), CONFUSION)
    assert found is not None
    assert found.tolist() == pytest.approx([1.0, 0.0, 0.0], abs=1e-6)


@pytest.mark.parametrize(
    "confusion", [[[5.0, 5.0], [5.0, 5.0]], [[5.0, 5.0], [0.0, 0.0]], [[55.0, 45.0], [45.0, 55.0]]]
)
def test_a_classifier_that_hardly_tells_labels_apart_is_not_corrected(confusion: list[list[float]]) -> None:
    assert adjusted_shares(np.array([0.4, 0.6]), np.array(confusion)) is None


def test_correction_takes_the_bias_away_where_only_the_shares_of_labels_differ() -> None:
    """Of 200 simulated corpora of 500 examples, with a confusion matrix that is estimated from 600 others."""
    random = np.random.default_rng(5)
    truth, errs = np.array([0.7, 0.2, 0.1]), CONFUSION / 100.0
    raw, adjusted = [], []
    for _ in range(200):
        known = np.array([random.multinomial(200, row) for row in errs], dtype=np.float64)
        gold = random.multinomial(500, truth)
        shares = np.sum([random.multinomial(n, row) for n, row in zip(gold, errs, strict=True)], axis=0) / 500.0
        found = adjusted_shares(shares, known)
        assert found is not None
        raw.append(shares)
        adjusted.append(found)
    bias = np.mean(raw, axis=0) - truth
    assert abs(bias).max() > 0.1
    assert np.mean(adjusted, axis=0) == pytest.approx(truth, abs=0.02)
    assert np.abs(np.array(adjusted) - truth).mean() < np.abs(np.array(raw) - truth).mean() / 2
