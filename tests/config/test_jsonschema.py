"""The JSON Schema, held against configs by a checker of the few keywords that it uses."""

import json
import operator
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stancekit.config import Config, dump_config, load_config
from stancekit.config.jsonschema import config_schema
from stancekit.config.yaml12 import parse_yaml, read_yaml
from stancekit.errors import ConfigError

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = config_schema()
Check = Callable[[dict[str, Any], Any], bool]


def accepts(schema: dict[str, Any] | bool, value: Any) -> bool:
    """Tell whether a value fits a JSON Schema, by the wording of draft 2020-12."""
    if isinstance(schema, bool):
        return schema
    return all(CHECKS[keyword](schema, value) for keyword in schema if keyword not in NOTES)


def _type_fits(schema: dict[str, Any], value: Any) -> bool:
    if isinstance(value, bool):
        return bool(schema["type"] == "boolean")
    return isinstance(value, TYPES[schema["type"]])


def _bound(keyword: str, holds: Callable[[Any, Any], bool]) -> Check:
    def fits(schema: dict[str, Any], value: Any) -> bool:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return not is_number or holds(value, schema[keyword])

    return fits


def _items_fit(schema: dict[str, Any], value: Any) -> bool:
    if not isinstance(value, list):
        return True
    first = schema.get("prefixItems", [])
    wanted = [*first, *[schema.get("items", True)] * max(0, len(value) - len(first))]
    return all(accepts(own, item) for own, item in zip(wanted, value, strict=False))


def _keys_fit(schema: dict[str, Any], value: Any) -> bool:
    if not isinstance(value, dict):
        return True
    known, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    return all(accepts(known.get(key, others), inner) for key, inner in value.items())


TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}
NOTES = {"$schema", "$defs", "title", "description", "default"}
CHECKS: dict[str, Check] = {
    "$ref": lambda schema, value: accepts(SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")], value),
    "anyOf": lambda schema, value: any(accepts(choice, value) for choice in schema["anyOf"]),
    "oneOf": lambda schema, value: sum(accepts(choice, value) for choice in schema["oneOf"]) == 1,
    "type": _type_fits,
    "enum": lambda schema, value: value in schema["enum"],
    "const": lambda schema, value: value == schema["const"],
    "pattern": lambda schema, value: not isinstance(value, str) or bool(re.search(schema["pattern"], value)),
    "minimum": _bound("minimum", operator.ge),
    "maximum": _bound("maximum", operator.le),
    "exclusiveMinimum": _bound("exclusiveMinimum", operator.gt),
    "exclusiveMaximum": _bound("exclusiveMaximum", operator.lt),
    "minItems": lambda schema, value: not isinstance(value, list) or len(value) >= schema["minItems"],
    "maxItems": lambda schema, value: not isinstance(value, list) or len(value) <= schema["maxItems"],
    "prefixItems": _items_fit,
    "items": _items_fit,
    "properties": _keys_fit,
    "additionalProperties": _keys_fit,
    "required": lambda schema, value: not isinstance(value, dict) or set(schema["required"]) <= set(value),
}


ACCEPTED = [
    "data: {train: d.jsonl}",
    "data: {train: {path: d.jsonl}}",
    "data: {train: [d.jsonl]}",
    "data: {train: [d.jsonl, {path: e.csv, format: tsv}]}",
    "data: {train: d.jsonl, test: e.csv}",
    "data: {train: d.jsonl, test: {path: e.csv, columns: {text: phrase}}}",
    "data: {train: d.jsonl, test: [e.csv]}",
    "data: {train: d.jsonl, test: null}",
    "data: {train: {hub: org/name, split: train, revision: 0123456789abcdef0123456789abcdef01234567}}",
    "data: {train: [d.jsonl, {hub: ./here, split: train, subset: fr, labels: {a: opposes}}]}",
    "data: {train: {path: d.jsonl, labels: {pro: supports, meh: null, 0: neutral}}}",
    "data: {train: d.jsonl, columns: {text: phrase, group: article}}",
    "data: {train: d.jsonl}\nname: sahel-2.v1\nseed: 4294967295",
    "data: {train: d.jsonl}\ntask: {kind: multilabel, labels: [a]}",
    "data: {train: d.jsonl}\nfeatures: {blocks: [{field: text}]}",
    "data: {train: d.jsonl}\nfeatures: {blocks: [{field: text, ngrams: [1, 20], min_df: 3, max_df: 0.5}]}",
    "data: {train: d.jsonl}\nfeatures: {blocks: [{field: text, max_features: null, norm: none, weight: 1e-3}]}",
    "data: {train: d.jsonl}\nmodel: {kind: linear_svc, C: 3, class_weight: null}",
    "data: {train: d.jsonl}\ndecision: argmax",
    "data: {train: d.jsonl}\ndecision: {tune: weighted_f1}\ninner_folds: 2",
    "data: {train: d.jsonl}\nmodel: {calibration: isotonic}",
    "data: {train: d.jsonl}\nmodel: {kind: vote, of: [{kind: ridge}, {kind: sgd, C: 3}], weights: [1, 0.5]}",
    "data: {train: d.jsonl, test: e.csv}\nevaluation: {folds: null}",
    "data: {train: d.jsonl}\nevaluation: {folds: {scheme: random, n: 2, repeats: 1000}, baselines: []}",
    "data: {train: d.jsonl}\nfeatures: {blocks: [{field: text}]}\n"
    "search: {grid: {model.C: [1, 3], features.blocks.0.ngrams: [[1, 1]]}, metric: macro_f1}",
    "data: {train: d.jsonl}\nfeatures: auto",
    "data: {train: d.jsonl}\nfeatures: {blocks: auto}",
    "data: {train: d.jsonl}\nfeatures: {blocks: [{field: clause, hashtags: split}]}",
    "data: {train: d.jsonl}\nsearch: {random: {model.C: {low: 1, high: 9, log: true}, model.kind: [ridge]}, trials: 3}",
    "data: {train: d.jsonl}\nsearch: {grid: {model.C: [1]}, random: null, n: 4, nested: false}",
    "data: {train: d.jsonl}\nsearch: null",
    "data: {train: d.jsonl}\nevaluation: {metrics: [macro_f1], primary: null, intervals: {level: 0.9, by: null}}",
]
REFUSED = [
    "{}",
    "[]",
    "data: d.jsonl",
    "data: {}",
    "data: {train: null}",
    "data: {train: 3}",
    "data: {train: []}",
    "data: {train: [3]}",
    "data: {train: {}}",
    "data: {train: {path: d.jsonl, format: xls}}",
    "data: {train: {hub: org/name}}",
    "data: {train: {split: train}}",
    "data: {train: {path: d.jsonl, hub: org/name, split: train}}",
    "data: {train: {path: d.jsonl, labels: {a: 1}}}",
    "data: {train: d.jsonl, tset: e.csv}",
    "data: {train: d.jsonl, columns: {txt: a}}",
    "data: {train: d.jsonl}\nmodle: {}",
    "data: {train: d.jsonl}\nsearch: []",
    "data: {train: d.jsonl}\nsearch: {gird: {model.C: [1]}}",
    "data: {train: d.jsonl}\nsearch: {grid: {model.C: []}}",
    "data: {train: d.jsonl}\nsearch: {grid: {model.C: 1}}",
    "data: {train: d.jsonl}\nsearch: {grid: {model.C: {low: 1, high: 2}}}",
    "data: {train: d.jsonl}\nsearch: {random: {model.C: {low: 1}}}",
    "data: {train: d.jsonl}\nsearch: {random: {model.C: {low: 1, high: 2, step: 1}}}",
    "data: {train: d.jsonl}\nsearch: {random: {model.C: [1]}, trials: 0}",
    "data: {train: d.jsonl}\nsearch: {grid: {model.C: [1]}, metric: f1}",
    "data: {train: d.jsonl}\nsearch: {grid: {model.C: [1]}, n: 1}",
    "data: {train: d.jsonl}\nname: a/b",
    "data: {train: d.jsonl}\nseed: -1",
    "data: {train: d.jsonl}\nseed: 4294967296",
    "data: {train: d.jsonl}\nseed: '13'",
    "data: {train: d.jsonl}\ntask: {kind: stanse}",
    "data: {train: d.jsonl}\ntask: {labels: []}",
    "data: {train: d.jsonl}\ntask: {labels: a}",
    "data: {train: d.jsonl}\nfeatures: {blocks: []}",
    "data: {train: d.jsonl}\nfeatures: {blocks: [text]}",
    "data: {train: d.jsonl}\nfeatures: {blocks: [{analyzer: word}]}",
    "data: {train: d.jsonl}\nfeatures: {blocks: [{field: text, ngrams: [1]}]}",
    "data: {train: d.jsonl}\nfeatures: {blocks: [{field: text, ngrams: [1, 2, 3]}]}",
    "data: {train: d.jsonl}\nfeatures: {blocks: [{field: text, ngrams: [0, 1]}]}",
    "data: {train: d.jsonl}\nfeatures: {blocks: [{field: text, min_df: 1.5}]}",
    "data: {train: d.jsonl}\nfeatures: {blocks: [{field: text, min_df: -1}]}",
    "data: {train: d.jsonl}\nfeatures: {blocks: [{field: text, weight: 0}]}",
    "data: {train: d.jsonl}\nfeatures: {blocks: [{field: text, idf: yes}]}",
    "data: {train: d.jsonl}\nmodel: {C: 0}",
    "data: {train: d.jsonl}\nmodel: {C: '1'}",
    "data: {train: d.jsonl}\nmodel: {c: 1}",
    "data: {train: d.jsonl}\ndecision: argmx",
    "data: {train: d.jsonl}\ndecision: {tune: f1}",
    "data: {train: d.jsonl}\ndecision: {tune: mean_average_precision}",
    "data: {train: d.jsonl}\ndecision: {}",
    "data: {train: d.jsonl}\ninner_folds: 1",
    "data: {train: d.jsonl}\nmodel: {calibration: beta}",
    "data: {train: d.jsonl}\nmodel: {kind: vote, of: [{kind: ridge}]}",
    "data: {train: d.jsonl}\nmodel: {kind: vote, of: [{kind: ridge}, {kind: sgd}], weights: [1, 0]}",
    "data: {train: d.jsonl}\nevaluation: {folds: {n: 1}}",
    "data: {train: d.jsonl}\nevaluation: {metrics: []}",
    "data: {train: d.jsonl}\nevaluation: {metrics: [f1]}",
    "data: {train: d.jsonl}\nevaluation: {intervals: {level: 1}}",
    "data: {train: d.jsonl}\nevaluation: {intervals: {resamples: 99}}",
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the data files that the configs above name."""
    for name in ("d.jsonl", "e.csv"):
        (tmp_path / name).touch()
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_the_loader_accepts_the_schema_accepts(folder, text):
    assert accepts(SCHEMA, parse_yaml(text, "a.yaml").values)
    Path("a.yaml").write_text(text, encoding="utf-8")
    assert load_config("a.yaml").data.train


@pytest.mark.parametrize("text", REFUSED)
def test_what_the_schema_refuses_the_loader_refuses(folder, text):
    assert not accepts(SCHEMA, parse_yaml(text, "a.yaml").values)
    Path("a.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError):
        load_config("a.yaml")


def test_the_schema_accepts_the_configs_of_the_project_as_written_and_as_resolved(committed_config):
    assert accepts(SCHEMA, read_yaml(committed_config).values)
    resolved = dump_config(load_config(committed_config), committed_config.parent)
    assert accepts(SCHEMA, parse_yaml(resolved, "a.yaml").values)


def test_the_schema_names_its_dialect_and_every_key_of_a_config():
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(SCHEMA["properties"]) == set(Config.model_fields)
    assert SCHEMA["required"] == ["data"]


def test_the_schema_is_json():
    assert json.loads(json.dumps(SCHEMA, allow_nan=False)) == SCHEMA


def test_every_section_is_closed_so_that_an_editor_marks_a_misspelt_key():
    sections = [SCHEMA, *SCHEMA["$defs"].values()]
    assert len(sections) > 8
    assert all(section["additionalProperties"] is False for section in sections if "properties" in section)


def test_every_reference_leads_somewhere():
    names = re.findall(r'"#/\$defs/(\w+)"', json.dumps(SCHEMA))
    assert set(names) == set(SCHEMA["$defs"])


@pytest.mark.parametrize(("section", "key"), [("Block", "min_df"), ("Model", "C"), ("Source", "path"), ("Folds", "by")])
def test_keys_are_explained_to_those_who_hover_over_them(section, key):
    assert SCHEMA["$defs"][section]["properties"][key]["description"]
