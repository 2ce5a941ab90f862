"""What a config may say, and what it means where it says nothing."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from stancekit.config import Config, load_config
from stancekit.config.model import MODEL_KEYS, Model
from stancekit.errors import ConfigError, Problem

DATA = "data: {train: d.jsonl}\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a data file, made the current one, so that messages name files as they stand in it."""
    (tmp_path / "d.jsonl").write_text('{"text": "a"}\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(text: str, name: str = "a.yaml") -> Config:
    Path(name).write_text(text, encoding="utf-8")
    return load_config(name)


def problems_of(text: str, name: str = "a.yaml") -> list[Problem]:
    with pytest.raises(ConfigError) as caught:
        read(text, name)
    return list(caught.value.problems)


def problem_of(text: str, name: str = "a.yaml") -> Problem:
    (only,) = problems_of(text, name)
    return only


def test_data_alone_make_a_config(folder):
    config = read(DATA)
    assert config.task.kind == "stance"
    assert config.task.labels == ("opposes", "neutral", "supports")
    assert config.model.kind == "logistic_regression"
    assert config.model.C == 1.0
    assert config.decision == "argmax"
    assert config.features.are_auto
    assert config.data.test is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sahel.yaml", "sahel"),
        ("sahel.v2.yaml", "sahel.v2"),
        ("my sahel (2).yaml", "my-sahel-2"),
        ("_draft.yaml", None),
        ("--.yaml", None),
        ("été.yaml", None),
        ("日本.yaml", None),
        ("a" * 120 + ".yaml", None),
    ],
)
def test_an_experiment_without_a_name_has_one_made_of_its_file(folder, name, expected):
    made = read(DATA, name).name
    assert read(f"{DATA}name: {made!r}\n").name == made
    if expected is not None:
        assert made == expected


@pytest.mark.parametrize("name", ["a/b", "../x", "''", "-a", ".hidden", "'a b'", r'"a\n"', "a" * 101, "é"])
def test_a_name_that_is_no_plain_folder_name_is_refused(folder, name):
    assert problem_of(f"{DATA}name: {name}\n").where == "a.yaml:2:7"


@pytest.mark.parametrize("name", ["a", "a" * 100, "2021-11", "mali_v1.2", "no"])
def test_a_plain_folder_name_is_a_name(folder, name):
    assert read(f"{DATA}name: {name}\n").name == name


@pytest.mark.parametrize(
    ("kind", "metrics"),
    [("stance", ("macro_f1", "accuracy")), ("multilabel", ("macro_f1", "micro_f1", "subset_accuracy"))],
)
def test_metrics_not_given_are_those_of_the_task_and_the_first_is_primary(folder, kind, metrics):
    evaluation = read(f"{DATA}task: {{kind: {kind}}}\n").evaluation
    assert evaluation.metrics == metrics
    assert evaluation.primary == metrics[0]


def test_the_first_metric_given_is_primary(folder):
    assert read(f"{DATA}evaluation: {{metrics: [accuracy, macro_f1]}}\n").evaluation.primary == "accuracy"


def test_a_primary_metric_is_measured_though_no_list_names_it(folder):
    evaluation = read(f"{DATA}evaluation: {{primary: weighted_f1}}\n").evaluation
    assert evaluation.primary == "weighted_f1"
    assert set(evaluation.metrics) == {"weighted_f1", "macro_f1", "accuracy"}


def test_a_primary_metric_that_the_list_leaves_out_is_refused(folder):
    problem = problem_of(f"{DATA}evaluation: {{metrics: [macro_f1, accuracy], primary: weighted_f1}}\n")
    assert problem.where == "a.yaml:2:54"
    assert "'weighted_f1'" in problem.message
    assert list(problem.allowed) == ["macro_f1", "accuracy"]


@pytest.mark.parametrize(
    ("task", "evaluation", "where", "metric", "allowed"),
    [
        ("stance", "metrics: [macro_f1, subset_accuracy]", "a.yaml:4:23", "subset_accuracy", "accuracy"),
        ("stance", "primary: subset_accuracy", "a.yaml:4:12", "subset_accuracy", "accuracy"),
        ("multilabel", "metrics: [accuracy]", "a.yaml:4:13", "accuracy", "subset_accuracy"),
        ("multilabel", "primary: accuracy", "a.yaml:4:12", "accuracy", "subset_accuracy"),
    ],
)
def test_a_metric_of_another_kind_of_task_is_refused(folder, task, evaluation, where, metric, allowed):
    problem = problem_of(f"{DATA}task: {{kind: {task}}}\nevaluation:\n  {evaluation}\n")
    assert problem.where == where
    assert f"'{metric}'" in problem.message
    assert task in problem.message
    assert allowed in problem.allowed
    assert metric not in problem.allowed


