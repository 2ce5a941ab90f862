"""All predictions, as the JSON that the page's own table is drawn from; of very many, the mistakes and a sample."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from stancekit.report.sections.part import Part
from stancekit.report.sections.texts import Texts, utf16_spans

BYTES_KEPT = 7_000_000
"""What the predictions of a page may take. A browser reads that in a fraction of a second."""

ISLAND_ESCAPES = "<>&\u2028\u2029\u00a0\u202f"
"""What could end a script or a line; and the spaces for which a page has entities, which JSON has not."""

Row = list[Any]


class Codes:
    """Numbers for names, so that a name stands in the page once."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}

    def __getitem__(self, name: Any) -> int:
        return -1 if name is None else self.names.setdefault(str(name), len(self.names))


def predictions(parts: Sequence[Part], texts: Sequence[Texts]) -> dict[str, Any]:
    """Return what the table shows.

    Returns
    -------
    dict
        `labels`, `multilabel`; `actors`, `targets`, `articles`, `languages`, `texts`, which rows have the numbers of;
        `parts`, each with `name`, `repeats`, `total`, `mistakes` and `rows` of `[id, article, actor, target, gold,
        times, right, probabilities, text, spans, language]`: `gold` the numbers of labels, `times` how often each
        label was predicted, `right` how many repeats are right, `probabilities` in thousandths.
    """
    names = {name: Codes() for name in ("article", "actor", "target", "language", "text")}
    made = [_rows(part, own, names) for part, own in zip(parts, texts, strict=True)]
    sizes = [[_size(row) for row in rows] for rows in made]
    lengths = [len(text.encode()) + 4 for text in names["text"].names]
    kept = _kept(parts, made, sizes, lengths)
    shown = [[rows[at] for at in own] for rows, own in zip(made, kept, strict=True)]
    _renumber_texts(shown, names["text"])
    first = parts[0].config.task
    return {
        "labels": list(first.labels),
        "multilabel": first.kind == "multilabel",
        **{f"{name}s": list(codes.names) for name, codes in names.items()},
        "parts": [
            {
                "name": part.name,
                "repeats": part.repeats,
                "total": len(rows),
                "kept": len(own),
                "mistakes": int(sum(_is_mistake(row, part) for row in own)),
                "rows": own,
            }
            for part, rows, own in zip(parts, made, shown, strict=True)
        ],
    }


def as_island(values: Any) -> str:
    r"""Return JSON that can stand in a script element: nothing in it ends the element or begins another.

    Examples
    --------
    >>> print(as_island({"label": "</script>&\u2028"}))
    {"label":"\u003c/script\u003e\u0026\u2028"}
    """
    text = json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in ISLAND_ESCAPES:
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _rows(part: Part, texts: Texts, names: dict[str, Codes]) -> list[Row]:
    ids, articles = part.column("id"), part.column("article")
    actors, targets = part.column("actor"), part.column("target")
    gold = [np.flatnonzero(own).tolist() for own in part.scored.gold]
    times, right = part.times.tolist(), part.right.sum(axis=0).tolist()
    shares = part.probabilities
    thousandths = None if shares is None else np.rint(1000 * shares).astype(int).tolist()
    rows = []
    for at, id in enumerate(ids):
        text = texts.of(at)
        rows.append(
            [
                str(id),
                names["article"][articles[at]],
                names["actor"][actors[at]],
                names["target"][targets[at]],
                gold[at],
                times[at],
                right[at],
                0 if thousandths is None else thousandths[at],
                -1 if text is None else names["text"][text.text],
                0 if text is None or text.spans == (None, None) else utf16_spans(text),
                names["language"][texts.language(at)],
            ]
        )
    return rows


def _size(row: Row) -> int:
    return len(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()) + 1


def _is_mistake(row: Row, part: Part) -> bool:
    return bool(row[6] < part.repeats)


def _kept(
    parts: Sequence[Part], made: Sequence[Sequence[Row]], sizes: Sequence[Sequence[int]], lengths: Sequence[int]
) -> list[list[int]]:
    """Return which rows the page holds: all, or as many as there is room for, mistakes before the rest."""
    drawn = np.random.default_rng(0)
    order: list[tuple[int, int]] = []
    for wanted in (True, False):
        own = [
            (which, at)
            for which, (part, rows) in enumerate(zip(parts, made, strict=True))
            for at, row in enumerate(rows)
            if _is_mistake(row, part) == wanted
        ]
        order += [own[at] for at in drawn.permutation(len(own))]
    kept: list[list[int]] = [[] for _ in parts]
    left, seen = BYTES_KEPT, set[int]()
    for which, at in order:
        text = made[which][at][8]
        left -= sizes[which][at] + (lengths[text] if text >= 0 and text not in seen else 0)
        if left < 0:
            break
        seen.add(text)
        kept[which].append(at)
    return [sorted(own) for own in kept]


def _renumber_texts(shown: Iterable[Sequence[Row]], texts: Codes) -> None:
    """Drop the texts that no row of the page has."""
    all_texts, texts.names = list(texts.names), {}
    for rows in shown:
        for row in rows:
            if row[8] >= 0:
                row[8] = texts[all_texts[row[8]]]
