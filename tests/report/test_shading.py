"""Words of mistakes are shaded by what a model of a few coefficients, written by hand, says of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import stancekit
from stancekit.cli.report import rebuild_report
from stancekit.config.features import Block
from stancekit.config.model import Model
from stancekit.config.schema import Task
from stancekit.corpus.redaction import shown
from stancekit.models.stance_model import StanceModel, fit_model
from stancekit.report import html
from stancekit.report.sections.mistakes import mistakes
from stancekit.report.sections.shading import Shade, Weighed, shaded, weigh_words
from stancekit.report.sections.texts import Texts
from stancekit.report.words import Words

LABELS = ("opposes", "neutral", "supports")
COEFFICIENTS = {
    # opposes, neutral, supports
    "refuse": (2.0, 0.0, -1.0),
    "salue": (-0.5, 0.3, 1.0),
    "accord": (0.2, -0.2, 0.0),
    "et": (0.1, 0.1, 0.1),
    "paris": (0.0, 1.5, 0.0),
}
TEXT = "Paris refuse et salue accord."
SETS = ["task.kind=multilabel", "evaluation.metrics=[macro_f1]"]


@pytest.fixture
def model() -> StanceModel:
    """A model of which each word adds its coefficients, as often as it is there."""
    block = Block(field="text", idf=False, norm="none")
    gold = np.eye(3, dtype=bool)
    own = fit_model({"text": [" ".join(COEFFICIENTS)] * 3}, gold, Task(labels=LABELS), [block], Model())
    [fitted] = own.features.blocks
    coefficients = np.array([COEFFICIENTS[term] for term in fitted.terms]).T
    return replace(own, linear=replace(own.linear, coefficients=coefficients))


def columns(*texts: str, **spans: Any) -> dict[str, list[Any]]:
    none = [None] * len(texts)
    unmarked = {f"{role}_{end}": none for role in ("actor", "target") for end in ("start", "end")}
    return {"text": list(texts), "actor": none, "target": none, **unmarked, **spans}


def as_dict(text: str, words: Sequence[Weighed]) -> dict[str, float]:
    return {text[word.start : word.end]: word.weight for word in words}


def test_a_word_weighs_what_it_adds_to_the_predicted_label_less_the_right_one(make_part, model: StanceModel) -> None:
    part = make_part(["neutral", "supports"], [["opposes", "neutral"]], columns=columns(TEXT, TEXT))
    first, second = weigh_words(part, [0, 1], model)
    # opposes less neutral: refuse 2.0, salue -0.8, accord 0.4, et 0, paris -1.5; by the largest, 2.0
    assert as_dict(TEXT, first) == {"Paris": -0.75, "refuse": 1.0, "salue": -0.4, "accord": 0.2}
    # neutral less supports: refuse 1.0, salue -0.7, accord -0.2, et 0, paris 1.5; by 1.5, to two digits
    assert as_dict(TEXT, second) == {"Paris": 1.0, "refuse": 0.67, "salue": -0.47}


def test_words_are_weighed_for_the_label_shown_even_if_the_final_model_predicts_another(
    make_part, model: StanceModel
) -> None:
    text = "Paris refuse salue"
    # neutral 1.8, opposes 1.5, supports 0: what folds predicted is none of the model's business.
    assert model.predict([text]) == ["neutral"]
    # opposes less supports: paris 0, refuse 3.0, salue -1.5
    said = ["opposes"], ["neutral"], ["opposes"]
    part = make_part(["supports"], said, columns=columns(text))
    assert [as_dict(text, own) for own in weigh_words(part, [0], model)] == [{"refuse": 1.0, "salue": -0.5}]


def test_of_sets_it_is_labels_wrongly_said_less_those_missed(make_part, model: StanceModel) -> None:
    sets = replace(model, task=Task(labels=LABELS, kind="multilabel"))
    part = make_part(["neutral|supports"], [["neutral|opposes"]], columns=columns("refuse"), overrides=SETS)
    [words] = weigh_words(part, [0], sets)
    assert as_dict("refuse", words) == {"refuse": 1.0}
    # Nothing predicted at all: what spoke against the missed label misled.
    part = make_part(["supports"], [[""]], columns=columns("refuse salue"), overrides=SETS)
    [words] = weigh_words(part, [0], sets)
    assert as_dict("refuse salue", words) == {"refuse": 1.0, "salue": -1.0}


def test_an_example_that_the_model_cannot_read_is_shown_without_shading(make_part, model: StanceModel) -> None:
    broken = columns(TEXT, TEXT, actor_start=[3, 0], actor_end=[99, 5])
    part = make_part(["neutral"] * 2, [["opposes"] * 2], columns=broken)
    first, second = mistakes(part, Texts(part, "full"), model)
    assert first.shown["pieces"] == [("", [Shade(TEXT)])]
    assert (first.is_shaded, second.is_shaded) == (False, True)
    assert second.shown["pieces"][0] == ("actor", [Shade("Paris", "right", 0.75, "−0.75")])


def test_a_text_without_a_word_that_counts_is_not_shaded(make_part, model: StanceModel) -> None:
    part = make_part(["neutral"], [["opposes"]], columns=columns("et Bamako, et"))
    [own] = mistakes(part, Texts(part, "full"), model)
    assert (own.is_shaded, own.shown["pieces"]) == (False, [("", [Shade("et Bamako, et")])])


def test_mentions_and_words_may_overlap(model: StanceModel) -> None:
    text = shown("N’offrent rien", [(2, 14), None], "full")
    found = shaded(text, [Weighed(0, 4, 0.5), Weighed(10, 14, -1.0)], Words("fr"))
    assert found == [
        ("", [Shade("N’", "wrong", 0.5, "+0,50")]),
        ("actor", [Shade("of", "wrong", 0.5, "+0,50"), Shade("frent "), Shade("rien", "right", 1.0, "−1,00")]),
    ]


def test_shading_follows_a_text_that_is_cut_and_what_is_not_shown_has_none(make_part, model: StanceModel) -> None:
    text = "refuse a b c d e f Paris g h i j accord k l salue et refuse"
    at = text.index("Paris")
    own = columns(text, actor_start=[at], actor_end=[at + 5])
    part = make_part(["neutral"], [["opposes"]], columns=own)
    [cut] = mistakes(part, Texts(part, "snippets"), model)
    assert cut.shown["pieces"] == [
        ("", [Shade("… b c d e f ")]),
        # opposes less neutral: refuse twice, 2.0 each; paris -1.5; accord 0.4, which is a fifth.
        ("actor", [Shade("Paris", "right", 0.75, "−0.75")]),
        ("", [Shade(" g h i j "), Shade("accord", "wrong", 0.2, "+0.20"), Shade(" …")]),
    ]
    [hidden] = mistakes(part, Texts(part, "none"), model)
    assert (hidden.is_shaded, hidden.shown["pieces"]) == (False, None)


def test_nothing_is_weighed_where_nothing_is_shown(
    make_part, model: StanceModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stancekit.report.sections.shading.weigh_errors", lambda *_: pytest.fail("weighed"))
    part = make_part(["neutral"], [["opposes"]], columns=columns(TEXT))
    assert len(mistakes(part, Texts(part, "none"), model)) == 1


def test_no_more_than_the_mistakes_that_are_shown_are_weighed(
    make_part, model: StanceModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    monkeypatch.setattr(
        "stancekit.report.sections.shading.weigh_errors", lambda _, own, *__: [seen.extend(own["text"]) or []]
    )
    texts = [f"{TEXT} {at}" for at in range(30)]
    part = make_part(["neutral"] * 30, [["opposes"] * 30], columns=columns(*texts))
    mistakes(part, Texts(part, "full"), model)
    assert seen == texts[:8]


@pytest.fixture
def confusing(
    config_file: Path,
    corpus_rows: list[dict[str, Any]],
    write_jsonl: Callable[[str, Sequence[Mapping[str, Any]]], Path],
) -> Path:
    """The config of a corpus with a fifth of wrong labels: any model makes mistakes."""
    rows = [row | {"label": LABELS[at % 3]} if at % 5 == 0 else row for at, row in enumerate(corpus_rows)]
    write_jsonl("examples.jsonl", [row | {"labels": [row["label"]]} for row in rows])
    return config_file


VOTE = "model={kind: vote, of: [{kind: linear_svc}, {kind: complement_nb, calibration: isotonic}]}"


@pytest.mark.parametrize(
    "changes",
    [
        ["features.blocks=[{field: masked, ngrams: [1, 2]}, {field: text, analyzer: char_wb, ngrams: [2, 4]}]"],
        [VOTE, "decision={tune: macro_f1}", "inner_folds=3"],
        ["model={kind: ridge, calibration: platt}", "features.conditioning=shared_per_target", "inner_folds=3"],
        ["task.kind=multilabel", "evaluation.metrics=[macro_f1]"],
        ["task.kind=directed_pair", "task.reverse={opposes: supports, supports: opposes}"],
        ["report={texts: snippets, language: fr}"],
    ],
    ids=["characters", "vote", "conditioned", "multilabel", "directed pair", "snippets"],
)
def test_every_kind_of_model_shades_and_its_page_is_made_anew_byte_for_byte(
    confusing: Path, tmp_path: Path, changes: list[str]
) -> None:
    run = stancekit.train(confusing, [*changes, "checks.errors=report"], output=tmp_path / "out")
    before = run.report.read_bytes()
    section = before.decode().split('id="mistakes"')[1].split("</section>")[0]
    # One of each in the legend, and more in the texts.
    assert section.count('class="wrong word"') + section.count('class="right word"') > 4
    assert rebuild_report(run.path).read_bytes() == before


def test_a_page_says_whose_weights_they_are_only_where_others_predicted(confusing: Path, tmp_path: Path) -> None:
    said = Words("en")("mistakes.final")
    run = stancekit.train(confusing, ["checks.errors=report"], output=tmp_path / "out")
    assert said in run.report.read_text(encoding="utf-8")
    tested = [
        "model.C=0.01",
        "evaluation.folds=null",
        f"data.test={tmp_path / 'examples.jsonl'}",
        "checks.errors=report",
    ]
    text = stancekit.train(confusing, tested, output=tmp_path / "out").report.read_text(encoding="utf-8")
    assert 'class="wrong word"' in text
    assert said not in text


def luminance(color: Sequence[float]) -> float:
    """As WCAG defines it."""
    parts = [own / 255 for own in color]
    linear = [own / 12.92 if own <= 0.04045 else ((own + 0.055) / 1.055) ** 2.4 for own in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_the_deepest_shade_leaves_enough_contrast_everywhere_it_can_stand(scheme: int) -> None:
    style = (html.STATIC / "report.css").read_text(encoding="utf-8")
    roots = re.findall(r":root \{(.*?)\n *\}", style, flags=re.DOTALL)
    known = [dict(re.findall(r"--([\w-]+): ([^;]+);", root)) for root in roots][scheme]
    color = {name: [int(own[at : at + 2], 16) for at in (1, 3, 5)] for name, own in known.items() if len(own) == 7}
    deep = float(known["deep"].rstrip("%")) / 100
    for side, ground in product(("wrong", "right"), ("paper", "card", "actor", "target")):
        mixed = [deep * top + (1 - deep) * under for top, under in zip(color[side], color[ground], strict=True)]
        low, high = sorted((luminance(mixed), luminance(color["ink"])))
        assert (high + 0.05) / (low + 0.05) >= 4.5, (side, ground)
