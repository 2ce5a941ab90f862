"""Label Studio: tasks to label, and the JSON that it exports (not JSON-MIN).

A task is an item: a text with its actor and target. Its `data` has the columns, each annotation is one annotator's:
a choice for the stance, and a region for each mention. Exports of other projects are read too: regions labelled Actor
and Target, or any regions with relations between them that are labelled with the stance.

Label Studio counts characters as Python does; releases before 2022 counted UTF-16 code units, as JavaScript does. The
words that each region repeats tell which.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from stancekit.corpus.parsers import RawFile, RawTable, json_file
from stancekit.corpus.tools.marks import ROLES, Link, Mark, as_table, from_utf16, is_astral, name_rows, pairs_of
from stancekit.errors import DataError, Problem

ROWS = "stancekit"
"""The key of a task's data under which its rows lie: what one annotator's row has and another's hasn't."""
OWN = ("id", "annotator", "label", "labels")
"""Columns that are a row's own even where the rows of an item agree."""
ITEM = ("article", "sentence", "text", "actor", "actor_start", "actor_end", "target", "target_start", "target_end")


# Writing


def label_studio_bytes(columns: Mapping[str, Sequence[Any]]) -> bytes:
    """Return a JSON list of tasks to import: one for each item, an annotation for each labelled row of it.

    Raises
    ------
    DataError
        If a column has the name under which the rows of a task are kept.
    """
    if ROWS in columns:
        raise DataError(Problem(f"a Label Studio file can't have a column {ROWS!r}", hint="Rename it"))
    tasks = [_task(rows) for rows in _items(columns)]
    return (json.dumps(tasks, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _items(columns: Mapping[str, Sequence[Any]]) -> list[list[dict[str, Any]]]:
    """Return the rows of each item; an annotator who labelled an item twice gets another task for it."""
    items: dict[str, list[list[dict[str, Any]]]] = {}
    tasks: list[list[dict[str, Any]]] = []
    for values in zip(*columns.values(), strict=True):
        row = dict(zip(columns, values, strict=True))
        same = items.setdefault(json.dumps([row.get(name) for name in ITEM]), [])
        free = (task for task in same if all(other.get("annotator") != row.get("annotator") for other in task))
        task = next(free, None)
        if task is None:
            task = []
            same.append(task)
            tasks.append(task)
        task.append(row)
    return tasks


def _task(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    first = rows[0]
    shared = {
        name: value for name, value in first.items() if name not in OWN and all(_same(row[name], value) for row in rows)
    }
    own = [{name: value for name, value in row.items() if name not in shared} for row in rows]
    for row in own:
        row |= {name: nothing for name, nothing in (("label", None), ("labels", [])) if name in row}
    task = {"data": {**shared, ROWS: own}, "annotations": [_annotation(row) for row in rows if _is_labelled(row)]}
    mentions = _mentions(first)
    if mentions and not task["annotations"]:
        # Shown to annotators, who may move them; without a prediction they would have to mark them again.
        task["predictions"] = [{"model_version": "mentions", "result": mentions}]
    return task


def _same(one: Any, other: Any) -> bool:
    return json.dumps(one) == json.dumps(other)


def _is_labelled(row: Mapping[str, Any]) -> bool:
    has_set = "labels" in row and (row["labels"] or row.get("annotator") is not None)
    return row.get("label") is not None or bool(has_set)


def _annotation(row: Mapping[str, Any]) -> dict[str, Any]:
    result = _mentions(row)
    for name, chosen in (("stance", [row.get("label")]), ("labels", row.get("labels") or [])):
        if chosen and chosen != [None]:
            choices = {"choices": chosen}
            result.append({"from_name": name, "to_name": "text", "type": "choices", "value": choices})
    annotation: dict[str, Any] = {"result": result}
    if row.get("annotator") is not None:
        annotation["completed_by"] = _completed_by(row["annotator"])
    return annotation


def _completed_by(annotator: str) -> int | dict[str, str]:
    is_number = annotator.isascii() and annotator.isdecimal() and len(annotator) < 10
    return int(annotator) if is_number and str(int(annotator)) == annotator else {"email": annotator}


def _mentions(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    regions = []
    for role, label in ROLES.items():
        start, end = row.get(f"{role}_start"), row.get(f"{role}_end")
        if start is not None and end is not None:
            value = {"start": start, "end": end, "text": row["text"][start:end], "labels": [label]}
            common = {"id": role, "from_name": "mentions", "to_name": "text", "type": "labels"}
            regions.append({**common, "value": value})
    return regions


def labelling_config(labels: Sequence[str], *, several: bool = False) -> str:
    """Return the labelling configuration of a project for tasks that `write_examples` wrote.

    Parameters
    ----------
    labels : sequence of str
        In the order in which annotators see them.
    several : bool, default=False
        Whether a text carries a set of labels (`kind: multilabel`), rather than one.

    Examples
    --------
    >>> print(labelling_config(["opposes", "supports"]))
    <View>
      <Header value="$actor → $target"/>
      <Labels name="mentions" toName="text">
        <Label value="Actor"/>
        <Label value="Target"/>
      </Labels>
      <Text name="text" value="$text"/>
      <Choices name="stance" toName="text" choice="single" showInline="true">
        <Choice value="opposes"/>
        <Choice value="supports"/>
      </Choices>
    </View>
    """
    name, choice = ("labels", "multiple") if several else ("stance", "single")
    regions = [f"    <Label value={quoteattr(label)}/>" for label in ROLES.values()]
    choices = [f"    <Choice value={quoteattr(label)}/>" for label in labels]
    lines = ["<View>", '  <Header value="$actor → $target"/>', '  <Labels name="mentions" toName="text">', *regions]
    lines += ["  </Labels>", '  <Text name="text" value="$text"/>']
    lines += [f'  <Choices name="{name}" toName="text" choice="{choice}" showInline="true">', *choices]
    return "\n".join([*lines, "  </Choices>", "</View>"])


# Reading


def parse_label_studio(file: RawFile) -> RawTable:
    """Parse an export, or a file to import; predictions and cancelled annotations are no labels.

    An annotator is known by email, else by number. In tasks that weren't written here, a mention is named by its own
    words, and a row by its task (`7`), and by annotator and place among theirs where there are several (`7/3/2`).

    Raises
    ------
    DataError
        Naming the task that isn't as described.
    """
    tasks = json_file(file)
    if not isinstance(tasks, list):
        hint = "Export the project as JSON"
        raise DataError(Problem(f"a {type(tasks).__name__}, not a list of tasks", where=file.name, hint=hint))
    utf16 = _counts_utf16(tasks)
    rows: list[dict[str, Any]] = []
    numbers: list[int] = []
    for number, value in enumerate(tasks, start=1):
        task = _Task(f"{file.name}: task {number}", number, utf16)
        found = task.rows(value)
        rows += found
        numbers += [number] * len(found)
    name_rows(rows, numbers)
    return RawTable(as_table(rows), numbers, unit="task")


@dataclass(frozen=True)
class _Task:
    """Reads one task; messages name it."""

    where: str
    number: int
    utf16: bool

    def rows(self, task: Any) -> list[dict[str, Any]]:
        data = task.get("data") if isinstance(task, dict) else None
        if not isinstance(data, dict):
            raise self.error("a task must be an object with 'data'", hint="Export as JSON, not as JSON-MIN")
        text = data.get("text")
        if not isinstance(text, str):
            raise self.error("its data has no 'text'", allowed=list(map(str, data)), given="text")
        annotations = task.get("annotations", [])
        if not isinstance(annotations, list) or not all(isinstance(each, dict) for each in annotations):
            raise self.error("'annotations' must be a list of objects")
        valid = [_Annotation.read(self, text, each) for each in annotations if not each.get("was_cancelled")]
        if ROWS in data:
            return self._our_rows(data, valid)
        return self._other_rows(task, data, valid)

    def error(self, said: str, **more: Any) -> DataError:
        return DataError(Problem(said, where=self.where, **more))

    def _our_rows(self, data: Mapping[str, Any], annotations: Sequence[_Annotation]) -> list[dict[str, Any]]:
        """Return the rows of a task that was written here, labelled as the annotations say.

        An annotation belongs to the row of its annotator, else to a row that nobody has labelled, else it is a new row.
        """
        own = data[ROWS]
        if not isinstance(own, list) or not own or not all(isinstance(row, dict) for row in own):
            raise self.error(f"{ROWS!r} must be a list of objects, one at least")
        shared = {name: value for name, value in data.items() if name != ROWS}
        rows = [{**shared, **row} for row in own]
        waiting = list(rows)
        for annotation in annotations:
            row = next((row for row in waiting if row.get("annotator") == annotation.annotator), None)
            row = row or next((row for row in waiting if row.get("annotator") is None), None)
            if row is None:
                row = {**shared, **({"id": f"{own[0]['id']}/{annotation.annotator}"} if "id" in own[0] else {})}
                rows.append(row)
            else:
                waiting.remove(row)
            self._fill(row, annotation)
        return rows

    def _fill(self, row: dict[str, Any], annotation: _Annotation) -> None:
        if annotation.annotator is not None or "annotator" in row:
            row["annotator"] = annotation.annotator
        label, labels = annotation.choices(self)
        if label is not None or "label" in row:
            row["label"] = label
        if labels is not None or "labels" in row:
            row["labels"] = labels or []
        for role in ROLES:
            marks = [mark for mark in annotation.marks if mark.role == role]
            places = [(mark.start, mark.end) for mark in marks]
            if places and (row.get(f"{role}_start"), row.get(f"{role}_end")) not in places:
                row[f"{role}_start"], row[f"{role}_end"] = min(places)

    def _other_rows(
        self, task: Mapping[str, Any], data: Mapping[str, Any], annotations: Sequence[_Annotation]
    ) -> list[dict[str, Any]]:
        """Return the rows of a task of another project: one for each annotation and each pair that it relates."""
        shared = {name: value for name, value in data.items() if name not in OWN}
        id = data.get("id", task.get("id", self.number))
        if not annotations:
            return [{"id": id, **shared}]
        rows = []
        for name, annotation in zip(_names(annotations), annotations, strict=True):
            pairs = pairs_of(data["text"], annotation.marks, annotation.links)
            label, labels = annotation.choices(self)
            if (label is not None or labels is not None) and len(pairs) > 1:
                raise self.error(
                    f"one choice for {len(pairs)} pairs of actor and target; mark one of each, or relate them"
                )
            for order, pair in enumerate(pairs, start=1):
                parts = [f"{id}", *([name] if len(annotations) > 1 else []), *([f"{order}"] if len(pairs) > 1 else [])]
                row = {"id": "/".join(parts), **shared}
                row |= {name: value for name, value in pair.items() if value is not None or name not in row}
                row |= {"annotator": annotation.annotator, "label": pair["label"] if label is None else label}
                rows.append(row | ({} if labels is None else {"labels": labels}))
        return rows


@dataclass(frozen=True)
class _Annotation:
    """What one annotator did with a task."""

    annotator: str | None
    marks: list[Mark]
    links: list[Link]
    chosen: dict[str, list[str]]
    """By the name of the control."""

    @classmethod
    def read(cls, task: _Task, text: str, annotation: Mapping[str, Any]) -> _Annotation:
        results = annotation.get("result", [])
        if not isinstance(results, list) or not all(isinstance(result, dict) for result in results):
            raise task.error("the 'result' of an annotation must be a list of objects")
        marks = {
            str(result.get("id")): _mark(task, text, result) for result in results if result.get("type") == "labels"
        }
        links = [link for result in results if result.get("type") == "relation" for link in _links(task, marks, result)]
        chosen: dict[str, list[str]] = {}
        for result in results:
            if result.get("type") == "choices":
                chosen.setdefault(str(result.get("from_name")), []).extend(_texts(task, result, "choices"))
        return cls(_annotator(task, annotation.get("completed_by")), list(marks.values()), links, chosen)

    def choices(self, task: _Task) -> tuple[str | None, list[str] | None]:
        """Return the label and the set of labels that were chosen, None where there is no such choice."""
        stances, labels = self.chosen.get("stance", []), self.chosen.get("labels")
        others = [name for name in self.chosen if name not in ("stance", "labels")]
        if others and not stances and labels is None:
            if len(others) > 1:
                said = f"choices of {len(others)} controls ({', '.join(others)}): which is the stance?"
                raise task.error(said, hint="Name its control 'stance'")
            stances = self.chosen[others[0]]
        if len(stances) > 1 and labels is None:
            return None, stances
        if len(stances) > 1:
            raise task.error(f"more than one stance is chosen: {', '.join(stances)}")
        return (stances[0] if stances else None), labels


def _names(annotations: Sequence[_Annotation]) -> list[str]:
    """Return what tells the annotations of a task apart: their annotators, else their numbers."""
    annotators = {annotation.annotator for annotation in annotations}
    distinct = len(annotators) == len(annotations) and None not in annotators
    return [str(each.annotator) if distinct else str(number) for number, each in enumerate(annotations, start=1)]


def _annotator(task: _Task, completed_by: Any) -> str | None:
    if isinstance(completed_by, dict):
        email, number = completed_by.get("email"), completed_by.get("id")
        completed_by = email if email or number is None else number
    if completed_by is None or (isinstance(completed_by, (int, str)) and not isinstance(completed_by, bool)):
        return None if completed_by is None else str(completed_by)
    raise task.error("'completed_by' is neither a number nor an object with 'email' or 'id'")


def _texts(task: _Task, result: Mapping[str, Any], key: str) -> list[str]:
    value = result.get("value")
    texts = value.get(key) if isinstance(value, dict) else None
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise task.error(f"{key!r} must be a list of labels")
    return texts


def _mark(task: _Task, text: str, result: Mapping[str, Any]) -> Mark:
    labels = _texts(task, result, "labels")
    value = result["value"]
    said, places = value.get("text"), [value.get("start"), value.get("end")]
    if not all(isinstance(place, int) and not isinstance(place, bool) for place in places):
        raise task.error("a region has no 'start' and 'end' in characters", hint="Only regions of a Text are read")
    try:
        start, end = (from_utf16(text, place) if task.utf16 else place for place in places)
    except ValueError:
        start, end = -1, -1
    if not 0 <= start < end <= len(text) or (isinstance(said, str) and not _repeats(text[start:end], said)):
        raise task.error(f"the region {said!r} is not at {places[0]} to {places[1]} of the text")
    return Mark(labels[0] if labels else "", start, end)


def _repeats(words: str, said: str) -> bool:
    """Tell whether a region repeats the words at its place; Label Studio writes a line feed as two characters."""
    return said in (words, words.replace("\n", "\\n"))


def _links(task: _Task, marks: Mapping[str, Mark], result: Mapping[str, Any]) -> Iterator[Link]:
    ends = [marks.get(str(result.get(key))) for key in ("from_id", "to_id")]
    if ends[0] is None or ends[1] is None:
        raise task.error("a relation leads to a region that isn't there")
    labels = result.get("labels") or []
    if not isinstance(labels, list) or len(labels) > 1 or not all(isinstance(label, str) for label in labels):
        raise task.error("a relation must have one label, the stance")
    label = labels[0] if labels else None
    direction = result.get("direction", "right")
    if direction != "left":
        yield Link(ends[0], ends[1], label)
    if direction in ("left", "bi"):
        yield Link(ends[1], ends[0], label)


def _counts_utf16(tasks: Sequence[Any]) -> bool:
    """Tell whether a file counts UTF-16 code units: the words of a region behind an emoji are then elsewhere."""
    for task in tasks:
        text = task["data"].get("text") if isinstance(task, dict) and isinstance(task.get("data"), dict) else None
        if not isinstance(text, str) or not is_astral(text):
            continue
        for value in _region_values(task):
            start, end, said = value.get("start"), value.get("end"), value.get("text")
            known = isinstance(start, int) and isinstance(end, int)
            if known and isinstance(said, str) and not _repeats(text[start:end], said):
                return True
    return False


def _region_values(task: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    annotations = task.get("annotations")
    for annotation in annotations if isinstance(annotations, list) else []:
        results = annotation.get("result") if isinstance(annotation, dict) else None
        for result in results if isinstance(results, list) else []:
            value = result.get("value") if isinstance(result, dict) else None
            if isinstance(value, dict) and result.get("type") == "labels":
                yield value