@pytest.mark.parametrize(
    ("folds", "by"),
    [
        ("{scheme: group, by: country}", "country"),
        ("{scheme: stratified_group, by: sentence}", "sentence"),
        ("{scheme: random}", "id"),
        ("{scheme: stratified}", "id"),
    ],
)
def test_intervals_resample_the_groups_of_the_folds_or_single_examples(folder, folds, by):
    assert read(f"{DATA}evaluation: {{folds: {folds}}}\n").evaluation.intervals.by == by


def test_intervals_resample_what_the_config_says(folder):
    config = read(f"{DATA}evaluation: {{folds: {{scheme: random}}, intervals: {{by: article}}}}\n")
    assert config.evaluation.intervals.by == "article"


def test_without_folds_and_without_a_test_set_nothing_would_be_scored(folder):
    assert problem_of(f"{DATA}evaluation: {{folds: null}}\n").where == "a.yaml:2:21"
    assert read("data: {train: d.jsonl, test: d.jsonl}\nevaluation: {folds: null}\n").evaluation.folds is None


@pytest.mark.parametrize(
    ("text", "where", "unknown", "meant"),
    [
        ("modle: {C: 1}", "2:1", "modle", "model"),
        ("Seed: 1", "2:1", "Seed", "seed"),
        ("task: {lables: [a, b]}", "2:8", "lables", "labels"),
        ("features: {block: []}", "2:12", "block", "blocks"),
        ("features:\n  blocks:\n    - field: text\n      ngram: [1, 2]", "5:7", "ngram", "ngrams"),
        ("model: {c: 1}", "2:9", "c", "C"),
        ("evaluation: {fold: {n: 3}}", "2:14", "fold", "folds"),
        ("evaluation: {folds: {shceme: group}}", "2:22", "shceme", "scheme"),
        ("evaluation: {intervals: {resample: 100}}", "2:26", "resample", "resamples"),
    ],
)
def test_an_unknown_key_at_any_level_names_the_closest(folder, text, where, unknown, meant):
    problem = problem_of(f"{DATA}{text}\n")
    assert problem.where == f"a.yaml:{where}"
    assert f"'{unknown}'" in problem.message
    assert f"did you mean '{meant}'?" in str(problem)


@pytest.mark.parametrize(
    ("data", "column", "unknown", "meant"),
    [
        ("{trian: d.jsonl}", 8, "trian", "train"),
        ("{train: {pth: d.jsonl}}", 16, "pth", "path"),
        ("{train: {path: d.jsonl, fromat: csv}}", 31, "fromat", "format"),
        ("{train: [{path: d.jsonl, label: {}}]}", 32, "label", "labels"),
        ("{train: d.jsonl, columns: {txt: s}}", 34, "txt", "text"),
        ("{train: {path: d.jsonl, columns: {actr: s}}}", 41, "actr", "actor"),
        ("{train: d.jsonl, tset: d.jsonl}", 24, "tset", "test"),
    ],
)
def test_an_unknown_key_of_the_data_names_the_closest(folder, data, column, unknown, meant):
    problem = problem_of(f"data: {data}\n")
    assert problem.where == f"a.yaml:1:{column}"
    assert f"'{unknown}'" in problem.message
    assert f"did you mean '{meant}'?" in str(problem)


def test_a_misspelt_key_is_not_also_called_missing(folder):
    assert problem_of("dta: {train: d.jsonl}\n").where == "a.yaml:1:1"


def test_a_required_key_that_is_missing_is_named(folder):
    problem = problem_of("seed: 1\n")
    assert "'data'" in problem.message
    assert "missing" in problem.message
    problem = problem_of("seed: 1\ndata: {test: d.jsonl}\n")
    assert problem.where.startswith("a.yaml:2:")
    assert "'train'" in problem.message
    problem = problem_of(f"{DATA}features:\n  blocks:\n    - {{analyzer: char}}\n")
    assert problem.where.startswith("a.yaml:4:")
    assert "'field'" in problem.message


