"""INCEpTION: documents of sentences with mentions and relations between them, as UIMA CAS.

Layers: `webanno.custom.Mention`, a span with the features `actor` and `target`, each the name of who or what is
mentioned in that role; `webanno.custom.Stance`, a relation from holder to target with the feature `stance`; and
`webanno.custom.Example`, a span over the sentence that carries the other columns through.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from stancekit.corpus.parsers import RawFile, RawTable
from stancekit.corpus.tools.archives import is_archive, unpacked
from stancekit.corpus.tools.cas import import_cassis, load_cas
from stancekit.corpus.tools.marks import ROLES, Link, Mark, as_table, in_order, pairs_of
from stancekit.errors import DataError, Problem

if TYPE_CHECKING:
    from cassis import Cas

CUSTOM = "webanno.custom."
MENTION, STANCE, EXAMPLE = f"{CUSTOM}Mention", f"{CUSTOM}Stance", f"{CUSTOM}Example"
SENTENCE = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence"
NOBODY = "INITIAL_CAS"
"""The name of the file that no annotator has touched."""
TYPES = "TypeSystem.xml"
ROLE_FEATURES = ("label", "value", "role")
"""Features in which other layers say whether a mention is an actor or a target."""
UNDATED = (1980, 1, 1, 0, 0, 0)


# Writing


def inception_bytes(columns: Mapping[str, Sequence[Any]]) -> bytes:
    """Return a zip of UIMA CAS JSON, a document for each article and a file for each annotator of it.

    JSON, not XMI: XML has no way to write some characters. `TypeSystem.xml` has the layers, to import into a project.

    Raises
    ------
    DataError
        If dkpro-cassis isn't installed.
    """
    import_cassis()
    documents: dict[str, list[dict[str, Any]]] = {}
    for values in zip(*columns.values(), strict=True):
        row = dict(zip(columns, values, strict=True))
        documents.setdefault(_file_name(row.get("article"), "examples"), []).append(row)
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, TYPES, _types().to_xml())
        for document, rows in documents.items():
            sentences = _sentences(rows)
            by_user: dict[str, list[dict[str, Any]]] = {}
            for row in rows:
                by_user.setdefault(_file_name(row.get("annotator"), NOBODY), []).append(row)
            for user, own in by_user.items():
                _add(archive, f"annotation/{document}/{user}.json", _cas_of(sentences, own).to_json())
    return sink.getvalue()


def _add(archive: zipfile.ZipFile, name: str, text: str | None) -> None:
    # Always the same date, so that the same examples are the same bytes.
    entry = zipfile.ZipInfo(name, UNDATED)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, text or "")


def _file_name(value: str | None, none: str) -> str:
    """Return a name that is that of one file on every system, and never leads anywhere else."""
    if value is None:
        return none
    quoted = quote(value, safe="@ ")
    return f"_{quoted}" if not quoted or quoted.startswith((".", " ", "_")) else quoted


def _sentences(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the distinct sentences of a document, in their order where they are numbered."""
    numbered = sorted(rows, key=lambda row: row["sentence"] if row.get("sentence") is not None else 2**31)
    return list(dict.fromkeys(row["text"] for row in numbered))


def _types() -> Any:
    system = import_cassis().TypeSystem()
    mention = system.create_type(MENTION)
    stance, example = system.create_type(STANCE), system.create_type(EXAMPLE)
    system.create_type(SENTENCE)
    for role in ROLES:
        system.create_feature(mention, role, "uima.cas.String")
    for end in ("Governor", "Dependent"):
        system.create_feature(stance, end, MENTION)
    for layer, names in ((stance, ("stance", "example")), (example, ("stance", "example", "columns"))):
        for name in names:
            system.create_feature(layer, name, "uima.cas.String")
    return system


