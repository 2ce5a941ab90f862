"""x-stance: comments of Swiss candidates on political questions, in German, French and Italian.

Vamvas and Sennrich, "X-stance: A Multilingual Multi-Target Dataset for Stance Detection", SwissText/KONVENS 2020.
"""

from __future__ import annotations

from typing import Any

from stancekit.corpus.parsers import RawFile, RawTable, json_objects, text_of

LABELS = ("FAVOR", "AGAINST")
KEPT = ("language", "question", "question_id", "test_set")


def parse(file: RawFile) -> RawTable:
    """Parse `train.jsonl`, `valid.jsonl` or `test.jsonl`.

    Returns
    -------
    RawTable
        `id, text, target, label` (the comment, its topic and stance); `article` and `group`, both the author, that
        folds keep an author together; and `language, question, question_id, test_set` where they are.

    Raises
    ------
    DataError
        If there is no comment or topic, or a label is unknown.
    """
    rows, lines = json_objects(file)
    numbered = list(zip(rows, lines, strict=True))
    authors = [row.get("author") for row in rows]
    columns: dict[str, list[Any]] = {
        "id": [row.get("id") for row in rows],
        "article": authors,
        "group": authors,
        "text": [text_of(file, line, row, "comment") for row, line in numbered],
        "target": [text_of(file, line, row, "topic") for row, line in numbered],
        "label": [_label(file, line, row.get("label")) for row, line in numbered],
    }
    columns |= {key: [row.get(key) for row in rows] for key in KEPT if any(key in row for row in rows)}
    return RawTable(columns, lines)


def _label(file: RawFile, line: int, label: Any) -> str:
    if label not in LABELS:
        given = label if isinstance(label, str) else None
        raise file.error(line, f"the label {label!r} is unknown", allowed=LABELS, given=given)
    return str(label)