@pytest.mark.parametrize(
    ("text", "where", "named"),
    [
        ("seed: -1", "2:7", "'seed'"),
        ("seed: 4294967296", "2:7", "'seed'"),
        ("seed: 1.0", "2:7", "'seed'"),
        ("seed: true", "2:7", "'seed'"),
        ("seed: '13'", "2:7", "'seed'"),
        ("seed:", "2:6", "'seed'"),
        ("model: {C: 0}", "2:12", "'C'"),
        ("model: {C: .inf}", "2:12", "'C'"),
        ("model: {C: .nan}", "2:12", "'C'"),
        ("model: {C: '1'}", "2:12", "'C'"),
        ("model: {C: 1_000}", "2:12", "'C'"),
        ("model: {C: true}", "2:12", "'C'"),
        ("model: 3", "2:8", "'model'"),
        ("model: [C, 1]", "2:8", "'model'"),
        ("model:", "2:7", "'model'"),
        ("name: 12", "2:7", "'name'"),
        ("task: {labels: opposes}", "2:16", "'labels'"),
        ("task: {labels: []}", "2:16", "'labels'"),
        ("task: {labels: [a, 1]}", "2:20", "'labels'"),
        ("task: {labels: [a, true]}", "2:20", "'labels'"),
        ("task: {labels: [a, null]}", "2:20", "'labels'"),
        ("features: {blocks: []}", "2:20", "'blocks'"),
        ("features: {blocks: {field: text}}", "2:20", "'blocks'"),
        ("features: {blocks: [text]}", "2:21", "'blocks'"),
        ("features: {blocks: [{field: text, ngrams: 2}]}", "2:43", "'ngrams'"),
        ("features: {blocks: [{field: text, ngrams: [2]}]}", "2:", "'ngrams'"),
        ("features: {blocks: [{field: text, ngrams: []}]}", "2:43", "'ngrams'"),
        ("features: {blocks: [{field: text, ngrams: [1, 2, 3]}]}", "2:43", "'ngrams'"),
        ("features: {blocks: [{field: text, ngrams: [0, 1]}]}", "2:44", "'ngrams'"),
        ("features: {blocks: [{field: text, ngrams: [1, 21]}]}", "2:47", "'ngrams'"),
        ("features: {blocks: [{field: text, ngrams: [3, 2]}]}", "2:43", "longer"),
        ("features: {blocks: [{field: text, weight: 0}]}", "2:43", "'weight'"),
        ("features: {blocks: [{field: text, lowercase: yes}]}", "2:46", "'lowercase'"),
        ("features: {blocks: [{field: text, idf: 1}]}", "2:40", "'idf'"),
        ("features: {blocks: [{field: text, max_features: 0}]}", "2:49", "'max_features'"),
        ("features: {blocks: [{field: text, min_df: 1.5}]}", "2:43", "1.5"),
        ("features: {blocks: [{field: text, min_df: -1}]}", "2:43", "-1"),
        ("features: {blocks: [{field: text, min_df: true}]}", "2:43", "rue"),
        ("features: {blocks: [{field: text, max_df: '1'}]}", "2:43", "'1'"),
        ("features: {blocks: [{field: text, max_df: .nan}]}", "2:43", "nan"),
        ("evaluation: {folds: {n: 1}}", "2:25", "'n'"),
        ("evaluation: {folds: {repeats: 0}}", "2:31", "'repeats'"),
        ("evaluation: {folds: {by: 3}}", "2:26", "'by'"),
        ("evaluation: {metrics: macro_f1}", "2:23", "'metrics'"),
        ("evaluation: {metrics: []}", "2:23", "'metrics'"),
        ("evaluation: {intervals: {resamples: 99}}", "2:37", "'resamples'"),
        ("evaluation: {intervals: {level: 1}}", "2:33", "'level'"),
        ("evaluation: {intervals: {level: 0.5}}", "2:33", "'level'"),
    ],
)
def test_a_value_out_of_range_or_of_another_kind_is_refused_where_it_stands(folder, text, where, named):
    problem = problem_of(f"{DATA}{text}\n")
    assert problem.where.startswith(f"a.yaml:{where}")
    assert named in problem.message


