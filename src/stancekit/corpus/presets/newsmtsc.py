"""NewsMTSC: sentiment towards the persons and parties that a sentence of political news mentions.

Hamborg and Donnay, "NewsMTSC: A Dataset for (Multi-)Target-dependent Sentiment Classification in Political News
Articles", EACL 2021. A line of the JSONL is a sentence; each of its targets becomes an example.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from stancekit.corpus.parsers import RawFile, RawTable, json_objects, text_of

LABELS: Mapping[Any, str] = {2: "negative", 4: "neutral", 6: "positive"}

_GID = re.compile(r"(?P<article>[a-z]+(?:_v\d+)?_\d+_-?\d+)_(?P<sentence>\d+)_")
"""Collection, article, event (-1: unknown), sentence; mention and offsets follow, before normalisation moved them."""


def parse(file: RawFile) -> RawTable:
    """Parse `train.jsonl`, `devtest_mt.jsonl` or `devtest_rw.jsonl`.

    `allsides_1000_401_25_Reality Leigh Winner_0_6` is in sentence 25 of the article `allsides_1000_401`.

    Returns
    -------
    RawTable
        `id, article, sentence, text, target, target_start, target_end, label`.

    Raises
    ------
    DataError
        If a key is missing, a polarity unknown or a mention isn't where it is said to be.
    """
    columns: dict[str, list[Any]] = {}
    lines: list[int] = []
    for row, line in zip(*json_objects(file), strict=True):
        for target in _targets(file, line, row):
            for name, value in _example(file, line, row, target).items():
                columns.setdefault(name, []).append(value)
            lines.append(line)
    return RawTable(columns, lines)


def _targets(file: RawFile, line: int, row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    targets = row.get("targets")
    if not isinstance(targets, list) or not targets or not all(isinstance(target, dict) for target in targets):
        raise file.error(line, "'targets' must be a list of objects, one at least")
    return targets


def _example(file: RawFile, line: int, row: Mapping[str, Any], target: Mapping[str, Any]) -> dict[str, Any]:
    gid = text_of(file, line, row, "primary_gid")
    place = _GID.match(gid)
    if place is None:
        hint = "It begins like allsides_1000_401_25_ (collection, article, event, sentence)"
        raise file.error(line, f"the primary_gid {gid!r} names no article and sentence", hint=hint)
    text = text_of(file, line, row, "sentence_normalized")
    mention = text_of(file, line, target, "mention")
    start, end = target.get("from"), target.get("to")
    if not _is_place(start) or not _is_place(end) or text[start:end] != mention:
        raise file.error(line, f"the mention {mention!r} is not at 'from' {start!r} 'to' {end!r} of the sentence")
    return {
        "id": text_of(file, line, target, "Input.gid"),
        "article": place["article"],
        "sentence": int(place["sentence"]),
        "text": text,
        "target": mention,
        "target_start": start,
        "target_end": end,
        "label": _label(file, line, target.get("polarity")),
    }


def _is_place(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _label(file: RawFile, line: int, polarity: Any) -> str:
    if not isinstance(polarity, (int, float)) or polarity not in LABELS:
        raise file.error(line, f"the polarity {polarity!r} is unknown", allowed=[str(known) for known in LABELS])
    return LABELS[polarity]
