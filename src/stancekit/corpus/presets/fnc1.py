"""FNC-1: how the body of an article stands to a headline, of the same article or another one.

Pomerleau and Rao, "Fake News Challenge Stage 1 (FNC-1): Stance Detection", 2017, after Ferreira and Vlachos,
"Emergent: a novel data-set for stance classification", NAACL 2016. Two CSV files, stances and bodies.
"""

from __future__ import annotations

from stancekit.corpus.parsers import RawFile, RawTable, parse_delimited, require_columns
from stancekit.errors import DataError, Problem

LABELS = ("agree", "disagree", "discuss", "unrelated")


def bodies_beside(stances: str) -> str:
    """Return the name of the file of bodies that belongs to a file of stances.

    Raises
    ------
    DataError
        If the name says of no file that it holds stances.

    Examples
    --------
    >>> bodies_beside("train_stances.csv")
    'train_bodies.csv'
    """
    if "stances" not in stances:
        hint = "The file of bodies is found beside it: train_stances.csv, train_bodies.csv"
        raise DataError(Problem("the name of an FNC-1 file of stances must hold 'stances'", where=stances, hint=hint))
    return stances.replace("stances", "bodies")


def parse(file: RawFile) -> RawTable:
    """Parse a file of stances and the file of bodies beside it.

    Returns
    -------
    RawTable
        `article, text, label, body`: the id of the body, the headline, its stance, the body.

    Raises
    ------
    DataError
        If a column is missing, a body isn't there or is there twice, or a stance is unknown.
    """
    table = parse_delimited(file, ",")
    require_columns(file, table, ("Headline", "Body ID", "Stance"))
    bodies = _bodies(file.beside) if file.beside is not None else {}
    ids, stances = table.columns["Body ID"], table.columns["Stance"]
    for line, id, stance in zip(table.lines, ids, stances, strict=True):
        if id not in bodies:
            raise file.error(line, f"there is no body {id!r} in {file.beside.name if file.beside else 'any file'}")
        if stance not in LABELS:
            raise file.error(line, f"the stance {stance or ''!r} is unknown", allowed=LABELS, given=stance)
    columns = {"article": ids, "text": table.columns["Headline"], "label": stances, "body": [bodies[id] for id in ids]}
    return RawTable(columns, table.lines)


def _bodies(file: RawFile) -> dict[str, str]:
    table = parse_delimited(file, ",")
    require_columns(file, table, ("Body ID", "articleBody"))
    bodies: dict[str, str] = {}
    for line, id, body in zip(table.lines, table.columns["Body ID"], table.columns["articleBody"], strict=True):
        if id in bodies:
            raise file.error(line, f"the body {id!r} occurs twice")
        bodies[id] = body
    return bodies
