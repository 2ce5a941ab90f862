from __future__ import annotations

from typing import Any

import pytest

from stancekit.config.features import Block
from stancekit.config.model import Model
from stancekit.config.schema import Task
from stancekit.corpus.articles import Article
from stancekit.models import labelling
from stancekit.models.labelling import columns_of_rows, flat_row, label_articles, label_table
from stancekit.models.notices import count_unknown_names
from stancekit.models.stance_model import StanceModel, fit_model

LABELS = ("opposes", "supports")


def fitted(blocks: list[Block] | None = None, model: Model | None = None, **task: Any) -> StanceModel:
    """A model that knows Paris (France), Moscou (Russia) and the deal; `speaker` says whose words they are."""
    columns = {
        "text": ["Paris refuse un accord.", "Moscou soutient un accord.", "Paris condamne un accord."],
        "actor": ["France", "Russia", "France"],
        "actor_start": [0, 0, 0],
        "actor_end": [5, 6, 5],
        "target": ["deal", "deal", "deal"],
        "target_start": [13, 16, 15],
        "target_end": [22, 25, 24],
        "speaker": ["France", "Russia", "France"],
    }
    gold = [[True, False], [False, True], [True, False]]
    return fit_model(columns, gold, Task(labels=LABELS, **task), blocks or [Block(field="text")], model or Model())


@pytest.fixture(scope="module")
def model() -> StanceModel:
    return fitted()


TEXT = (
    "date 2023-05-01 Le ciel est bleu. « Nous refusons un accord avec Moscou », dit Paris.\n\n"
    "Moscou soutient un accord."
)


def test_offsets_lead_to_the_mention_in_the_sentence_and_in_the_article(model: StanceModel) -> None:
    rows = label_articles(model, [Article.from_text(TEXT, id="a")])
    assert [(row["sentence"], row["actor"], row["target"]) for row in rows] == [
        (1, "Russia", "deal"),
        (1, "France", "deal"),
        (2, "Russia", "deal"),
    ]
    words = {"France": "Paris", "Russia": "Moscou"}
    for row in rows:
        assert TEXT[row["start"] : row["end"]] == row["text"]
        for role, said in (("actor", words[row["actor"]]), ("target", "un accord")):
            assert row["text"][row[f"{role}_start"] : row[f"{role}_end"]] == said
            assert TEXT[row[f"{role}_start_in_article"] : row[f"{role}_end_in_article"]] == said


def test_a_row_of_an_article_says_who_speaks_and_has_an_id_of_its_own(model: StanceModel) -> None:
    rows = label_articles(model, [Article.from_text(TEXT, id="a")])
    assert [row["speaker"] for row in rows] == ["France", "France", None]
    assert [row["id"] for row in rows] == ["a/s01/Russia/deal", "a/s01/France/deal", "a/s02/Russia/deal"]
    assert {row["date"] for row in rows} == {"2023-05-01"}


def test_labels_and_probabilities_are_those_of_predict(model: StanceModel) -> None:
    rows = label_articles(model, [Article.from_text(TEXT, id="a")])
    given = [{key: row[key] for key in ("text", "actor", "target", "speaker")} for row in rows]
    assert [row["label"] for row in rows] == model.predict(given)
    for row, shares in zip(rows, model.predict_proba(given), strict=True):
        assert row["probabilities"] == pytest.approx(shares)


def test_the_speaker_that_the_article_names_reaches_a_model_that_reads_it() -> None:
    """A quotation that goes on keeps its speaker, which the sentence by itself doesn't name."""
    said = ["« Paris veut un accord », dit Moscou.", "« Paris veut un accord », dit Paris."]
    columns = {"text": said, "actor": ["France"] * 2, "target": ["deal"] * 2, "speaker": ["Russia", "France"]}
    columns |= {"actor_start": [2, 2], "actor_end": [7, 7], "target_start": [13, 13], "target_end": [22, 22]}
    blocks = [Block(field="speaker", analyzer="indicator", idf=False)]
    reader = fit_model(columns, [[True, False], [False, True]], Task(labels=LABELS), blocks, Model())
    article = Article.from_text("« Un accord », dit Paris. « Paris veut un accord. »", id="a")
    row = label_articles(reader, [article])[-1]
    assert (row["text"], row["speaker"], row["label"]) == ("« Paris veut un accord. »", "France", "supports")
    alone = reader.predict_proba([{"text": row["text"], "actor": "France", "target": "deal"}])[0]
    assert row["probabilities"] != pytest.approx(alone)


def test_how_many_rows_are_labelled_at_once_changes_nothing(
    model: StanceModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = [Article.from_text(TEXT, id=name) for name in "abc"]
    whole = label_articles(model, articles)
    monkeypatch.setattr(labelling, "ROWS_AT_ONCE", 2)
    assert label_articles(model, articles) == whole
    assert [row for article in articles for row in label_articles(model, [article])] == whole


def test_rows_of_a_table_are_labelled_as_they_are(model: StanceModel) -> None:
    table = {
        "id": ["1", "2"],
        "text": ["Paris et Moscou refusent.", "Berlin soutient un accord."],
        "actor": ["France", "Germany"],
        "target": [None, "deal"],
        "label": ["gold", "gold"],
        "start": ["10", "x"],
    }
    one, two = label_table(model, table)
    assert (one["actor"], one["actor_start"], one["actor_end"], one["target"]) == ("France", 0, 5, None)
    assert (two["actor"], two["actor_start"], two["target_start"]) == ("Germany", None, 16)
    assert (one["actor_start_in_article"], two["target_start_in_article"]) == (10, None)
    assert [one["label"], two["label"]] == model.predict(
        [{k: table[k][i] for k in ("text", "actor", "target")} for i in (0, 1)]
    )
    assert one["article"] is None


def test_names_that_nobody_told_the_model_of_are_counted(model: StanceModel) -> None:
    table = {"text": ["x"] * 4, "actor": ["France", "Atlantis", "Atlantis", None], "target": ["deal"] * 3 + ["other"]}
    assert count_unknown_names(model.gazetteer, table) == {"actor": {"Atlantis": 2}, "target": {"other": 1}}
    nobody = fit_model(
        {"text": ["oui", "non"]}, [[True, False], [False, True]], model.task, [Block(field="text")], Model()
    )
    assert count_unknown_names(nobody.gazetteer, table) == {}


@pytest.mark.parametrize("kind", ["logistic_regression", "linear_svc"])
def test_every_row_has_every_column_of_the_file(kind: Any) -> None:
    own = fitted(model=Model(kind=kind))
    columns = columns_of_rows(own)
    (row, *_) = label_articles(own, [Article.from_text("Paris refuse un accord.", id="a")])
    flat = flat_row(own, row)
    assert set(columns) <= set(flat)
    assert (flat["p_opposes"] is None) == (kind == "linear_svc")
    assert list(columns)[-3:] == ["label", "p_opposes", "p_supports"]


def test_a_file_of_sets_has_them_under_the_name_by_which_they_are_read() -> None:
    own = fitted(kind="multilabel")
    (row,) = label_articles(own, [Article.from_text("Paris refuse un accord.", id="a")])
    assert columns_of_rows(own)["labels"] == "texts"
    assert flat_row(own, row)["labels"] == row["label"]
    assert row["id"] == "a/s00"
