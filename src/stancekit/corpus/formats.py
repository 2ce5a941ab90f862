"""The formats of data sources: which parser reads which, and which files come in pairs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from stancekit.config.sources import Format
from stancekit.corpus.parsers import RawFile, RawTable, parse_delimited, parse_jsonl, parse_parquet
from stancekit.corpus.presets import dse, fnc1, newsmtsc, seesaw, semeval2016, xstance
from stancekit.corpus.tools.doccano import parse_doccano
from stancekit.corpus.tools.inception import parse_inception
from stancekit.corpus.tools.label_studio import parse_label_studio

PARSERS: Mapping[Format, Callable[[RawFile], RawTable]] = {
    "jsonl": parse_jsonl,
    "csv": lambda file: parse_delimited(file, ","),
    "tsv": lambda file: parse_delimited(file, "\t"),
    "parquet": parse_parquet,
    "label_studio": parse_label_studio,
    "doccano": parse_doccano,
    "inception": parse_inception,
    "newsmtsc": newsmtsc.parse,
    "dse": dse.parse,
    "seesaw": seesaw.parse,
    "semeval2016": semeval2016.parse,
    "xstance": xstance.parse,
    "fnc1": fnc1.parse,
}

FILE_BESIDE: Mapping[Format, Callable[[str], str]] = {"fnc1": fnc1.bodies_beside}
"""From the name of a file to that of the file beside it that belongs to it."""
