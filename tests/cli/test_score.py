"""`stancekit score`, on files of the shared tasks and on tables."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancekit.errors import DataError, Problem
from stancekit.evaluation import score

Command = Callable[..., subprocess.CompletedProcess[str]]

TWEETS = 'ID\tTarget\tTweet\tStance\n1\tAtheism\tÀ voir – "oui\tFAVOR\n2\tAtheism\tNon\tAGAINST\n3\tHiking\tBof\tNONE\n'

pytestmark = pytest.mark.usefixtures("wide_plain_terminal")


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def refused(gold: Path, predicted: Path, scorer: str) -> str:
    with pytest.raises(DataError) as caught:
        score(gold, predicted, scorer=scorer)
    (problem,) = caught.value.problems
    return str(problem).replace(f"{gold.parent}/", "")


def test_tweets_are_scored_in_utf8_and_in_cp1252(stancekit_command: Command, tmp_path: Path) -> None:
    gold = write(tmp_path, "gold.txt", TWEETS, "cp1252")
    predicted = write(tmp_path, "pred.txt", TWEETS.replace("AGAINST", "NONE"))
    shown = stancekit_command("score", gold, predicted, "--scorer", "semeval2016")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.startswith("semeval2016, 3 rows\n")
    rows = [line.split() for line in shown.stdout.splitlines()]
    assert ["FAVOR", "1.0000", "1.0000", "1.0000"] in rows
    assert ["AGAINST", "0.0000", "0.0000", "0.0000"] in rows
    assert ["all", "targets", "pooled", "0.5000"] in rows


def test_json_has_full_precision_and_nothing_else(stancekit_command: Command, tmp_path: Path) -> None:
    rows = '{{"id": {}, "language": "de", "test_set": "new_topics_defr", "label": "{}"}}\n'
    gold = write(
        tmp_path, "gold.jsonl", "".join(rows.format(i, label) for i, label in enumerate(["FAVOR"] * 2 + ["AGAINST"]))
    )
    predicted = write(tmp_path, "pred.jsonl", '{"label": "FAVOR"}\n{"label": "AGAINST"}\n{"label": "AGAINST"}\n')
    shown = stancekit_command("score", gold, predicted, "--scorer", "xstance", "--json")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert json.loads(shown.stdout)["new_topics_defr"]["de"] == pytest.approx(200 / 3, rel=1e-15)


def test_per_target_shows_each_target_and_the_mean(stancekit_command: Command, tmp_path: Path) -> None:
    gold = write(tmp_path, "gold.txt", TWEETS)
    shown = stancekit_command("score", gold, gold, "--scorer", "semeval2016_per_target")
    rows = [line.split() for line in shown.stdout.splitlines()]
    assert ["Atheism", "1.0000", "1.0000", "1.0000"] in rows
    assert ["Hiking", "0.0000", "0.0000", "0.0000"] in rows
    assert ["mean", "of", "the", "targets", "0.5000"] in rows


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "label,id\nb,2\na,1\n"),
        ("a.tsv", "label\tid\nb\t2\na\t1\n"),
        ("a.jsonl", '{"id": 2, "label": "b"}\n{"id": 1, "label": "a"}\n'),
    ],
)
def test_any_table_is_scored_by_a_metric(stancekit_command: Command, tmp_path: Path, name: str, text: str) -> None:
    gold = write(tmp_path, "gold.csv", "id,label\n1,a\n2,a\n")
    shown = stancekit_command("score", gold, write(tmp_path, name, text), "--scorer", "accuracy", "--json")
    assert json.loads(shown.stdout) == {"accuracy": 0.5}


def test_the_headlines_of_fnc_are_compared_row_by_row(tmp_path: Path) -> None:
    gold = write(tmp_path, "gold.csv", 'Headline,Body ID,Stance\n"One, two",1,agree\nThree,2,unrelated\n')
    same = write(tmp_path, "same.csv", 'Headline,Body ID,Stance\n"One, two",1,discuss\nThree,2,unrelated\n')
    assert score(gold, same, scorer="fnc1")["score"] == 0.5
    other = write(tmp_path, "other.csv", 'Headline,Body ID,Stance\n"One, two",1,discuss\nThree,3,unrelated\n')
    said = refused(gold, other, "fnc1")
    assert said.startswith("other.csv:3: Body ID '3', but the gold row of that place (gold.csv:3) has '2'; ")


def test_tweets_in_another_order_are_refused_by_file_and_line(tmp_path: Path) -> None:
    gold = write(tmp_path, "gold.txt", TWEETS)
    lines = TWEETS.splitlines(keepends=True)
    said = refused(gold, write(tmp_path, "pred.txt", "".join([lines[0], lines[1], lines[3], lines[2]])), "semeval2016")
    assert said.startswith("pred.txt:3: ID '3', but the gold row of that place (gold.txt:3) has '2'; ")


@pytest.mark.parametrize(
    ("scorer", "good", "bad", "said"),
    [
        ("semeval2016", TWEETS, TWEETS.replace("AGAINST", "AGANST"), "pred:3: the stance 'AGANST' is unknown; did you"),
        ("semeval2016", TWEETS, TWEETS.replace("Stance", "Label"), "pred: there is no column 'stance'"),
        ("semeval2016", TWEETS, TWEETS[: TWEETS.index("3\t")], "pred: 2 rows, but there are 3 gold rows"),
        ("semeval2016", TWEETS, "", "pred: the file has no examples: it is empty"),
        ("semeval2016", TWEETS, TWEETS.split("\n")[0], "pred: the file has no examples, only a header"),
        ("fnc1", "Headline,Body ID,Stance\na,1,agree\n", "Headline,Body ID,Stance\na,1,agrees\n", "pred:2: the label"),
        (
            "fnc1",
            "Headline,Body ID,Stance\na,1,agree\n",
            "Headline,Stance\na,agree\n",
            "pred: there is no column 'Body",
        ),
        ("xstance", '{"label": "FAVOR"}', '{"label": "FAVOR"}', "gold: there is no column 'language'"),
        ("xstance", '{"label": "FAVOR"}', '{"lable": "FAVOR"}', "pred: there is no column 'label'; did you mean"),
        ("xstance", '{"label": "FAVOR"}', '{"label": ["FAVOR"]}', "gold: there is no column 'language'"),
    ],
)
def test_damaged_files_are_named_by_file_and_line(tmp_path, scorer, good, bad, said):
    assert refused(write(tmp_path, "gold", good), write(tmp_path, "pred", bad), scorer).startswith(said)


def test_a_label_that_is_no_text_is_named(tmp_path: Path) -> None:
    gold = write(tmp_path, "gold.jsonl", '{"label": "FAVOR", "language": "de", "test_set": "t"}')
    predicted = write(tmp_path, "pred.jsonl", '\n{"label": ["FAVOR"]}')
    assert refused(gold, predicted, "xstance") == "pred.jsonl:2: 'label' is list, not text"


def test_what_cannot_be_scored_is_one_line_and_exit_code_2(stancekit_command: Command, tmp_path: Path) -> None:
    gold = write(tmp_path, "gold.csv", "id,label\n1,à\n")
    latin = write(tmp_path, "latin.csv", "id,label\n1,à\n", "latin-1")
    for arguments, said in (
        ((gold, latin, "--scorer", "accuracy"), "latin.csv:2: not UTF-8"),
        ((gold, tmp_path / "none.csv", "--scorer", "accuracy"), "none.csv"),
        ((gold, gold, "--scorer", "acuracy"), "did you mean 'accuracy'?"),
        ((gold, gold), "--scorer"),
    ):
        done = stancekit_command("score", *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_an_encoding_can_be_given(stancekit_command: Command, tmp_path: Path) -> None:
    latin = write(tmp_path, "latin.csv", "id,label\n1,à\n", "latin-1")
    done = stancekit_command("score", latin, latin, "--scorer", "accuracy", "--encoding", "latin-1", "--json")
    assert json.loads(done.stdout) == {"accuracy": 1.0}


def test_a_name_of_a_target_does_nothing_to_the_terminal(stancekit_command: Command, tmp_path: Path) -> None:
    gold = write(tmp_path, "gold.txt", TWEETS.replace("Atheism", "\x1b[31m[bold]red"))
    done = stancekit_command("score", gold, gold, "--scorer", "semeval2016_per_target")
    assert "\x1b" not in done.stdout
    assert "[bold]red" in done.stdout


PIECES = [
    "ID",
    "Target",
    "Tweet",
    "Stance",
    "Headline",
    "Body ID",
    "id",
    "label",
    "FAVOR",
    "UNKNOWN",
    "agree",
    "1",
    "2",
]
JSON = [
    '{"label": "FAVOR", "language": "de", "test_set": "t"}',
    '{"id": 1, "label": "a"}',
    '{"label": null}',
    "[]",
    "{",
]
LINES = st.lists(st.sampled_from([*PIECES, *JSON, "\t", ",", "\n", '"', "\r", "\x85", "\ud83d"]), max_size=30).map(
    "".join
)
FILES = st.one_of(st.binary(max_size=80), LINES.map(lambda text: text.encode("utf-8", "surrogatepass")))


def refusals(gold: Path, predicted: Path, scorer: str) -> Sequence[Problem]:
    """Return why two files can't be scored; nothing if they can, to scores that JSON can hold."""
    try:
        json.dumps(score(gold, predicted, scorer=scorer), allow_nan=False)
    except DataError as error:
        return error.problems
    return ()


@settings(deadline=None)
@given(gold=FILES, predicted=FILES, scorer=st.sampled_from(["semeval2016_per_target", "fnc1", "xstance", "accuracy"]))
def test_whatever_is_in_two_files_they_are_scored_or_refused(tmp_path_factory, gold, predicted, scorer):
    folder = tmp_path_factory.mktemp("files")
    ending = "csv" if scorer == "accuracy" else "any"
    for name, content in (("gold", gold), ("pred", predicted)):
        (folder / f"{name}.{ending}").write_bytes(content)
    problems = refusals(folder / f"gold.{ending}", folder / f"pred.{ending}", scorer)
    assert all(str(folder) in problem.where for problem in problems)
