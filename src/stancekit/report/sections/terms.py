"""The words that speak for each label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.corpus.redaction import may_show_term
from stancekit.experiment.files import Results
from stancekit.features.blocks import FittedBlock
from stancekit.features.vocabulary import take_terms
from stancekit.report.words import Words

TERMS_SHOWN = 12


def strongest_terms(results: Results) -> dict[str, list[tuple[str, str, float]]]:
    """Return, for each label, the features with the largest coefficients: (field, term, coefficient)."""
    model = results.model
    return {
        label: _strongest(row, model.features.blocks)
        for label, row in zip(model.labels, model.linear.coefficients, strict=True)
    }


def terms(results: Results, say: Words) -> list[dict[str, Any]]:
    """Return, for each label, its terms with how long their bars are."""
    mode = results.config.report.texts
    found = strongest_terms(results)
    longest = max((weight for rows in found.values() for _, _, weight in rows), default=1.0)
    return [
        {
            "label": label,
            "rows": [
                {
                    "term": term,
                    "field": field.replace("_", " "),
                    "weight": say.number(weight, 2),
                    "bar": weight / longest,
                }
                for field, term, weight in rows
                if may_show_term(term, mode)
            ],
        }
        for label, rows in found.items()
    ]


def _strongest(row: NDArray[np.float64], blocks: Sequence[FittedBlock]) -> list[tuple[str, str, float]]:
    """Return the features of the largest positive coefficients; of equals those first that sort first."""
    # Behind the features themselves come copies of them that belong to single targets.
    columns = np.flatnonzero(row[: sum(len(block.terms) for block in blocks)] > 0.0)
    if len(columns) > TERMS_SHOWN:
        # There are millions of features: only those that can be among the first are named and sorted.
        columns = columns[row[columns] >= np.partition(row[columns], -TERMS_SHOWN)[-TERMS_SHOWN]]
    found: list[tuple[str, str, float]] = []
    begin = 0
    for block in blocks:
        own = columns[(columns >= begin) & (columns < begin + len(block.terms))]
        terms = take_terms(block.terms, own - begin)
        found += [(block.spec.field, term, float(row[at])) for at, term in zip(own.tolist(), terms, strict=True)]
        begin += len(block.terms)
    return sorted(found, key=lambda shown: (-shown[2], shown[:2]))[:TERMS_SHOWN]
