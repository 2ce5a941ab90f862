"""SemEval-2016 Task 6: stance of tweets towards a given target.

Mohammad, Kiritchenko, Sobhani, Zhu and Cherry, "SemEval-2016 Task 6: Detecting Stance in Tweets", SemEval 2016.
Tab-separated, quotation marks mean nothing; the original training file is cp1252: `encoding: cp1252`.
"""

from __future__ import annotations

from collections.abc import Mapping

from stancekit.corpus.parsers import RawFile, RawTable, require_columns, table_under_header

LABELS = ("FAVOR", "AGAINST", "NONE")
UNLABELLED = "UNKNOWN"

_OURS: Mapping[str, str] = {
    "id": "id",
    "target": "target",
    "tweet": "text",
    "stance": "label",
    "opinion towards": "opinion_towards",
    "sentiment": "sentiment",
}
_REQUIRED = ("id", "target", "tweet", "stance")


def parse(file: RawFile) -> RawTable:
    """Parse a file of the task, or of its later release with `Opinion towards` and `Sentiment`.

    Returns
    -------
    RawTable
        `id, target, text, label` and, where they are, `opinion_towards, sentiment`. A tweet whose stance is
        UNKNOWN has no label.

    Raises
    ------
    DataError
        If a column is missing, a row has too many or too few fields, or a stance is unknown.
    """
    numbered = [
        (line, written.split("\t"))
        for line, written in enumerate(file.text().replace("\r\n", "\n").split("\n"), start=1)
        if written.strip()
    ]
    if numbered:
        line, header = numbered[0]
        numbered[0] = line, [name.strip().lower() for name in header]
    table = table_under_header(file, numbered)
    require_columns(file, table, _REQUIRED)
    columns = {_OURS.get(name, name): values for name, values in table.columns.items()}
    columns["label"] = [_label(file, line, stance) for line, stance in zip(table.lines, columns["label"], strict=True)]
    return RawTable(columns, table.lines)


def _label(file: RawFile, line: int, stance: str | None) -> str | None:
    if stance == UNLABELLED:
        return None
    if stance not in LABELS:
        raise file.error(line, f"the stance {stance or ''!r} is unknown", allowed=(*LABELS, UNLABELLED), given=stance)
    return stance
