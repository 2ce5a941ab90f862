"""The words that speak for each label."""

from __future__ import annotations

from typing import Any

from stancekit.corpus.redaction import may_show_term
from stancekit.experiment.files import Results
from stancekit.report.words import Words

TERMS_SHOWN = 12


def strongest_terms(results: Results) -> dict[str, list[tuple[str, str, float]]]:
    """Return, for each label, the features with the largest coefficients: (field, term, coefficient).

    None where a plug-in's model has no coefficients.
    """
    if not results.model.is_linear:
        return {}
    return {
        label: [(block.partition(":")[0], term, weight) for block, term, weight in own["for"]]
        for label, own in results.model.top_features(n=TERMS_SHOWN).items()
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