@pytest.mark.parametrize(
    ("text", "where", "meant", "also"),
    [
        ("task: {kind: mulilabel}", "2:14", "multilabel", "stance"),
        ("model: {kind: linear_svm}", "2:15", "linear_svc", "logistic_regression"),
        ("model: {class_weight: balance}", "2:23", "balanced", "balanced"),
        ("decision: argmx", "2:11", "argmax", "argmax"),
        ("features: {blocks: [{field: maskd}]}", "2:29", "masked", "actor_window"),
        ("features: {blocks: [{field: text, analyzer: charwb}]}", "2:45", "char_wb", "indicator"),
        ("features: {blocks: [{field: text, norm: L2}]}", "2:41", "l2", "none"),
        ("evaluation: {folds: {scheme: stratifed}}", "2:30", "stratified", "stratified_group"),
        ("evaluation: {metrics: [f1_macro, acuracy]}", "2:34", "accuracy", "macro_f1"),
        ("evaluation: {baselines: [magority]}", "2:26", "majority", "names_only"),
    ],
)
def test_a_word_that_is_no_choice_lists_the_choices_and_names_the_closest(folder, text, where, meant, also):
    problem = problems_of(f"{DATA}{text}\n")[-1]
    assert problem.where == f"a.yaml:{where}"
    assert f"did you mean '{meant}'?" in str(problem)
    assert also in problem.allowed


@pytest.mark.parametrize(
    ("labels", "column"),
    [
        ("[a, b, a]", 23),
        ("[' a', b]", 17),
        ("['', b]", 17),
        ("[a, 'b|c']", 20),
        (r'[a, "b\nc"]', 20),
        (r'[a, "\x07"]', 20),
    ],
)
def test_a_label_that_tables_could_not_hold_is_refused(folder, labels, column):
    assert problem_of(f"{DATA}task: {{labels: {labels}}}\n").where == f"a.yaml:2:{column}"


def test_labels_that_yaml_1_1_took_for_truth_values_are_words(folder):
    assert read(f"{DATA}task: {{labels: [yes, no, on]}}\n").task.labels == ("yes", "no", "on")


def test_one_label_is_enough_for_sets_of_labels_only(folder):
    assert read(f"{DATA}task: {{kind: multilabel, labels: [a]}}\n").task.labels == ("a",)
    assert problem_of(f"{DATA}task: {{kind: stance, labels: [a]}}\n").where == "a.yaml:2:30"


@pytest.mark.parametrize(
    ("written", "value"), [("1", 1), ("0", 0), ("12", 12), ("1.0", 1.0), ("0.5", 0.5), ("5e-2", 0.05), ("0.0", 0.0)]
)
def test_a_document_frequency_is_a_number_of_texts_or_with_a_point_a_share(folder, written, value):
    (block,) = read(f"{DATA}features: {{blocks: [{{field: text, min_df: {written}}}]}}\n").features.blocks
    assert block.min_df == value
    assert type(block.min_df) is type(value)


@pytest.mark.parametrize(
    ("path", "format", "resolved"),
    [
        ("x.csv", None, "csv"),
        ("x.TSV", None, "tsv"),
        ("x.parquet", None, "parquet"),
        ("x.txt", "jsonl", "jsonl"),
        ("x.csv", "tsv", "tsv"),
    ],
)
def test_a_format_is_the_one_given_or_that_of_the_files_ending(folder, path, format, resolved):
    (folder / path).touch()
    given = "" if format is None else f", format: {format}"
    (source,) = read(f"data: {{train: {{path: {path}{given}}}}}\n").data.train
    assert source.resolved_format == resolved


@pytest.mark.parametrize("path", ["x.txt", "x", "x.jsonl.gz"])
def test_a_file_whose_ending_says_no_format_is_refused_with_the_formats_there_are(folder, path):
    (folder / path).touch()
    problem = problem_of(f"data: {{train: {path}}}\n")
    assert problem.where == "a.yaml:1:15"
    general, tools = ["jsonl", "csv", "tsv", "parquet"], ["label_studio", "doccano", "inception"]
    corpora = ["newsmtsc", "dse", "seesaw", "semeval2016", "xstance", "fnc1"]
    assert list(problem.allowed) == [*general, *tools, *corpora]


def test_the_name_of_a_corpus_is_no_ending(folder):
    (folder / "x.dse").touch()
    assert "can't tell the format" in problem_of("data: {train: x.dse}\n").message
    (source,) = read("data: {train: {path: x.dse, format: dse}}\n").data.train
    assert source.resolved_format == "dse"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "latin-1", "UTF-16", "koi8_r"])
def test_a_source_may_be_in_any_text_encoding_of_python(folder, encoding):
    (source,) = read(f"data: {{train: {{path: d.jsonl, encoding: {encoding}}}}}\n").data.train
    assert source.encoding == encoding


@pytest.mark.parametrize("encoding", ["cp1225", "hex", "base64", "undefined", "''", '"a\\0"'])
def test_what_is_no_text_encoding_is_refused_with_common_ones(folder, encoding):
    problem = problem_of(f"data: {{train: {{path: d.jsonl, encoding: {encoding}}}}}\n")
    assert problem.where == "a.yaml:1:41"
    assert "cp1252" in problem.allowed


