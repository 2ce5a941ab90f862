"""The model card: `model/README.md`, with front matter that the Hugging Face Hub reads.

Names come from configs and data and are not to be trusted: in Markdown they are escaped, in YAML they are values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from stancekit.config.model import name_model
from stancekit.config.schema import Config
from stancekit.config.sources import Source, is_local
from stancekit.errors import printable
from stancekit.evaluation.verdict import count_of, verdict
from stancekit.experiment.files import Results, Scored
from stancekit.report.html import render
from stancekit.report.settings import search_in_words

TAGS = ("stance-detection", "stance-classification", "political-text", "news", "tf-idf", "linear-model", "stancekit")
METRICS_OF_THE_HUB = {
    **dict.fromkeys(("macro_f1", "micro_f1", "weighted_f1", "f_avg", "samples_f1"), "f1"),
    **dict.fromkeys(("accuracy", "subset_accuracy"), "accuracy"),
    "macro_precision": "precision",
    "macro_recall": "recall",
    "mcc": "matthews_correlation",
    "brier": "brier_score",
}
"""What the Hub calls metrics; others keep our name."""
GROUPS_SHOWN = 12

_MARKDOWN = re.compile(r"(?<![^\W_])_|_(?![^\W_])|[\\`*\[\]<>#|~!&$@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
"""What begins markup; links and mentions that the Hub makes of plain text among it."""
_LANGUAGE = re.compile("[a-z]{2,3}")


def model_card(results: Results) -> str:
    """Return the card of a run's model."""
    data = (results.metrics["data"] or {}).get("train")
    body = render(
        "model_card.md.j2",
        config=results.config,
        run_id=results.run_id,
        model=name_model(results.model.spec),
        search=search_in_words(results.metrics["search"]) if results.metrics["search"] else None,
        about=results.model.about,
        decision=results.metrics["decision"],
        data=data,
        counted=_counted(data) if data else [],
        uses_names=_uses_names(results),
        is_linear=results.model.is_linear,
        parts=[_part(part, results.config) for part in results.parts],
        sources=[escape_markdown(_name_of(source)) for source in results.config.data.train],
        md=escape_markdown,
    )
    return f"---\n{front_matter(results)}---\n\n{body}"


def front_matter(results: Results) -> str:
    """Return the metadata of the card as YAML."""
    config, about = results.config, results.model.about
    sources = [*config.data.train, *(config.data.test or ())]
    metrics = dict.fromkeys(
        METRICS_OF_THE_HUB.get(name, name) for part in results.parts for name in part.scores["metrics"]
    )
    known = {
        "language": [str(own) for own in about.get("languages", ()) if _LANGUAGE.fullmatch(str(own))],
        "license": config.report.license and config.report.license.lower(),
        "library_name": "stancekit",
        "pipeline_tag": "text-classification",
        "tags": [tag for tag in TAGS if results.model.is_linear or tag != "linear-model"],
        "datasets": list(dict.fromkeys(own.hub for own in sources if own.hub and not is_local(own.hub))),
        "metrics": list(metrics),
        "model-index": [{"name": config.name, "results": _model_index(results)}],
    }
    values = {key: value for key, value in known.items() if value}
    return str(yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=120))


def escape_markdown(text: str) -> str:
    r"""Return text as Markdown shows it, on one line and without markup of its own.

    Examples
    --------
    >>> print(escape_markdown("macro_f1 of <b>*all*</b>\n# [x](y)"))
    macro_f1 of \<b\>\*all\*\</b\> \# \[x\](y)
    """
    return _MARKDOWN.sub(lambda found: f"\\{found[0]}", printable(text))


def _model_index(results: Results) -> list[dict[str, Any]]:
    found = []
    level = f"{results.config.evaluation.intervals.level * 100:g} % interval"
    for part in results.parts:
        metrics = []
        for name, cell in part.scores["metrics"].items():
            if cell["value"] is None:
                continue
            between = "" if cell["low"] is None else f" ({level} {cell['low']:.3f} to {cell['high']:.3f})"
            known = {"type": METRICS_OF_THE_HUB.get(name, name), "name": f"{name}{between}"}
            metrics.append({**known, "value": round(cell["value"], 6)})
        if metrics:
            task = {"type": "text-classification", "name": "Stance classification"}
            found.append({"task": task, "dataset": _dataset(part, results), "metrics": metrics})
    return found


