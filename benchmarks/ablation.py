"""`python -m benchmarks.ablation CONFIG… [--set KEY=VALUE]… [--jobs N]`: what each ingredient of a config is worth.

Every group of blocks is left out, and taken alone, on the same folds and with the config's model. The label is that of
the highest score: tuning it would add a gain of its own. Figures go to `benchmarks/ablations.json`, and a table of them
into `docs/ablations.md`.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, f1_score

from benchmarks.results import HERE, put_between
from stancekit.config import load_config
from stancekit.config.features import Block, Features
from stancekit.config.schema import Config
from stancekit.config.settings import Setting
from stancekit.engine.local import run_jobs
from stancekit.evaluation.ablation import left_out_and_alone
from stancekit.evaluation.crossval import out_of_fold
from stancekit.experiment.corpora import Corpora, read_corpora
from stancekit.models.instances import Counted, count_instances

RESULTS = HERE / "ablations.json"
DOCS = HERE.parent / "docs" / "ablations.md"
BEGIN, END = "<!-- the tables of benchmarks/ablations.json -->", "<!-- end of the tables -->"
BASE = "masked word"
"""What an ingredient is added to in the last column."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and write what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ablation", description=__doc__)
    parser.add_argument("configs", nargs="*", type=Path)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--docs", type=Path, default=DOCS)
    given = parser.parse_args(arguments)
    results = json.loads(given.results.read_text(encoding="utf-8")) if given.results.exists() else {}
    for path in given.configs:
        config = load_config(path, given.set)
        results[config.name] = ablate(config, given.jobs)
        given.results.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    write_tables(results, given.docs)


def ablate(config: Config, jobs: int) -> dict[str, Any]:
    """Score a config's features, each ingredient left out, alone, and added to the words of the masked sentence."""
    corpora = read_corpora(config, print)
    groups = ingredients(config.features.blocks)
    base = groups.get(BASE, ())
    blocks = list(config.features.blocks)
    places = {name: [place for place, block in enumerate(blocks) if block in own] for name, own in groups.items()}
    variants: dict[str, dict[str, tuple[Block, ...]]] = {"all": {"score": config.features.blocks}}
    for name, ways in left_out_and_alone(blocks, places).items():
        variants[name] = {**ways}
        if base and name != BASE:
            variants[name]["added"] = (*base, *groups[name])
    counted = count_instances(corpora.train.columns, blocks, config.task.reversal)
    rows: dict[str, dict[str, Any]] = {}
    for name, settings in variants.items():
        rows[name] = {}
        for what, own in settings.items():
            begin = time.perf_counter()
            scores = _score(config, corpora, counted, own, jobs) if own else None
            rows[name][what] = scores
            print(f"  {name}, {what}: {scores} ({time.perf_counter() - begin:.0f} s)", flush=True)
    folds = _folds(corpora)
    size = {"examples": len(corpora.train.labels), "folds": len(np.unique(folds[folds >= 0])), "repeats": len(folds)}
    return {**size, "rows": rows}


def _folds(corpora: Corpora) -> NDArray[np.int32]:
    if corpora.folds is None:
        raise SystemExit("the config has no evaluation.folds: nothing to score on")
    return corpora.folds


def ingredients(blocks: Sequence[Block]) -> dict[str, tuple[Block, ...]]:
    """Return blocks by what they bring: a lexicon wherever it is looked up, else a field and how it is cut."""
    groups: dict[str, list[Block]] = {}
    for block in blocks:
        name = f"lexicon {block.lexicon}" if block.analyzer == "lexicon" else f"{block.field} {block.analyzer}"
        groups.setdefault(name, []).append(block)
    return {name: tuple(own) for name, own in groups.items()}


def _score(
    config: Config, corpora: Corpora, counted: Counted, blocks: tuple[Block, ...], jobs: int
) -> dict[str, float]:
    features = Features(blocks=blocks, conditioning=config.features.conditioning)
    setting = Setting({}, features, config.model, "argmax")
    labels, folds = corpora.train.labels, _folds(corpora)
    settings = [[setting] * len(np.unique(own[own >= 0])) for own in folds]
    run = partial(run_jobs, at_once=jobs)
    scores = out_of_fold(counted, settings, labels, folds, config.seed, run).scores
    gold = labels.argmax(axis=1)
    macro = [f1_score(gold, own.argmax(axis=1), average="macro") for own in scores]
    precision = [average_precision_score(labels, own, average="macro") for own in scores]
    return {"macro_f1": round(100 * float(np.mean(macro)), 2), "map": round(100 * float(np.mean(precision)), 2)}


def write_tables(results: Mapping[str, Any], file: Path) -> None:
    """Put the tables between their two marks."""
    put_between(BEGIN, END, tables(results), file)


def tables(results: Mapping[str, Any]) -> str:
    """Return a table for each config."""
    return "\n" + "\n".join(_table(name, own) for name, own in results.items())


def _table(name: str, result: Mapping[str, Any]) -> str:
    repeats = f", {result['repeats']} times" if result["repeats"] > 1 else ""
    cut = f"{result['examples']:,} examples, {result['folds']} folds{repeats}"
    lines = [
        f"**{name}**: {cut}. Macro-F1 (mean average precision)",
        "",
        f"| ingredient | all without it | alone | with {BASE} |",
        "|---|---|---|---|",
        f"| all of them | {_cell(result['rows']['all']['score'])} | | |",
    ]
    for ingredient, row in result["rows"].items():
        if ingredient != "all":
            cells = [_cell(row.get(what)) for what in ("without", "alone", "added")]
            lines.append(f"| {ingredient} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _cell(scores: Mapping[str, float] | None) -> str:
    return "" if scores is None else f"{scores['macro_f1']:.1f} ({scores['map']:.1f})"


if __name__ == "__main__":
    main()
