"""doccano: JSONL to import, and what it exports of text classification, sequence labelling and relation projects.

doccano counts UTF-16 code units, as JavaScript does; offsets are converted. (A project that counts grapheme clusters as
one character can't be told from others: its offsets are wrong behind emoji of several characters.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from stancekit.corpus.parsers import RawFile, RawTable, json_objects
from stancekit.corpus.tables import jsonl_bytes
from stancekit.corpus.tools.archives import is_archive, unpacked
from stancekit.corpus.tools.marks import ROLES, Link, Mark, as_table, from_utf16, name_rows, pairs_of, to_utf16
from stancekit.errors import DataError, Problem

EVERYBODY = "all"
"""What doccano calls the file of a project whose members share their labels."""
LAYOUT = ("entities", "relations", "Comments", "labels")
"""Keys of doccano, or of ours, that no column of a table can have."""


# Writing


def doccano_bytes(columns: Mapping[str, Sequence[Any]]) -> bytes:
    """Return a JSON object a line, all columns but the labels as metadata.

    Where every labelled row has both mentions, they are entities and the label is the type of their relation; else the
    label, or the set of labels, is that of the text.

    Raises
    ------
    DataError
        If there are both labels and sets of labels, or a column has a name that doccano uses.
    """
    taken = next((name for name in columns if name in LAYOUT and name != "labels"), None)
    if taken is not None:
        raise DataError(Problem(f"a doccano file can't have a column {taken!r}", hint="Rename it"))
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    labelled = [row for row in rows if row.get("label") is not None]
    if labelled and any(row.get("labels") for row in rows):
        raise DataError("doccano holds a label or a set of labels for each text, not both; leave one column out")
    related = bool(labelled) and all(_has_both_mentions(row) for row in labelled)
    # Without a label anywhere, lists of labels are sets, even if none has two; null says so, beside a label it is [].
    sign: dict[str, Any] = {"labels": [] if labelled else None} if "labels" in columns else {}
    written = [{**(_related(row) if related else _classified(row)), **sign} for row in rows]
    return jsonl_bytes(as_table(written))


def _has_both_mentions(row: Mapping[str, Any]) -> bool:
    return all(row.get(f"{role}_start") is not None for role in ROLES)


def _related(row: Mapping[str, Any]) -> dict[str, Any]:
    entities = []
    for id, (role, label) in enumerate(ROLES.items()):
        start, end = row.get(f"{role}_start"), row.get(f"{role}_end")
        if start is not None and end is not None:
            units = {"start_offset": to_utf16(row["text"], start), "end_offset": to_utf16(row["text"], end)}
            entities.append({"id": id, "label": label, **units})
    relations = [] if row["label"] is None else [{"id": 0, "from_id": 0, "to_id": 1, "type": row["label"]}]
    return {**_metadata(row), "entities": entities, "relations": relations}


def _classified(row: Mapping[str, Any]) -> dict[str, Any]:
    label = row.get("label")
    return {**_metadata(row), "label": row.get("labels", []) if label is None else [label]}


def _metadata(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("label", "labels")}


# Reading


def parse_doccano(file: RawFile) -> RawTable:
    """Parse an export: a file of JSONL, a zip with a file for each user, or that zip unpacked into a folder.

    The annotator is the column `annotator`, else the name of the file without its ending, in a zip or folder or where
    doccano's `Comments` show that it wrote the file. `all` is nobody, `admin` a user like others. The same text in
    several files has the same number: ids are `7/ann` then.

    A list of labels is the label of a text if no text of the export has two, else a set. Entities labelled Actor and
    Target are the mentions; relations are rows of their own, from holder to target.

    Raises
    ------
    DataError
        Naming file and line.
    """
    rows: list[dict[str, Any]] = []
    lines: list[int] = []
    places: list[str] = []
    files = list(_files(file))
    for inner in files:
        found, numbers = _rows_of_file(inner, named=inner is not file)
        name_rows(found, numbers)
        if len(files) > 1:
            for number, row in zip(numbers, found, strict=True):
                parts = (row.get("id") or number, row.get("annotator"))
                row["id"] = "/".join(f"{part}" for part in parts if part is not None)
        rows += found
        lines += numbers
        places += [f"{inner.name}:{number}" for number in numbers]
    return RawTable(as_table(_told_apart(rows)), lines, places=() if files == [file] else places)


def _rows_of_file(file: RawFile, *, named: bool) -> tuple[list[dict[str, Any]], list[int]]:
    rows: list[dict[str, Any]] = []
    lines: list[int] = []
    for row, line in zip(*json_objects(file), strict=True):
        found = _rows(file, line, row, _user(file, row, named=named))
        rows += found
        lines += [line] * len(found)
    return rows, lines


def _files(file: RawFile) -> Iterator[RawFile]:
    if not file.inside and not is_archive(file):
        yield file
        return
    inside = file.inside or unpacked(file)
    found = [inner for inner in inside if inner.name.endswith(".jsonl") and not inner.is_empty]
    if not found:
        raise DataError(Problem("there is no .jsonl in it", where=file.name, hint="Export the project as JSONL"))
    yield from found


def _user(file: RawFile, row: Mapping[str, Any], *, named: bool) -> str | None:
    given = row.get("annotator")
    if given is not None:
        return str(given)
    user = PurePath(file.name).stem
    return user if user != EVERYBODY and (named or "Comments" in row) else None


def _rows(file: RawFile, line: int, row: Mapping[str, Any], annotator: str | None) -> list[dict[str, Any]]:
    """Return the examples of a line; `label` is a list of labels still."""
    text = row.get("text", row.get("data"))
    if not isinstance(text, str):
        raise file.error(line, "there is no 'text'", allowed=list(row), given="text")
    kept = {name: value for name, value in row.items() if name not in ("label", "text", "data", *LAYOUT)}
    kept |= {"text": text, **({} if annotator is None else {"annotator": annotator})}
    if row.get("Comments"):
        kept["comments"] = row["Comments"]
    if "labels" in row:
        kept["labels"] = row["labels"]
    label = row.get("label", row.get("cats", []))
    label = [] if label is None else [label] if isinstance(label, str) else label
    if not isinstance(label, list):
        raise file.error(line, "'label' must be a list")
    if "entities" not in row and all(isinstance(each, str) for each in label):
        return [kept | {"label": label}]
    marks = _marks(file, line, text, row.get("entities", label))
    links = _links(file, line, marks, row.get("relations", []))
    pairs = pairs_of(text, list(marks.values()), links)
    found = []
    for order, pair in enumerate(pairs, start=1):
        named = {"id": f"{kept['id']}/{order}"} if len(pairs) > 1 and kept.get("id") is not None else {}
        label = [] if pair["label"] is None else [pair["label"]]
        found.append({**kept, **_news(kept, pair, only=len(pairs) == 1), **named, "label": label})
    return found


def _news(kept: Mapping[str, Any], pair: Mapping[str, Any], *, only: bool) -> dict[str, Any]:
    """Return what the marks of a pair say beyond the columns: the name that a row has is better than a mention's words.

    The names are those of the only pair of a text, or of the pair that stands where the columns say.
    """
    news = {name: value for name, value in pair.items() if value is not None or name not in kept}
    for role in ROLES:
        places = [f"{role}_start", f"{role}_end"]
        same_place = all(place in kept and kept[place] == pair[place] for place in places)
        if same_place or (only and kept.get(role) is not None):
            news[role] = kept.get(role)
    return news


def _marks(file: RawFile, line: int, text: str, listed: Any) -> dict[str, Mark]:
    """Return the mentions of a line by their ids: objects, or lists of start, end and label."""
    marks: dict[str, Mark] = {}
    for order, entity in enumerate(listed if isinstance(listed, list) else [listed]):
        if isinstance(entity, dict):
            parts = [entity.get(key) for key in ("start_offset", "end_offset", "label")]
        else:
            parts = entity if isinstance(entity, list) and len(entity) == 3 else [None] * 3
        start, end, label = parts
        if not isinstance(label, str) or type(start) is not int or type(end) is not int:
            raise file.error(line, "an entity must have a start, an end and a label")
        try:
            mark = Mark(label, from_utf16(text, start), from_utf16(text, end))
        except ValueError as error:
            raise file.error(line, f"the entity {label!r} is not at {start} to {end} of the text") from error
        if mark.start >= mark.end:
            raise file.error(line, f"the entity {label!r} at {start} to {end} is empty")
        marks[str(entity.get("id", order) if isinstance(entity, dict) else order)] = mark
    return marks


def _links(file: RawFile, line: int, marks: Mapping[str, Mark], listed: Any) -> list[Link]:
    links = []
    for relation in listed if isinstance(listed, list) else [listed]:
        if not isinstance(relation, dict) or not isinstance(relation.get("type"), str):
            raise file.error(line, "a relation must be an object with a 'type'")
        ends = [marks.get(str(relation.get(key))) for key in ("from_id", "to_id")]
        if ends[0] is None or ends[1] is None:
            raise file.error(line, "a relation leads to an entity that isn't there")
        links.append(Link(ends[0], ends[1], relation["type"]))
    return links


def _told_apart(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows whose lists of labels are a label each, or sets if one of them has several."""
    sets = any(row.get("labels", []) is None or len(row["label"]) > 1 for row in rows)
    for row in rows:
        listed = row.pop("label")
        row |= {"labels": listed} if sets else {"label": listed[0] if listed else None}
    return list(rows)
