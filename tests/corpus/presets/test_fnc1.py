"""FNC-1: two files, joined by the id of the body."""

from __future__ import annotations

from pathlib import Path

import pytest

from stancekit.config.sources import Source
from stancekit.corpus.readers import fingerprint, read_examples
from stancekit.errors import DataError

STANCES = 'Headline,Body ID,Stance\nTram opens,4,agree\n"Tram, they say",7,unrelated\nTram late,4,discuss\n'
BODIES = 'Body ID,articleBody\n4,"The tram opened.\n\nIt was late."\n7,Rain.\n'


@pytest.fixture
def stances(tmp_path: Path):
    def write(stances: str = STANCES, bodies: str | None = BODIES) -> Path:
        path = tmp_path / "train_stances.csv"
        path.write_text(stances, encoding="utf-8")
        if bodies is not None:
            (tmp_path / "train_bodies.csv").write_text(bodies, encoding="utf-8")
        return path

    return write


def test_a_headline_is_an_example_with_its_body(stances) -> None:
    rows = list(read_examples(stances(), format="fnc1"))
    assert [row["text"] for row in rows] == ["Tram opens", "Tram, they say", "Tram late"]
    assert [row["article"] for row in rows] == ["4", "7", "4"]
    assert [row["label"] for row in rows] == ["agree", "unrelated", "discuss"]
    assert [row["body"] for row in rows] == [
        "The tram opened.\n\nIt was late.",
        "Rain.",
        "The tram opened.\n\nIt was late.",
    ]


def test_the_bodies_are_part_of_the_fingerprint(stances) -> None:
    source = Source.model_validate({"path": str(stances()), "format": "fnc1"}, context={"base": Path()})
    before = fingerprint([source])
    stances(bodies=BODIES + "8,Sun.\n")
    assert fingerprint([source]) != before


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Tram opens,5,agree", "there is no body '5' in "),
        ("Tram opens,4,agrees", "the stance 'agrees' is unknown; did you mean 'agree'?"),
        ("Tram opens,4,", "the stance '' is unknown"),
        ("Tram opens,4", "2 fields, but the header has 3"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(stances, row, said) -> None:
    with pytest.raises(DataError) as caught:
        read_examples(stances(f"Headline,Body ID,Stance\n{row}\n"), format="fnc1")
    assert "train_stances.csv:2: " in str(caught.value)
    assert said in str(caught.value)


def test_a_body_that_occurs_twice_is_refused_with_its_line(stances) -> None:
    with pytest.raises(DataError, match=r"train_bodies\.csv:5: the body '4' occurs twice"):
        read_examples(stances(bodies='Body ID,articleBody\n4,"One\ntwo."\n7,Rain.\n4,Sun.\n'), format="fnc1")


def test_a_missing_file_of_bodies_is_named(stances) -> None:
    with pytest.raises(DataError, match=r"train_bodies\.csv: can't read the examples: No such file"):
        read_examples(stances(bodies=None), format="fnc1")


def test_a_file_whose_name_says_nothing_of_stances_is_refused(tmp_path) -> None:
    (tmp_path / "train.csv").write_text(STANCES, encoding="utf-8")
    with pytest.raises(DataError, match=r"train\.csv: the name of an FNC-1 file of stances must hold 'stances'"):
        read_examples(tmp_path / "train.csv", format="fnc1")


def test_a_missing_column_is_named_with_those_there_are(stances) -> None:
    with pytest.raises(DataError, match=r"there is no column 'Stance'; Allowed: Headline, Body ID"):
        read_examples(stances("Headline,Body ID\nTram,4\n"), format="fnc1")