def test_a_source_is_a_path_a_mapping_or_a_list_of_both(folder):
    (folder / "e.csv").touch()
    here = folder.resolve()
    for written, files in [
        ("d.jsonl", ["d.jsonl"]),
        ("{path: d.jsonl}", ["d.jsonl"]),
        ("[d.jsonl]", ["d.jsonl"]),
        ("[d.jsonl, {path: e.csv, labels: {pro: supports, meh: null}}]", ["d.jsonl", "e.csv"]),
    ]:
        config = read(f"data: {{train: {written}, test: {written}}}\n")
        for sources in (config.data.train, config.data.test):
            assert [source.file.resolve() for source in sources] == [here / file for file in files]
    assert config.data.train[1].labels == {"pro": "supports", "meh": None}


@pytest.mark.parametrize("path", [(), ("data",), ("task",), ("features",), ("model",), ("evaluation",)])
def test_a_config_is_frozen_in_every_part(folder, path):
    part = read(DATA)
    for name in path:
        part = getattr(part, name)
    for name in type(part).model_fields:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(part, name, getattr(part, name))


def test_the_parts_of_parts_are_frozen_too(folder):
    config = read(f"{DATA}\nfeatures: {{blocks: [{{field: text}}]}}")
    for part, name in [
        (config.data.train[0], "path"),
        (config.data.columns, "text"),
        (config.features.blocks[0], "weight"),
        (config.evaluation.folds, "n"),
        (config.evaluation.intervals, "by"),
    ]:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(part, name, getattr(part, name))
    for listed in (config.data.train, config.task.labels, config.features.blocks, config.evaluation.metrics):
        assert isinstance(listed, tuple)


def blocks(keys: str) -> str:
    return f"{DATA}features:\n  blocks:\n    - {{field: text, {keys}}}\n"


@pytest.mark.parametrize(
    ("keys", "tokens", "stop_words"),
    [
        ("ngrams: [1, 2]", "words", None),
        ("tokens: sklearn, stop_words: english", "sklearn", "english"),
        ("tokens: '[a-z]+(x)', stop_words: [oui, non]", "[a-z]+(x)", ("oui", "non")),
    ],
)
def test_a_block_says_how_words_are_cut(folder, keys, tokens, stop_words):
    (block,) = read(blocks(keys)).features.blocks
    assert (block.tokens, block.stop_words) == (tokens, stop_words)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("tokens: '(a'", "regular expression: missing )"),
        ("tokens: '(a)(b)'", "2 groups"),
        ("tokens: ''", "empty"),
        ("stop_words: french", "neither a list of words nor 'english' nor null"),
        ("stop_words: [1]", "neither a list of words"),
        ("analyzer: char, tokens: sklearn", "'tokens' is for the analyzer 'word', not for 'char'"),
        ("analyzer: indicator, stop_words: [a]", "'stop_words' is for the analyzer 'word'"),
    ],
)
def test_words_that_cannot_be_cut_so_are_refused_where_it_says_so(folder, keys, message):
    problem = problem_of(blocks(keys))
    assert message in problem.message
    assert problem.where.startswith("a.yaml:4:")


# Models


@pytest.mark.parametrize(
    ("kind", "key", "value", "having"),
    [
        ("logistic_regression", "smoothing", "1.0", "complement_nb, nb_svm"),
        ("complement_nb", "class_weight", "balanced", "logistic_regression, multinomial_logistic_regression"),
        ("complement_nb", "C", "1.0", "linear_svc, ridge, sgd, nb_svm"),
    ],
)
def test_a_key_that_a_model_does_not_have_is_refused_with_those_that_have_it(folder, kind, key, value, having):
    problem = problem_of(f"{DATA}model:\n  kind: {kind}\n  {key}: {value}\n")
    assert problem.where == "a.yaml:4:" + str(len(f"  {key}: ") + 1)
    assert f"a {kind} has no '{key}'" in problem.message
    assert having in str(problem)


@pytest.mark.parametrize("kind", ["multinomial_logistic_regression", "complement_nb"])
def test_a_multilabel_task_has_no_model_that_decides_between_labels(folder, kind):
    problem = problem_of(f"{DATA}task: {{kind: multilabel}}\nmodel: {{kind: {kind}}}\n")
    assert problem.where.startswith("a.yaml:3:")
    assert list(problem.allowed) == ["logistic_regression", "linear_svc", "ridge", "sgd", "nb_svm", "vote"]


