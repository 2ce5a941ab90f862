"""From a file and the command line to a config, or to every mistake at once."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancekit.config import Config, dump_config, load_config
from stancekit.config.sources import Columns
from stancekit.errors import ConfigError, Problem

ROOT = Path(__file__).resolve().parents[2]
DATA = "data: {train: d.jsonl}\n"
BLOCKS = DATA + "features:\n  blocks:\n    - {field: text}\n    - {field: masked}\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """`here/` is the current folder, `project/` that of the config; both hold d.jsonl, and a CSV of their own."""
    for name, file in [("here", "d.jsonl"), ("here", "here.csv"), ("project", "d.jsonl"), ("project", "there.csv")]:
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / file).write_text("text\na\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path.resolve()


def read(text: str, *overrides: str) -> Config:
    Path("../project/a.yaml").write_text(text, encoding="utf-8")
    return load_config("../project/a.yaml", overrides)


def problems_of(text: str, *overrides: str) -> list[Problem]:
    """Return what is wrong, with places as if the config were called `a.yaml`."""
    with pytest.raises(ConfigError) as caught:
        read(text, *overrides)
    return list(caught.value.problems)


def problem_of(text: str, *overrides: str) -> Problem:
    (only,) = problems_of(text, *overrides)
    return only


def places(problems: list[Problem]) -> list[str]:
    return [problem.where.removeprefix("../project/") for problem in problems]


def files(config: Config) -> list[Path]:
    return [source.file.resolve() for source in (*config.data.train, *(config.data.test or ()))]


def test_every_config_of_the_project_loads(committed_config):
    config = load_config(committed_config)
    folders = [ROOT / "data", Path(os.environ.get("STANCEKIT_DATA", ROOT / "data")).resolve()]
    assert all(any(file.is_relative_to(folder) for folder in folders) for file in files(config))


def test_what_the_file_says_is_what_the_config_holds(folder):
    config = read("""\
name: sahel
seed: 010
data: {train: {path: d.jsonl, labels: {0: no, 1: null}}, columns: {text: phrase}}
task: {kind: stance, labels: [yes, no]}
features:
  blocks:
    - {field: masked, analyzer: char_wb, ngrams: [2, 5], weight: 5e-1}
model: {kind: linear_svc, C: 1e-3, class_weight: null}
evaluation: {folds: {scheme: group, by: article, n: 3, repeats: 2}, metrics: [accuracy]}
""")
    assert (config.name, config.seed) == ("sahel", 10)
    assert config.data.train[0].labels == {"0": "no", "1": None}
    assert config.data.columns.mapping() == {"text": "phrase"}
    assert config.task.labels == ("yes", "no")
    (block,) = config.features.blocks
    assert (block.field, block.analyzer, block.ngrams, block.weight) == ("masked", "char_wb", (2, 5), 0.5)
    assert (config.model.kind, config.model.C, config.model.class_weight) == ("linear_svc", 0.001, None)
    folds = config.evaluation.folds
    assert (folds.scheme, folds.by, folds.n, folds.repeats) == ("group", "article", 3, 2)
    assert config.evaluation.metrics == ("accuracy",)


FIVE_MISTAKES = """\
name: sahel
sead: 13
data:
  train: missing.jsonl
task:
  kind: stanse
features:
  blocks:
    - {field: text, ngrams: [3, 1]}