def _dataset(part: Scored, results: Results) -> dict[str, Any]:
    data = results.config.data
    source = (data.train if part is results.cv else data.test or data.train)[0]
    name = f"{_name_of(source)}, {'cross-validation' if part is results.cv else 'test'}"
    own: dict[str, Any] = {"name": name, "type": _name_of(source)}
    if source.hub and not is_local(source.hub):
        more = {"config": source.subset, "split": source.split, "revision": source.revision}
        own |= {key: value for key, value in more.items() if value}
    return own


def _name_of(source: Source) -> str:
    """Return what a data source is called: never the folders that it lies in."""
    if source.hub and not is_local(source.hub):
        return str(source.hub)
    return printable(Path(source.hub or source.path).name) or "data"


def _counted(data: Mapping[str, Any]) -> list[str]:
    """Return how much there is of what, of a DATA of metrics.json."""
    nouns = {"examples": "example", "texts": "distinct sentence", "articles": "article", "actors": "actor"}
    nouns["targets"] = "target"
    counted = [count_of(data[key], noun) for key, noun in nouns.items() if data[key]]
    first, last = data["first_date"], data["last_date"]
    dates = f"of {first}" if first == last else f"from {first} to {last}"
    return [*counted, escape_markdown(dates)] if first else counted


def _uses_names(results: Results) -> bool:
    return any(block.spec.field in ("actor", "target", "pair", "text") for block in results.model.features.blocks)


def _part(part: Scored, config: Config) -> dict[str, Any]:
    scores = part.scores
    baselines = {name: own for name, own in scores["baselines"].items() if own is not None}
    return {
        "where": part.where,
        "verdict": escape_markdown(verdict(scores, config, part.where)),
        "warnings": [escape_markdown(warning["message"]) for warning in scores["warnings"]],
        "scores": _table(
            ["metric", "model", *baselines],
            (
                [name, _cell(cell), *(_number(own.get(name)) for own in baselines.values())]
                for name, cell in scores["metrics"].items()
            ),
        ),
        "labels": _table(
            ["label", "examples", "precision", "recall", "F1"],
            (
                [label, str(own["n"]), _number(own["precision"]), _number(own["recall"]), _cell(own["f1"])]
                for label, own in scores.get("per_label", {}).items()
            ),
        ),
        "groups": _table(["", "examples", str(config.evaluation.primary)], _group_rows(scores, config)),
        "n_groups": {by: len(scores.get(f"per_{by}", {})) for by in ("actor", "target")},
    }


def _group_rows(scores: Mapping[str, Any], config: Config) -> Iterator[list[str]]:
    for by in ("actor", "target", "language"):
        groups = sorted(scores.get(f"per_{by}", {}).items(), key=lambda own: (-own[1]["n"], own[0]))
        for name, own in groups[:GROUPS_SHOWN]:
            yield [f"{by} {name}", str(own["n"]), _cell(own["metrics"].get(str(config.evaluation.primary)))]


def _table(heading: Sequence[str], rows: Iterator[list[str]]) -> list[str]:
    """Return the lines of a table; none if it has no rows."""
    lines = [" | ".join(map(escape_markdown, row)) for row in rows]
    if not lines:
        return []
    bar = " | ".join(["---", *["---:"] * (len(heading) - 1)])
    return [f"| {line} |" for line in (" | ".join(map(escape_markdown, heading)), bar, *lines)]


def _cell(cell: Mapping[str, Any] | None) -> str:
    if cell is None or cell["value"] is None:
        return "not defined"
    between = "" if cell["low"] is None else f" ({cell['low']:.3f} to {cell['high']:.3f})"
    return f"{cell['value']:.3f}{between}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