@pytest.mark.parametrize("kind", MODEL_KEYS)
def test_a_model_writes_its_own_keys_and_reads_them_again(folder, kind):
    members = ", of: [{kind: ridge, C: 3}, {kind: sgd}]" if kind == "vote" else ""
    model = read(f"{DATA}model: {{kind: {kind}{members}}}\n").model
    written = model.model_dump(mode="json")
    assert set(written) == {"kind", *MODEL_KEYS[kind]}
    assert Model.model_validate(written) == model


@pytest.mark.parametrize("features", ["auto", "{blocks: auto}", "{}"])
def test_features_may_be_left_to_the_data(folder, features):
    config = read(f"{DATA}\nfeatures: {features}")
    assert config.features.are_auto
    assert config.features.blocks == ()
    assert config.model_dump(mode="json")["features"] == {"blocks": "auto", "conditioning": "none"}


def test_only_what_is_cut_into_words_or_characters_has_hashtags_to_split():
    from stancekit.config import Block

    assert [Block(field="text", analyzer=kind, hashtags="split").hashtags for kind in ("word", "char", "char_wb")]
    with pytest.raises(ValidationError, match="no words of hashtags"):
        Block(field="text", analyzer="indicator", hashtags="split")


VOTE = "model: {kind: vote, of: [{kind: ridge}, {kind: sgd, C: 3}]"


def test_the_models_of_a_vote_that_have_no_probabilities_are_calibrated(folder):
    members = "{kind: ridge}, {kind: nb_svm, calibration: isotonic}, {kind: sgd}, {kind: linear_svc, calibration: none}"
    model = read(f"{DATA}model: {{kind: vote, of: [{members}]}}\n").model
    assert [own.calibration for own in model.members] == ["platt", "isotonic", "none", "platt"]
    assert Model(kind="linear_svc").calibration == "none"


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ("decision: {tune: makro_f1}", "2:18", "'makro_f1' is not a value of 'tune'; did you mean 'macro_f1'"),
        ("decision: {tune: subset_accuracy}", "2:18", "'subset_accuracy' is not a metric of a stance task"),
        ("decision: {tune: mean_average_precision}", "2:18", "'mean_average_precision' is not a value of 'tune'"),
        ("decision: {tun: macro_f1}", "2:12", "unknown key 'tun'"),
        ("decision: {}", "2:1", "the key 'tune' is missing"),
        ("inner_folds: 1", "2:14", "'inner_folds'"),
        ("model: {calibration: plat}", "2:22", "did you mean 'platt'?"),
        ("model: {kind: vote}", "2:8", "a vote needs the models it is of"),
        ("model: {kind: vote, C: 1, of: [{kind: ridge}, {kind: sgd}]}", "2:24", "a vote has no 'C'"),
        (f"{VOTE}, calibration: platt}}", "2:74", "a vote has no 'calibration'"),
        (f"{VOTE}, weights: [1]}}", "2:70", "a vote of 2 models needs as many weights, not 1"),
        (f"{VOTE}, weights: [1, -1]}}", "2:74", "'weights'"),
        ("model: {of: [{kind: ridge}, {kind: sgd}]}", "2:13", "a logistic_regression has no 'of'"),
        ("model: {kind: vote, of: [{kind: ridge}]}", "2:25", "a vote needs two models at least"),
        ("model: {kind: vote, of: [{kind: ridge, smoothing: 1}, {kind: sgd}]}", "2:51", "a ridge has no 'smoothing'"),
        (
            "model: {kind: vote, of: [{kind: vote, of: [{kind: sgd}, {kind: sgd}]}, {kind: sgd}]}",
            "2:33",
            "a vote can't have votes in it",
        ),
        (
            "task: {kind: multilabel}\nmodel: {kind: vote, of: [{kind: sgd}, {kind: complement_nb}]}",
            "3:46",
            "'complement_nb' decides between labels",
        ),
    ],
)
def test_what_is_wrong_with_a_vote_or_a_decision_is_said_where_it_stands(folder, text, where, said):
    problem = problem_of(f"{DATA}{text}\n")
    assert said in str(problem)
    assert problem.where == f"a.yaml:{where}"


def test_a_metric_of_another_task_cannot_be_tuned_for_in_a_search_either(folder):
    problem = problem_of(f"{DATA}search: {{grid: {{decision: [argmax, {{tune: subset_accuracy}}]}}}}\n")
    assert "is not a metric of a stance task" in str(problem)