model: {C: -1}
"""


def test_five_mistakes_are_five_problems_each_at_its_line_and_column(folder):
    found = problems_of(FIVE_MISTAKES)
    assert places(found) == ["a.yaml:2:1", "a.yaml:4:10", "a.yaml:6:9", "a.yaml:9:29", "a.yaml:10:12"]
    unknown_key, missing_file, no_kind, no_range, negative = map(str, found)
    assert "did you mean 'seed'?" in unknown_key
    assert "missing.jsonl" in missing_file
    assert "did you mean 'stance'?" in no_kind
    assert "Allowed: stance, directed_pair, multilabel" in no_kind
    assert "longer than the longest" in no_range
    assert "'C' must be greater than" in negative
    for problem, line in zip(found, [2, 4, 6, 9, 10], strict=True):
        assert f"{line} | {FIVE_MISTAKES.splitlines()[line - 1]}" in problem.excerpt


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("task: {labels: [a, a, 'b|c']}", ["a.yaml:2:20", "a.yaml:2:23"]),
        ("evaluation: {folds: null, metrics: [subset_accuracy]}", ["a.yaml:2:21", "a.yaml:2:37"]),
        ("evaluation: {folds: {n: 1, repeats: 0, by: 2}}", ["a.yaml:2:25", "a.yaml:2:37", "a.yaml:2:44"]),
        ("features: {blocks: [{}, {field: txt, idf: no}]}", ["a.yaml:2:21", "a.yaml:2:33", "a.yaml:2:43"]),
    ],
)
def test_mistakes_in_one_part_do_not_hide_each_other(folder, text, where):
    assert places(problems_of(f"{DATA}{text}\n")) == where


def test_mistakes_in_one_source_do_not_hide_each_other(folder):
    found = problems_of("data: {train: {path: nope.jsonl, format: xls}}\n")
    assert places(found) == ["a.yaml:1:22", "a.yaml:1:42"]


def test_every_missing_file_is_reported(folder):
    found = problems_of(
        "data:\n  train:\n    - d.jsonl\n    - nope.jsonl\n    - {path: neither.csv}\n  test: nor.tsv\n"
    )
    assert places(found) == ["a.yaml:4:7", "a.yaml:5:14", "a.yaml:6:9"]


def test_a_missing_file_names_the_one_that_may_have_been_meant(folder):
    assert "'there.csv'" in str(problem_of("data: {train: their.csv}\n"))


def test_a_missing_folder_is_named(folder):
    said = str(problem_of("data: {train: nope/d.jsonl}\n"))
    assert "nope" in said
    assert "folder" in said


@pytest.mark.parametrize(
    "path",
    [".", "''", "x" * 300 + ".jsonl", "~nobody-of-this-name/d.jsonl", r'"d\0.jsonl"', "d.jsonl/e.jsonl"],
)
def test_a_path_that_no_file_can_have_is_refused_where_it_stands(folder, path):
    assert places([problem_of(f"data: {{train: {path}}}\n")]) == ["a.yaml:1:15"]


def test_half_of_a_character_is_refused_where_it_stands(folder):
    assert places([problem_of(DATA + 'name: "\\ud800"\n')]) == ["a.yaml:2:7"]


def test_a_number_of_five_thousand_digits_is_too_large_not_badly_tagged(folder):
    problem = problem_of(f"{DATA}seed: {'9' * 5000}\n")
    assert places([problem]) == ["a.yaml:2:7"]
    assert "tag" not in problem.message


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n- b\n", "just words\n", "3\n", "null\n"])
def test_a_file_that_is_no_mapping_is_told_what_a_config_is(folder, text):
    problem = problem_of(text)
    assert places([problem]) == ["a.yaml:1:1"]
    assert "data" in problem.allowed


def test_a_config_that_is_not_there_is_named():
    with pytest.raises(ConfigError, match=r"nope\.yaml"):
        load_config("nope.yaml")


def test_a_duplicate_key_is_found_before_its_values_are(folder):
    problem = problem_of(f"{DATA}model: {{C: -1}}\nmodel: {{C: 1}}\n")
    assert places([problem]) == ["a.yaml:3:1"]


def test_windows_line_ends_and_a_byte_order_mark_leave_places_as_they_are(folder):
    Path("../project/a.yaml").write_bytes(b"\xef\xbb\xbfmodle: {}\r\ndata: {train: d.jsonl}\r\nmodel: {C: 0}\r\n")
    with pytest.raises(ConfigError) as caught:
        load_config("../project/a.yaml")
    assert places(list(caught.value.problems)) == ["a.yaml:1:1", "a.yaml:3:12"]


def test_paths_are_relative_to_the_config_wherever_one_stands(folder):
    config = read("data: {train: d.jsonl, test: [there.csv, ../here/here.csv]}\n")
    project = folder / "project"
    assert files(config) == [project / "d.jsonl", project / "there.csv", folder / "here" / "here.csv"]


@pytest.mark.parametrize("text", ["data.test=here.csv", "data.test.path=here.csv", "data.test=[here.csv]"])
def test_a_path_given_beside_the_config_is_written_as_one_that_names_no_folder_of_whose_it_is(folder, text):
    config = read(DATA, text)
    assert files(config)[1:] == [folder / "here" / "here.csv"]
    assert config.data.test[0].path == "../here/here.csv"
    assert str(folder) not in dump_config(config, folder / "project" / "runs")
    link = folder / "link"
    link.symlink_to(folder / "project")
    assert files(load_config(link / "a.yaml", [text]))[1:] == [folder / "here" / "here.csv"]


def test_a_local_dataset_given_beside_the_config_is_not_taken_for_one_of_the_hub(folder):
    (folder / "project" / "set").mkdir()
    config = read(DATA, "data.test={hub: ../project/set, split: train}")
    assert config.data.test[0].hub == "./set"


def test_an_absolute_path_stays_as_it_is(folder):
    assert files(read(f"data: {{train: {folder}/here/d.jsonl}}\n")) == [folder / "here" / "d.jsonl"]


def test_a_variable_in_a_path_is_taken_from_the_environment(folder, monkeypatch):
    monkeypatch.setenv("STANCEKIT_DATA", str(folder / "here"))
    monkeypatch.setenv("STANCEKIT_FILE", "here")
    config = read("data: {train: '${STANCEKIT_DATA}/${STANCEKIT_FILE}.csv'}\n")
    assert files(config) == [folder / "here" / "here.csv"]
    assert config.data.train[0].path == "${STANCEKIT_DATA}/${STANCEKIT_FILE}.csv"


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ("{train: '${STANCEKIT_UNSET}/d.jsonl'}", "a.yaml:1:15"),
        ("{train: [d.jsonl, {path: '${STANCEKIT_UNSET}/d.jsonl'}]}", "a.yaml:1:32"),
        ("{train: d.jsonl, test: '${STANCEKIT_UNSET}/d.jsonl'}", "a.yaml:1:30"),
    ],
)
def test_a_variable_that_is_not_set_is_named_where_it_stands(folder, monkeypatch, data, where):
    monkeypatch.delenv("STANCEKIT_UNSET", raising=False)
    problem = problem_of(f"data: {data}\n")
    assert places([problem]) == [where]
    assert "STANCEKIT_UNSET" in problem.message
    assert "not set" in problem.message


@pytest.mark.parametrize(
    ("override", "C"),
    [
        ("model.C=3", 3.0),
        ("model.C=1e-3", 0.001),
        ("model.C=010", 10.0),
        (" model.C = 3 ", 3.0),
    ],
)
def test_an_override_is_typed_by_yaml(folder, override, C):
    config = read(DATA, override)
    assert config.model.C == C


def test_an_override_may_be_a_list_a_mapping_a_word_or_nothing(folder):
    config = read(
        f"{DATA}model: {{C: 5}}\n",
        "task.labels=[no, yes]",
        "model={kind: linear_svc}",
        "name='12'",
        "evaluation.folds.by=a=b",
        "features.blocks=[{field: text, max_features: null}]",
        "data.test=",
    )
    assert config.task.labels == ("no", "yes")
    assert (config.model.kind, config.model.C) == ("linear_svc", 1.0)
    assert config.name == "12"
    assert config.evaluation.folds.by == "a=b"
    assert [block.field for block in config.features.blocks] == ["text"]
    assert config.data.test is None


def test_the_last_of_two_overrides_of_a_key_wins(folder):
    assert read(DATA, "model.C=2", "model.C=3").model.C == 3.0


def test_an_override_mends_a_mistake_of_the_file(folder):
    assert read(f"{DATA}model: {{C: -1}}\n", "model.C=1").model.C == 1.0


def test_an_override_makes_the_mappings_on_its_way(folder):
    assert read(DATA, "evaluation.intervals.resamples=100").evaluation.intervals.resamples == 100


@pytest.mark.parametrize(
    ("override", "named"),
    [
        ("model.C='3'", "'C'"),
        ("model.C=no", "'C'"),
        ("model.C=", "'C'"),
        ("model.C=-1", "'C'"),
        ("name=12", "'name'"),
        ("seed=1.0", "'seed'"),
        ("modle.C=3", "did you mean 'model'?"),
        ("model.c=3", "did you mean 'C'?"),
        ("model={c: 3}", "did you mean 'C'?"),
        ("model=3", "'model'"),
        ("data.columns.txt=a", "did you mean 'text'?"),
        ("task.kind=stanse", "did you mean 'stance'?"),
        ("evaluation.metrics=[subset_accuracy]", "'subset_accuracy'"),
        ("evaluation.folds=null", "nothing would be scored"),
        ("data.test=nope.csv", "nope.csv"),
        ("data.test=${STANCEKIT_UNSET}/d.jsonl", "STANCEKIT_UNSET"),
        ("features.blocks.1.fild=text", "did you mean 'field'?"),
        ("features.blocks.0.field=txt", "did you mean 'text'?"),
    ],
)
def test_an_override_is_held_to_the_schema_and_named_as_the_place(folder, override, named):
    problem = problem_of(BLOCKS, override)
    assert problem.where == f"--set {override}"
    assert named in str(problem)


def test_of_several_overrides_the_wrong_one_is_named(folder):
    assert problem_of(DATA, "model={C: -1}", "model.kind=linear_svc").where == "--set model={C: -1}"
    assert problem_of(DATA, "model={C: 1}", "model.C=-1").where == "--set model.C=-1"


def test_an_override_that_is_right_is_not_named_for_a_mistake_of_the_file(folder):
    assert places([problem_of(f"{DATA}model:\n  C: -1\n", "model.kind=linear_svc")]) == ["a.yaml:3:6"]


def test_mistakes_of_the_file_and_of_overrides_come_together(folder):
    found = problems_of(f"{DATA}seed: -1\n", "model.C=0", "task.kind=stanse")
    assert sorted(places(found)) == ["--set model.C=0", "--set task.kind=stanse", "a.yaml:2:7"]


@pytest.mark.parametrize("override", ["model", "=3", "model.=3", ".C=3", "model..C=3", "", "."])
def test_an_override_of_another_form_is_shown_the_form(folder, override):
    problem = problem_of(DATA, override)
    assert problem.where == f"--set {override}"
    assert "KEY=VALUE" in str(problem)


def test_every_override_of_another_form_is_reported(folder):
    assert places(problems_of(DATA, "model", "model.C=1", "task")) == ["--set model", "--set task"]


@pytest.mark.parametrize("override", ["model.C=[", "model={C: 1, C: 2}", "model.C=a: b: c", "model.C=\x01"])
def test_an_override_whose_value_is_no_yaml_is_named(folder, override):
    assert problem_of(DATA, override).where.startswith(f"--set {override.partition('=')[0]}")


def test_an_override_reaches_into_a_list_by_number_from_0(folder):
    config = read(BLOCKS, "features.blocks.1.weight=2", "features.blocks.0={field: pair}")
    assert [(block.field, block.weight) for block in config.features.blocks] == [("pair", 1.0), ("masked", 2.0)]


@pytest.mark.parametrize("place", ["2", "-1", "x", "1.5"])
def test_an_override_of_a_list_entry_that_is_not_there_is_refused(folder, place):
    override = f"features.blocks.{place}.weight=2"
    assert problem_of(BLOCKS, override).where == f"--set {override}"


def test_an_override_of_an_entry_where_the_file_has_no_list_is_refused(folder):
    assert problem_of(DATA, "features.blocks.0.weight=2").where == "--set features.blocks.0.weight=2"


def test_an_override_reaches_a_source_that_the_file_gives_as_a_path(folder):
    (source,) = read(DATA, "data.train.format=csv").data.train
    assert (source.path, source.format) == ("d.jsonl", "csv")


def test_an_override_maps_a_label_that_is_a_number(folder):
    (source,) = read(
        "data: {train: {path: d.jsonl, labels: {0: opposes}}}\n", "data.train.labels.1=supports"
    ).data.train
    assert source.labels == {"0": "opposes", "1": "supports"}


@pytest.mark.parametrize("override", ["data.train.labels.path=pro", "data.train.labels={path: pro}"])
def test_a_label_called_path_is_no_path(folder, override):
    assert read(DATA, override).data.train[0].labels == {"path": "pro"}


def test_an_override_reaches_a_source_that_is_a_path_in_a_list(folder):
    first, second = read("data: {train: [d.jsonl, there.csv]}\n", "data.train.1.format=tsv").data.train
    assert (first.path, first.format) == ("d.jsonl", None)
    assert (second.path, second.format) == ("there.csv", "tsv")


@pytest.mark.parametrize(
    ("data", "override"),
    [
        ("d.jsonl", "data.train=here.csv"),
        ("d.jsonl", "data.train.path=here.csv"),
        ("{path: d.jsonl}", "data.train.path=here.csv"),
        ("[d.jsonl]", "data.train.0=here.csv"),
        ("[{path: d.jsonl}]", "data.train.0.path=here.csv"),
        ("d.jsonl", "data.train={path: here.csv}"),
        ("d.jsonl", "data.train=[here.csv]"),
        ("d.jsonl", "data.train=[{path: here.csv}]"),
        ("d.jsonl", "data={train: here.csv}"),
        ("d.jsonl", "data.train=${STANCEKIT_DATA}/here.csv"),
    ],
)
def test_a_path_of_an_override_is_relative_to_the_current_folder(folder, monkeypatch, data, override):
    monkeypatch.setenv("STANCEKIT_DATA", ".")
    assert files(read(f"data: {{train: {data}}}\n", override)) == [folder / "here" / "here.csv"]


def test_a_path_that_an_override_leaves_alone_stays_relative_to_the_config(folder):
    config = read("data: {train: there.csv}\n", "data.test=here.csv", "data.train.format=tsv")
    assert files(config) == [folder / "project" / "there.csv", folder / "here" / "here.csv"]


@pytest.mark.parametrize("entry", [0, 1])
def test_a_wrong_path_of_an_override_of_a_list_entry_names_the_override(folder, entry):
    override = f"data.train.{entry}.path=nope.csv"
    assert problem_of("data: {train: [{path: d.jsonl}, {path: d.jsonl}]}\n", override).where == f"--set {override}"


# What is written is read again as the same, whatever it is.

WORDS = st.sampled_from(
    ["no", "on", "~", "null", "1e-3", "010", "0o10", ".inf", "12:30", "#", "a: b", "- a", "é", "<<"]
)
TEXTS = WORDS | st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=12)
LABELS = TEXTS.map(str.strip).filter(lambda text: text and not set(text) & set("|\u2028\u2029"))
PENALTIES = st.floats(1e-12, 1e12) | st.integers(1, 10**12)
WEIGHTS = st.floats(0, 1e6, exclude_min=True, allow_subnormal=True) | st.integers(1, 10**6)
FREQUENCIES = st.integers(0, 10**6) | st.floats(0, 1)
NGRAMS = st.tuples(st.integers(1, 20), st.integers(1, 20)).map(sorted)
METRICS = {
    "stance": ["macro_f1", "micro_f1", "weighted_f1", "accuracy"],
    "multilabel": ["macro_f1", "micro_f1", "weighted_f1", "subset_accuracy"],
}
BLOCK = st.fixed_dictionaries(
    {"field": st.sampled_from(["text", "masked", "before", "between", "after", "actor_window", "pair"])},
    optional={
        "analyzer": st.sampled_from(["word", "char", "char_wb", "indicator"]),
        "ngrams": NGRAMS,
        "lowercase": st.booleans(),
        "min_df": FREQUENCIES,
        "max_df": FREQUENCIES,
        "max_features": st.none() | st.integers(1, 10**9),
        "sublinear": st.booleans(),
        "idf": st.booleans(),
        "norm": st.sampled_from(["l1", "l2", "none"]),
        "weight": WEIGHTS,
    },
)
NAMED_COLUMNS = st.dictionaries(st.sampled_from(sorted(Columns.model_fields)), TEXTS, max_size=3)
SOURCE = st.sampled_from(["d.jsonl", "no.csv", "1e-3.tsv", "sub/été 2021.jsonl"]) | st.fixed_dictionaries(
    {"path": st.sampled_from(["d.jsonl", "sub/été 2021.jsonl", "${STANCEKIT_TEST_DATA}/d.jsonl"])},
    optional={
        "format": st.sampled_from(["jsonl", "csv", "tsv", "parquet", "newsmtsc", "fnc1"]),
        "encoding": st.sampled_from(["utf-8", "cp1252", "latin-1"]),
        "columns": NAMED_COLUMNS,
        "labels": st.dictionaries(TEXTS, st.none() | TEXTS, max_size=3),
    },
)
SOURCES = SOURCE | st.lists(SOURCE, min_size=1, max_size=3)


@st.composite
def overrides(draw: st.DrawFn) -> dict[str, object]:
    """Draw keys and values that a config accepts."""
    kind = draw(st.sampled_from(["stance", "multilabel"]))
    metrics = draw(st.lists(st.sampled_from(METRICS[kind]), min_size=1, unique=True))
    folds = {
        "scheme": draw(st.sampled_from(["random", "stratified", "group", "stratified_group"])),
        "by": draw(TEXTS),
        "n": draw(st.integers(2, 10**6)),
        "repeats": draw(st.integers(1, 1000)),
    }
    values = {
        "name": draw(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", fullmatch=True)),
        "seed": draw(st.integers(0, 2**32 - 1)),
        "task.kind": kind,
        "task.labels": draw(st.lists(LABELS, min_size=2, max_size=4, unique=True)),
        "features.blocks": draw(st.lists(BLOCK, min_size=1, max_size=3)),
        "model.kind": draw(st.sampled_from(["logistic_regression", "linear_svc", "ridge", "sgd", "nb_svm"])),
        "model.smoothing": draw(st.floats(1e-6, 1e6)),
        "model.C": draw(PENALTIES),
        "model.class_weight": draw(st.sampled_from(["balanced", None])),
        "evaluation.folds": folds,
        "evaluation.metrics": metrics,
        "evaluation.primary": draw(st.sampled_from(metrics)),
        "evaluation.intervals.resamples": draw(st.integers(100, 10**6)),
        "evaluation.intervals.level": draw(st.floats(0.5, 1, exclude_min=True, exclude_max=True)),
        "evaluation.intervals.by": draw(st.none() | TEXTS),
        "evaluation.baselines": draw(st.lists(st.sampled_from(["majority", "names_only", "text_only"]), unique=True)),
        "data.columns": draw(NAMED_COLUMNS),
    }
    if draw(st.booleans()):
        values["evaluation.folds"] = None
        values["data"] = {"test": draw(SOURCES)}
    kept = draw(st.sets(st.sampled_from(sorted(values))))
    if "model.smoothing" in kept:
        kept |= {"model.kind"}
        values["model.kind"] = "nb_svm"
    if "data" in values:
        kept |= {"data", "evaluation.folds"} if "evaluation.folds" in kept else set()
    if kept & {"evaluation.metrics", "evaluation.primary"}:
        kept |= {"task.kind", "evaluation.metrics", "evaluation.primary"}
    return {key: value for key, value in values.items() if key in kept}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A folder with the files of `SOURCE`, and another one to write to."""
    folder = tmp_path_factory.mktemp("project").resolve()
    (folder / "sub").mkdir()
    (folder / "elsewhere" / "deeper").mkdir(parents=True)
    for name in ("d.jsonl", "no.csv", "1e-3.tsv", "sub/été 2021.jsonl"):
        (folder / name).touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STANCEKIT_TEST_DATA", str(folder))
        yield folder


