"""SEESAW: who is for or against whom, sentence by sentence, in 609 articles on 203 stories of US politics.

Zhang, Beauchamp and Wang, "Generative Entity-to-Entity Stance Detection with Knowledge Graph Augmentation", EMNLP
2022. A folder: `articles/TRIPLET_nnn_DOCUMENT_n.json` with the sentences of an article, and the file of the same name
in `annotations/` with their stances; where `meta/TRIPLET_nnn.json` is there, it tells date and split.

Written after files of the published repository: two articles, their annotations, one story, and the authors'
conversion script. The whole corpus has not been read with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from stancekit.corpus.parsers import RawFile, RawTable, json_file
from stancekit.errors import DataError, Problem

LABELS = ("NEG", "POS")
NOBODY = ("None", "Not in the list")
"""What annotators wrote for a holder or target that their list of entities lacks."""

_NAME = re.compile(r"(?P<story>TRIPLET_\w+?)_DOCUMENT_\w+\.json")


def parse(folder: RawFile) -> RawTable:
    """Parse the folder with `articles` and `annotations`.

    Each stance of a sentence is an example, whose annotators are named in one list: the file tells who agreed on a
    stance, not who was asked. Entities are canonical names and not places in the sentence, so there are no spans;
    `None` and `Not in the list` are no entity. Sentences without a stance are left out.

    Returns
    -------
    RawTable
        `id, article, sentence, text, actor, target, label, group, annotators` and, where there is `meta`, `date,
        split`. The group is the story (`TRIPLET_000`), told by three articles: what one says the others say.

    Raises
    ------
    DataError
        If the article of an annotation is missing, a file isn't as described, or a sentiment is unknown.
    """
    files = {file.name.removeprefix(f"{folder.name}/"): file for file in folder.inside}
    annotated = [name for name in files if name.startswith("annotations/") and name.endswith(".json")]
    if not annotated:
        hint = "It is the folder that holds articles/ and annotations/"
        raise DataError(Problem("there is no annotations/*.json in this folder", where=folder.name, hint=hint))
    rows: list[dict[str, Any]] = []
    places: list[str] = []
    for name in annotated:
        for row, place in _examples(files, name):
            rows.append(row)
            places.append(place)
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: [row.get(name) for row in rows] for name in names}
    return RawTable(columns, range(1, len(rows) + 1), unit="stance", places=places)


def _examples(files: Mapping[str, RawFile], name: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Give the examples of an annotated article, and where each is."""
    file, base = files[name], name.removeprefix("annotations/")
    match = _NAME.fullmatch(base)
    if match is None:
        raise _wrong(file, "the name of the file is not of the form TRIPLET_nnn_DOCUMENT_n.json")
    article = files.get(f"articles/{base}")
    if article is None:
        raise _wrong(file, f"its article, articles/{base}, is missing")
    sentences = _sentences(article)
    story = _story(files.get(f"meta/{match['story']}.json"))
    stances = _object(file).get("sentence-level stances")
    if not isinstance(stances, dict) or not all(key.isdecimal() and len(key) < 7 for key in stances):
        raise _wrong(file, "'sentence-level stances' must be an object with the numbers of sentences as keys")
    for number in sorted(stances, key=int):
        place = f"{file.name}: sentence {number}"
        if not isinstance(stances[number], list):
            raise DataError(Problem("its stances must be a list", where=place))
        for order, stance in enumerate(stances[number]):
            text = sentences.get(int(number))
            if not text or not text.strip():
                raise DataError(Problem("there is no such sentence in the article", where=place))
            row = {
                "id": f"{base.removesuffix('.json')}/{int(number)}/{order}",
                "article": base.removesuffix(".json"),
                "sentence": int(number),
                "text": text,
                **_stance(stance, place),
                "group": match["story"],
            }
            yield row | story, place


def _stance(stance: Any, place: str) -> dict[str, Any]:
    if not isinstance(stance, dict):
        raise DataError(Problem("a stance must be an object", where=place))
    subject, object_, label = (stance.get(key) for key in ("subject", "object", "sentiment"))
    for key, value in (("subject", subject), ("object", object_)):
        if not isinstance(value, str) or not value.strip():
            raise DataError(Problem(f"{key!r} must be text", where=place))
    if label not in LABELS:
        given = label if isinstance(label, str) else None
        raise DataError(Problem(f"the sentiment {label!r} is unknown", where=place, allowed=LABELS, given=given))
    annotators = stance.get("annotators", [])
    if not isinstance(annotators, list) or not all(isinstance(name, str) for name in annotators):
        raise DataError(Problem("'annotators' must be a list of names", where=place))
    actor, target = (None if value.strip() in NOBODY else value.strip() for value in (str(subject), str(object_)))
    return {"actor": actor, "target": target, "label": label, "annotators": annotators}


def _sentences(file: RawFile) -> dict[int, str]:
    listed = _object(file).get("text")
    if not isinstance(listed, list):
        raise _wrong(file, "'text' must be a list of sentences")
    sentences: dict[int, str] = {}
    for entry in listed:
        number, text = (entry.get("id"), entry.get("text")) if isinstance(entry, dict) else (None, None)
        if not isinstance(number, int) or not isinstance(text, str) or number in sentences:
            raise _wrong(file, "a sentence must be an object with a number of its own as 'id', and 'text'")
        sentences[number] = text
    return sentences


def _story(file: RawFile | None) -> dict[str, Any]:
    """Return what the file on a story tells: its date, and which split it belongs to."""
    if file is None:
        return {}
    told = _object(file)
    date, split = told.get("story_time"), told.get("Split")
    return {"date": date if isinstance(date, str) else None, "split": split if isinstance(split, str) else None}


def _object(file: RawFile) -> dict[str, Any]:
    value = json_file(file)
    if not isinstance(value, dict):
        raise _wrong(file, f"a {type(value).__name__}, not an object")
    return value


def _wrong(file: RawFile, said: str) -> DataError:
    return DataError(Problem(said, where=file.name))
