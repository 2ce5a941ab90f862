"""The ablation of a config's ingredients, on the examples of the seed article."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from benchmarks.ablation import BEGIN, DOCS, END, RESULTS, ingredients, main, tables

from stancekit.config.features import Block

MASKED = Block(field="masked", ngrams=(1, 2))
CONFIG = """
name: small
data: {{train: {data}}}
features:
  blocks:
    - {{field: masked, analyzer: word, ngrams: [1, 2]}}
    - {{field: actor, analyzer: indicator}}
evaluation: {{folds: {{scheme: group, by: sentence, n: 4}}}}
"""


def looked_up(field: str, lexicon: str) -> Block:
    return Block.model_validate({"field": field, "analyzer": "lexicon", "lexicon": lexicon})


def test_a_lexicon_is_one_ingredient_wherever_it_is_looked_up():
    here, there, other = (
        looked_up("masked", "news_fr"),
        looked_up("clause", "news_fr"),
        looked_up("masked", "stance_fr"),
    )
    assert ingredients([MASKED, here, other, there]) == {
        "masked word": (MASKED,),
        "lexicon news_fr": (here, there),
        "lexicon stance_fr": (other,),
    }


def test_each_ingredient_is_left_out_and_taken_alone(repository: Path, tmp_path: Path, capsys):
    config, results, docs = tmp_path / "small.yaml", tmp_path / "ablations.json", tmp_path / "ablations.md"
    config.write_text(CONFIG.format(data=repository / "data/mali-2021-11/examples.jsonl"), encoding="utf-8")
    docs.write_text(f"before\n{BEGIN}\nof last time\n{END}\nafter\n", encoding="utf-8")
    main([str(config), "--results", str(results), "--docs", str(docs), "--jobs", "1"])
    found = json.loads(results.read_text(encoding="utf-8"))["small"]
    rows = found["rows"]
    assert (found["examples"], found["folds"], found["repeats"]) == (52, 4, 1)
    assert rows["masked word"]["without"] == rows["actor indicator"]["alone"]
    assert rows["actor indicator"]["without"] == rows["masked word"]["alone"]
    assert rows["actor indicator"]["added"] == rows["all"]["score"]
    assert len({scores["map"] for scores in (rows["all"]["score"], *rows["masked word"].values())}) == 3
    text = docs.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "of last time" not in text
    assert f"| actor indicator | {rows['actor indicator']['without']['macro_f1']:.1f} " in text


def test_a_page_without_the_marks_is_left_alone(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text(f"text {BEGIN} text", encoding="utf-8")
    with pytest.raises(ValueError, match="has no"):
        main(["--results", str(RESULTS), "--docs", str(page)])
    assert page.read_text(encoding="utf-8") == f"text {BEGIN} text"


def test_the_tables_in_the_documentation_are_those_of_the_results():
    shown = DOCS.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert shown == f"\n{tables(json.loads(RESULTS.read_text(encoding='utf-8')))}\n"