def same_but_for_spelling(config: Config) -> str:
    """Return all a config says, types included, with its files in place of their paths."""
    values = config.model_dump(mode="json")
    for part in ("train", "test"):
        for source, own in zip(getattr(config.data, part) or (), values["data"][part] or (), strict=True):
            own["path"] = str(source.file.resolve())
    return json.dumps(values)


@settings(deadline=None, max_examples=40)
@given(train=SOURCES, changes=overrides())
def test_a_config_that_is_written_and_read_again_is_the_same(project, train, changes):
    data = {"train": train, **changes.pop("data", {})}
    (project / "a.yaml").write_text(json.dumps({"data": data}, ensure_ascii=False), encoding="utf-8")
    changed = [f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in changes.items()]
    config = load_config(project / "a.yaml", changed)
    (project / "b.yaml").write_text(dump_config(config, project), encoding="utf-8")
    again = load_config(project / "b.yaml", [f"name={json.dumps(config.name)}"])
    assert again == config
    assert repr(again) == repr(config)


@settings(deadline=None, max_examples=20)
@given(train=SOURCES, changes=overrides())
def test_a_config_that_is_written_elsewhere_names_the_same_files(project, train, changes):
    data = {"train": train, **changes.pop("data", {})}
    (project / "c.yaml").write_text(json.dumps({"data": data}, ensure_ascii=False), encoding="utf-8")
    changed = [f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in changes.items()]
    config = load_config(project / "c.yaml", changed)
    elsewhere = project / "elsewhere" / "deeper"
    (elsewhere / "c.yaml").write_text(dump_config(config, elsewhere), encoding="utf-8")
    again = load_config(elsewhere / "c.yaml")
    assert same_but_for_spelling(again) == same_but_for_spelling(config)


def test_a_config_of_the_project_survives_being_written(committed_config, tmp_path):
    config = load_config(committed_config)
    (tmp_path / "config.yaml").write_text(dump_config(config, tmp_path), encoding="utf-8")
    assert same_but_for_spelling(load_config(tmp_path / "config.yaml")) == same_but_for_spelling(config)


def test_a_written_config_says_everything(folder):
    written = dump_config(read(f"{DATA}\nfeatures: {{blocks: [{{field: text}}]}}"), folder)
    for key in ("seed:", "class_weight:", "resamples:", "min_df:", "baselines:", "primary:"):
        assert key in written


def test_words_that_another_yaml_reader_would_take_for_something_else_are_quoted(folder):
    written = dump_config(read(DATA, "task.labels=[no, '1e-3', '010', ok]"), folder)
    (line,) = [line for line in written.splitlines() if "labels: [" in line]
    first, second, third, fourth = line.partition("[")[2].rstrip("]").split(", ")
    assert all(word[0] in "'\"" and word[0] == word[-1] for word in (first, second, third))
    assert fourth == "ok"