def _cas_of(sentences: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Cas:
    """Return the document as one annotator sees it."""
    cas: Cas = import_cassis().Cas(typesystem=_types())
    cas.sofa_string = "\n".join(sentences)
    cas.sofa_mime = "text/plain"
    layers = {name: cas.typesystem.get_type(name) for name in (SENTENCE, MENTION, STANCE, EXAMPLE)}
    begins: dict[str, int] = {}
    begin = 0
    for sentence in sentences:
        begins[sentence] = begin
        cas.add(layers[SENTENCE](begin=begin, end=begin + len(sentence)))
        begin += len(sentence) + 1
    for number, row in enumerate(rows):
        begin, key = begins[row["text"]], str(number)
        mentions = {role: _mention(layers[MENTION], row, role, begin) for role in ROLES}
        cas.add_all([mention for mention in mentions.values() if mention is not None])
        related = row.get("label") is not None and None not in mentions.values()
        if related:
            ends = {"Governor": mentions["actor"], "Dependent": mentions["target"]}
            place = {"begin": ends["Dependent"].begin, "end": ends["Dependent"].end}
            cas.add(layers[STANCE](**place, **ends, stance=row["label"], example=key))
        carried = {name: value for name, value in row.items() if name not in ("text", "label")}
        carried |= {"label": None} if "label" in row else {}
        own: dict[str, Any] = {"example": key, "columns": json.dumps(carried, ensure_ascii=False)}
        own |= {} if related else {"stance": row.get("label")}
        cas.add(layers[EXAMPLE](begin=begin, end=begin + len(row["text"]), **own))
    return cas


def _mention(layer: Any, row: Mapping[str, Any], role: str, begin: int) -> Any:
    start, end = row.get(f"{role}_start"), row.get(f"{role}_end")
    if start is None or end is None:
        return None
    return layer(begin=begin + start, end=begin + end, **{role: row.get(role)})


# Reading


@dataclass(frozen=True)
class _Document:
    """A document as one annotator left it."""

    name: str
    user: str | None
    file: RawFile
    types: RawFile | None


def parse_inception(file: RawFile) -> RawTable:
    """Parse an export of a document or a project: a zip of XMI or JSON, the unpacked folder, or one file of JSON.

    The annotator is the name of the file (`ann.xmi`, or `ann.zip` around it); `INITIAL_CAS` is nobody, and what
    annotators have made of its examples counts. A relation of a custom layer is an example: its text is the sentence of
    both mentions, its label the feature `stance`, or the only feature it has. Mentions are named by their feature
    `actor` or `target`, else by their own words. Without relations and our own layer, every actor of a sentence stands
    beside every target, without a label.

    Raises
    ------
    DataError
        If dkpro-cassis isn't installed, there is no CAS, or one can't be read.
    """
    import_cassis()
    rows: list[dict[str, Any]] = []
    places: list[str] = []
    untouched: list[tuple[_Document, list[dict[str, Any]]]] = []
    taken: set[tuple[str, str]] = set()
    for document in _documents(file):
        found = _Reader(document, load_cas(document.file, document.types)).rows()
        if document.user is None:
            untouched.append((document, found))
            continue
        taken.update((document.name, row["columns"]) for row in found if "columns" in row)
        rows += found
        places += [document.file.name] * len(found)
    for document, found in untouched:
        left = [row for row in found if (document.name, row.get("columns")) not in taken]
        rows += left
        places += [document.file.name] * len(left)
    for row in rows:
        row.pop("columns", None)
    _tell_apart(rows)
    return RawTable(as_table(rows), range(1, len(rows) + 1), unit="example", places=places)


def _documents(file: RawFile) -> Iterator[_Document]:
    """Give the CAS files of an export; those of a project lie below `annotation`."""
    if not file.inside and not is_archive(file):
        yield _Document(PurePosixPath(file.name).stem, None, file, None)
        return
    files = {
        inner.name.removeprefix(f"{file.name}/"): inner
        for outer in file.inside or unpacked(file)
        for inner in (unpacked(outer) if is_archive(outer) else (outer,))
    }
    paths = [PurePosixPath(name) for name in sorted(files) if name.endswith((".xmi", ".json"))]
    annotated = [path for path in paths if "annotation" in path.parts[:-1]] or paths
    if not annotated:
        hint = "Export as UIMA CAS XMI or UIMA CAS JSON"
        raise DataError(Problem("there is no .xmi or .json in it", where=file.name, hint=hint))
    for path in annotated:
        folders = [part for part in path.parts[:-1] if not part.endswith(".zip")]
        name = folders[-1] if folders and folders[-1] != "annotation" else PurePosixPath(file.name).stem
        types = next((files[str(above / TYPES)] for above in path.parents if str(above / TYPES) in files), None)
        yield _Document(name, None if path.stem == NOBODY else path.stem, files[str(path)], types)


@dataclass(frozen=True)
class _Reader:
    """Turns the CAS of one annotator into rows."""

    document: _Document
    cas: Cas

    def rows(self) -> list[dict[str, Any]]:
        if self.cas.sofa_string is None:
            raise self.error("it has no text")
        stances = [stance for layer in self._relation_layers() for stance in self.cas.select(layer)]
        examples = self._of_layer(EXAMPLE)
        rows = [self._our_row(example) for example in examples]
        for stance in stances:
            row = self._row_of(stance, examples, rows)
            if row is None:
                rows.append(self._related_row(stance, len(rows)))
            else:
                self._label(row, stance)
        if not examples and not stances:
            rows = list(self._unrelated_rows())
        for row in rows:
            row.pop("place", None)
        return rows

    def error(self, said: str, **more: Any) -> DataError:
        return DataError(Problem(said, where=self.document.file.name, **more))

    def _of_layer(self, name: str) -> list[Any]:
        return list(self.cas.select(name)) if self.cas.typesystem.contains_type(name) else []

    def _relation_layers(self) -> list[str]:
        return [
            type_.name
            for type_ in self.cas.typesystem.get_types()
            if type_.name.startswith(CUSTOM) and {"Governor", "Dependent"} <= {f.name for f in type_.all_features}
        ]

    def _our_row(self, example: Any) -> dict[str, Any]:
        try:
            columns = json.loads(example.columns or "")
        except (ValueError, RecursionError, AttributeError, TypeError) as error:
            raise self.error(f"the columns of an {EXAMPLE} are not JSON") from error
        if not isinstance(columns, dict):
            raise self.error(f"the columns of an {EXAMPLE} are no object")
        row = {"text": self._words(example.begin, example.end), **columns, "columns": example.columns}
        user = self.document.user
        if user is not None and _file_name(columns.get("annotator"), NOBODY) != user:
            row["annotator"] = user
        if self._feature(example, "stance") is not None:
            row["label"] = example.stance
        return {**row, "place": (example.begin, example.end)}

    def _row_of(self, stance: Any, examples: Sequence[Any], rows: list[dict[str, Any]]) -> dict[str, Any] | None:
        """Return the row that a relation labels: by its key, else an unlabelled one with the same mentions."""
        key = self._feature(stance, "example")
        for example, row in zip(examples, rows, strict=False):
            if key is not None and self._feature(example, "example") == key:
                return row
        ends = self._ends(stance)
        places = [(mark.start, mark.end) for mark in (ends.holder, ends.held_on)]
        for row in rows[: len(examples)]:
            own = [(row.get(f"{role}_start"), row.get(f"{role}_end")) for role in ROLES]
            moved = [
                (start + row["place"][0], end + row["place"][0])
                for start, end in own
                if type(start) is type(end) is int
            ]
            if row.get("label") is None and moved == places:
                return row
        return None

    def _label(self, row: dict[str, Any], stance: Any) -> None:
        link = self._ends(stance)
        row["label"] = link.label
        begin, end = row["place"]
        for role, mark in zip(ROLES, (link.holder, link.held_on), strict=True):
            if begin <= mark.start < mark.end <= end:
                row[f"{role}_start"], row[f"{role}_end"] = mark.start - begin, mark.end - begin

    def _ends(self, stance: Any) -> Link:
        """Return a relation with its places in the document."""
        governor, dependent = self._feature(stance, "Governor"), self._feature(stance, "Dependent")
        if governor is None or dependent is None:
            raise self.error("a relation has no 'Governor' or no 'Dependent'")
        marks = [Mark(self._role(mention), mention.begin, mention.end) for mention in (governor, dependent)]
        return in_order(Link(marks[0], marks[1], self._stance(stance)))

    def _stance(self, relation: Any) -> str | None:
        names = [
            feature.name
            for feature in relation.type.all_features
            if feature.rangeType.name == "uima.cas.String" and feature.name != "example"
        ]
        if "stance" not in names and len(names) != 1:
            said = f"the layer {relation.type.name} has no feature 'stance'"
            raise self.error(said, allowed=names)
        label = self._feature(relation, "stance" if "stance" in names else names[0])
        return None if label is None else str(label)

    def _feature(self, structure: Any, name: str) -> Any:
        # A plain getattr would find the methods of cassis' own classes, such as `value`.
        return getattr(structure, name, None) if structure.type.get_feature(name) is not None else None

    def _role(self, mention: Any) -> str:
        named = [role for role in ROLES if self._feature(mention, role) is not None]
        if len(named) == 1:
            return named[0]
        said = [self._feature(mention, name) for name in ROLE_FEATURES]
        return next((str(value) for value in said if value is not None), "")

    def _words(self, begin: int, end: int) -> str:
        text = self.cas.sofa_string or ""
        if not (isinstance(begin, int) and isinstance(end, int) and 0 <= begin < end <= len(text)):
            raise self.error(f"an annotation from {begin} to {end} is outside of the text")
        return text[begin:end]

    def _sentences(self) -> list[tuple[int, int]]:
        found = sorted((sentence.begin, sentence.end) for sentence in self._of_layer(SENTENCE))
        return found or [(0, len(self.cas.sofa_string or ""))]

    def _related_row(self, stance: Any, number: int) -> dict[str, Any]:
        link = self._ends(stance)
        covered = [
            (order, place)
            for order, place in enumerate(self._sentences())
            if any(place[0] < mark.end and mark.start < place[1] for mark in (link.holder, link.held_on))
        ]
        begin = min([link.holder.start, link.held_on.start, *(place[0] for _, place in covered)])
        end = max([link.holder.end, link.held_on.end, *(place[1] for _, place in covered)])
        mentions = (self._feature(stance, "Governor"), self._feature(stance, "Dependent"))
        return self._row(begin, end, covered[0][0] if covered else 0, mentions, [link], number)

    def _unrelated_rows(self) -> Iterator[dict[str, Any]]:
        mentions = [
            mention
            for type_ in self.cas.typesystem.get_types()
            if type_.name.startswith(CUSTOM)
            for mention in self.cas.select(type_.name)
            if self._role(mention).lower() in ROLES
        ]
        number = 0
        for order, (begin, end) in enumerate(self._sentences()):
            inside = [mention for mention in mentions if begin <= mention.begin < mention.end <= end]
            actors = [mention for mention in inside if self._role(mention).lower() == "actor"] or [None]
            targets = [mention for mention in inside if self._role(mention).lower() == "target"] or [None]
            for actor in actors if inside else []:
                for target in targets:
                    yield self._row(begin, end, order, (actor, target), [], number)
                    number += 1

    def _row(
        self, begin: int, end: int, sentence: int, mentions: Sequence[Any], links: Sequence[Link], number: int
    ) -> dict[str, Any]:
        text = self._words(begin, end)
        marks = [Mark(self._role(each), each.begin - begin, each.end - begin) for each in mentions if each is not None]
        moved = [Link(marks[0], marks[1], link.label) for link in links]
        (pair,) = pairs_of(text, marks, moved)
        for role in ROLES:
            names = {(each.begin - begin, each.end - begin): self._feature(each, role) for each in mentions if each}
            pair[role] = names.get((pair[f"{role}_start"], pair[f"{role}_end"])) or pair[role]
        parts = [self.document.name, *([self.document.user] if self.document.user else []), str(number)]
        own = {"id": "/".join(parts), "article": self.document.name, "sentence": sentence, "text": text}
        return {**own, **pair, "annotator": self.document.user}


def _tell_apart(rows: Sequence[dict[str, Any]]) -> None:
    """Add the annotator to ids of examples that several annotators have labelled."""
    seen: dict[Any, int] = {}
    for row in rows:
        seen[row.get("id")] = seen.get(row.get("id"), 0) + 1
    for row in rows:
        if row.get("id") is not None and seen[row["id"]] > 1 and row.get("annotator") is not None:
            row["id"] = f"{row['id']}/{row['annotator']}"
