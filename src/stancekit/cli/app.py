"""The commands and their options. What a command does stands in its own file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="stancekit",
    help="Train and evaluate stance classifiers on news: who stands where on what.",
    epilog="Exit codes: 0 done, 1 ran and found or refused something, 2 bad usage, config or data.",
    add_completion=False,
    rich_markup_mode=None,  # plain help: rich alone would take longer than all the rest
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

INPUTS = "Text files, UTF-8; folders of them; tables; patterns; - for stdin."
ARTICLES = "Text files, UTF-8; folders of them; patterns; - for stdin."
Code = Annotated[
    list[Path] | None,
    typer.Option("--code", metavar="FILE", help="Python code of yours to run: plug-ins.", show_default=False),
]
Trust = Annotated[
    list[str] | None,
    typer.Option("--trust", metavar="CLASS", help="A class in plugin.skops that may run.", show_default=False),
]
Columns = Annotated[
    str | None,
    typer.Option(
        "--columns", metavar="OURS=THEIRS,...", help="Columns: text=sentence,label=stance.", show_default=False
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace files that are there.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


class OnError(StrEnum):
    """What becomes of an input that can't be used."""

    STOP = "stop"
    SKIP = "skip"


def pairs_of(option: str, given: str | None) -> dict[str, str]:
    """Return the pairs that an option gives as `a=b,c=d`.

    Raises
    ------
    InputError
        If one is no pair, or a name stands on the left twice.

    Examples
    --------
    >>> pairs_of("--columns", "text=sentence, label=stance")
    {'text': 'sentence', 'label': 'stance'}
    """
    from stancekit.errors import InputError, Problem

    pairs: dict[str, str] = {}
    for part in given.split(",") if given is not None else ():
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not name or name in pairs:
            said = f"{name!r} stands there twice" if name in pairs else f"{part!r} is not NAME=NAME"
            example = "con=opposes,unsure=" if option == "--labels" else "text=sentence,label=stance"
            raise InputError(Problem(said, where=option, hint=f"Example: {option} {example}"))
        pairs[name] = value
    return pairs


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"stancekit {version('stancekit')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Train and evaluate stance classifiers on news: who stands where on what."""


@app.command()
def train(
    config: Annotated[
        Path, typer.Option("--config", "-c", help="The YAML file of the experiment.", show_default=False)
    ],
    set: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", help="Change a key of the config: --set model.C=0.3", show_default=False
        ),
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where run folders go.")] = Path("experiments"),
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", help="Fits at once; -1 for every core. Never changes results.")
    ] = 1,
    code: Code = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check config, data and folds; train nothing.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress; print only the run's path.")] = False,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Neither look for counts kept on disk nor keep any.")
    ] = False,
    json: Json = False,
) -> None:
    """Train and evaluate one experiment, into one run folder."""
    from stancekit.cli.train import train_command

    train_command(
        config, set or [], output, jobs, code or [], dry_run=dry_run, quiet=quiet, as_json=json, cache=not no_cache
    )


@app.command()
def check(
    source: Annotated[
        Path, typer.Argument(metavar="CONFIG|DATA", help="A config, or a file of examples.", show_default=False)
    ],
    set: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a key of the config.", show_default=False),
    ] = None,
    test: Annotated[
        Path | None, typer.Option("--test", help="A file of test examples, beside DATA.", show_default=False)
    ] = None,
    format: Annotated[
        str | None, typer.Option("--format", help="Of DATA, if not by its ending.", show_default=False)
    ] = None,
    encoding: Annotated[str, typer.Option("--encoding", help="Of DATA.")] = "utf-8",
    code: Code = None,
    json: Json = False,
) -> None:
    """Look for what makes scores worth less: copies, leaks, contradictions, broken spans and text."""
    from stancekit.cli.check import check_command

    check_command(source, set or [], test, format, encoding, code or [], as_json=json)


@app.command()
def runs(
    folder: Annotated[Path, typer.Argument(help="A folder of experiments.")] = Path("experiments"),
    html: Annotated[bool, typer.Option("--html", help="Put them on a page: index.html in the folder.")] = False,
    language: Annotated[
        str | None, typer.Option("--language", help="Of the page: en or fr; as the runs' own.", show_default=False)
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an index.html of another make.")] = False,
    json: Json = False,
) -> None:
    """List the runs there are, with their scores."""
    from stancekit.cli.runs import runs_command, runs_page_command
    from stancekit.errors import InputError, Problem

    if html:
        runs_page_command(folder, language, force=force, as_json=json)
    elif language is not None or force:
        raise InputError(Problem("this is about the page", "--force" if force else "--language", hint="Add --html"))
    else:
        runs_command(folder, as_json=json)


@app.command()
def compare(
    runs: Annotated[
        list[Path],
        typer.Argument(
            metavar="RUN RUN...", help="Run folders; files of predictions made elsewhere, too.", show_default=False
        ),
    ],
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="RUN",
            help="Compare every other one with this; not each with each.",
            show_default=False,
        ),
    ] = None,
    examples: Annotated[int, typer.Option("--examples", min=0, help="Changed examples to show, of each kind.")] = 10,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write differences to it.", show_default=False)
    ] = None,
    changed: Annotated[
        Path | None, typer.Option("--changed", metavar="FILE", help="Write changed examples to it.", show_default=False)
    ] = None,
    latex: Annotated[
        Path | None, typer.Option("--latex", metavar="FILE", help="Write a table for a paper.", show_default=False)
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page.", show_default=False)
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", help="Of the page: en or fr; as the runs' own.", show_default=False)
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that exist.")] = False,
    code: Code = None,
    json: Json = False,
) -> None:
    """Put classifiers side by side that judged the same examples, and test how they differ."""
    from stancekit.cli.compare import Files, compare_command

    compare_command(
        runs, against, examples, Files(csv, changed, latex, html, language, force), code or [], as_json=json
    )


@app.command()
def report(
    run: Annotated[Path, typer.Argument(help="A run folder.", show_default=False)],
    language: Annotated[
        str | None, typer.Option("--language", help="Of the page: en or fr; as the config says.", show_default=False)
    ] = None,
    texts: Annotated[
        str | None,
        typer.Option(
            "--texts", help="Shown of sentences: full, snippets or none; as the config says.", show_default=False
        ),
    ] = None,
    code: Code = None,
    trust: Trust = None,
    json: Json = False,
) -> None:
    """Make the page of a run anew: in another language, with less text, or by a newer stancekit."""
    from stancekit.cli.report import report_command

    report_command(run, language, texts, code or [], as_json=json, trust=trust)


@app.command()
def predict(
    model: Annotated[Path, typer.Argument(help="A run folder or its model/.", show_default=False)],
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT...", help=INPUTS, show_default=False)],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="A file of rows to write; - is standard output.", show_default=False
        ),
    ] = None,
    write_as: Annotated[
        str | None, typer.Option("--to", metavar="FORMAT", help="Of --output; by its ending.", show_default=False)
    ] = None,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="KEYS", help="Add rows up by: actor,target,month …", show_default=False),
    ] = None,
    figure: Annotated[
        Path | None, typer.Option("--figure", metavar="FILE.svg", help="Draw what --by adds up.", show_default=False)
    ] = None,
    adjust: Annotated[
        bool, typer.Option("--adjust", help="With --by: shares corrected by the run's confusion matrix, too.")
    ] = False,
    format: Annotated[
        str | None, typer.Option("--format", help="Of INPUT: text, csv, …; by its ending.", show_default=False)
    ] = None,
    columns: Columns = None,
    language: Annotated[str, typer.Option("--language", help="Of articles whose header doesn't say.")] = "fr",
    encoding: Annotated[str, typer.Option("--encoding", help="Of INPUT, if it is text.")] = "utf-8",
    on_error: Annotated[
        OnError, typer.Option("--on-error", help="What an input that can't be used does.")
    ] = OnError.STOP,
    force: Force = False,
    code: Code = None,
    trust: Trust = None,
    json: Json = False,
) -> None:
    """Say who stands where on what in articles and tables."""
    from stancekit.cli.predict import Wanted, predict_command
    from stancekit.corpus.inputs import Reading
    from stancekit.evaluation.aggregate import parse_keys

    keys = parse_keys(by) if by is not None else ()
    wanted = Wanted(output, write_as, force=force, by=keys, figure=figure, adjust=adjust, as_json=json)
    reading = Reading(language, encoding, pairs_of("--columns", columns) or None)
    predict_command(model, inputs, reading, format, code or [], wanted, on_error.value, trust)


@app.command()
def evaluate(
    model: Annotated[Path, typer.Argument(help="A run folder or its model/.", show_default=False)],
    data: Annotated[Path, typer.Option("--data", metavar="FILE", help="Labelled examples.", show_default=False)],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="A predictions.csv to write.", show_default=False),
    ] = None,
    format: Annotated[
        str | None, typer.Option("--format", help="Of the data; by its ending.", show_default=False)
    ] = None,
    columns: Columns = None,
    labels: Annotated[
        str | None,
        typer.Option("--labels", metavar="THEIRS=OURS,...", help="Labels of other names.", show_default=False),
    ] = None,
    encoding: Annotated[str, typer.Option("--encoding", help="Of the data, if it is text.")] = "utf-8",
    force: Force = False,
    code: Code = None,
    trust: Trust = None,
    json: Json = False,
) -> None:
    """Score a saved model on new labelled data."""
    from stancekit.cli.evaluate import LabelledData, evaluate_command

    renamed = {theirs: ours or None for theirs, ours in pairs_of("--labels", labels).items()}
    given = LabelledData(data, format, encoding, pairs_of("--columns", columns) or None, renamed or None)
    evaluate_command(model, given, output, code or [], force=force, as_json=json, trust=trust)


@app.command()
def explain(
    model: Annotated[Path, typer.Argument(help="A run folder or its model/.", show_default=False)],
    text: Annotated[
        str | None,
        typer.Argument(metavar="[TEXT]", help="A sentence; - for stdin. Without it: the model.", show_default=False),
    ] = None,
    actor: Annotated[str | None, typer.Option("--actor", help="Whose stance.", show_default=False)] = None,
    target: Annotated[str | None, typer.Option("--target", help="On what.", show_default=False)] = None,
    label: Annotated[
        str | None, typer.Option("--label", help="Not the predicted one against the runner-up.", show_default=False)
    ] = None,
    top: Annotated[int | None, typer.Option("--top", min=1, help="So many features.", show_default=False)] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="A page to write.", show_default=False)
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the page.")] = False,
    code: Code = None,
    json: Json = False,
) -> None:
    """Say which words and features speak for which label."""
    from stancekit.cli.explain import Question, explain_command

    explain_command(model, Question(text, actor, target, label, top), html, code or [], force=force, as_json=json)


@app.command()
def split(
    articles: Annotated[
        list[str],
        typer.Argument(metavar="ARTICLE...", help=ARTICLES, show_default=False),
    ],
    actors: Annotated[
        Path | None,
        typer.Option(
            "--actors", metavar="FILE", help="A gazetteer: candidate examples instead of sentences.", show_default=False
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="A file to write.", show_default=False)
    ] = None,
    format: Annotated[
        str | None,
        typer.Option("--format", help="Of --output; by its ending if not given.", show_default=False),
    ] = None,
    language: Annotated[str, typer.Option("--language", help="Of articles whose header doesn't say.")] = "fr",
    json: Json = False,
) -> None:
    """Split articles into sentences, with who speaks; or into candidate examples to label."""
    from stancekit.cli.split import split_command

    split_command(articles, actors, output, format, language, as_json=json)


@app.command()
def agreement(
    file: Annotated[
        Path, typer.Argument(help="A table with a row for each label an annotator gave.", show_default=False)
    ],
    item: Annotated[
        list[str] | None,
        typer.Option(
            "--item", metavar="COLUMN", help="What tells items apart; may be given several times.", show_default=False
        ),
    ] = None,
    format: Annotated[
        str | None, typer.Option("--format", help="Of FILE, if not by its ending.", show_default=False)
    ] = None,
    encoding: Annotated[str, typer.Option("--encoding", help="Of FILE.")] = "utf-8",
    json: Json = False,
) -> None:
    """Say how far annotators agree: kappa, alpha, and where they don't."""
    from stancekit.cli.agreement import agreement_command

    agreement_command(file, item or [], format, encoding, as_json=json)


@app.command()
def convert(
    source: Annotated[
        Path, typer.Argument(metavar="IN", help="A file or folder of examples, of any format.", show_default=False)
    ],
    path: Annotated[
        Path, typer.Argument(metavar="OUT", help="The file to write; it must not be there yet.", show_default=False)
    ],
    read_as: Annotated[
        str | None, typer.Option("--from", metavar="FORMAT", help="Of IN; by its ending.", show_default=False)
    ] = None,
    write_as: Annotated[
        str | None, typer.Option("--to", metavar="FORMAT", help="Of OUT; by its ending.", show_default=False)
    ] = None,
    encoding: Annotated[str, typer.Option("--encoding", help="Of IN, if it is text.")] = "utf-8",
    json: Json = False,
) -> None:
    """Turn examples from one format into another: tables, annotation tools."""
    from stancekit.cli.convert import convert_command

    convert_command(source, path, read_as, write_as, encoding, as_json=json)


@app.command()
def score(
    gold: Annotated[Path, typer.Argument(help="The file of gold labels.", show_default=False)],
    predicted: Annotated[
        Path, typer.Argument(metavar="PRED", help="The file of predicted labels.", show_default=False)
    ],
    scorer: Annotated[
        str,
        typer.Option(
            "--scorer",
            "-s",
            help="semeval2016, semeval2016_per_target, fnc1, xstance; or a metric, of tables with id and label.",
            show_default=False,
        ),
    ],
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="Of both files, if not the task's.", show_default=False)
    ] = None,
    json: Json = False,
) -> None:
    """Score anyone's predictions as the organisers of a shared task do."""
    from stancekit.cli.score import score_command

    score_command(gold, predicted, scorer, encoding, as_json=json)


@app.command()
def export(
    source: Annotated[
        Path,
        typer.Argument(metavar="MODEL|RUN", help="A run folder; of a model its model/ will do.", show_default=False),
    ],
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="Model: joblib, skops, onnx; run: csv, latex, mlflow. Or by the ending.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="A file to write.", show_default=False)
    ] = None,
    uri: Annotated[
        str | None, typer.Option("--uri", help="Of MLflow: sqlite:///runs.db, http://…", show_default=False)
    ] = None,
    experiment: Annotated[
        str | None, typer.Option("--experiment", help="Of MLflow; else the run's name.", show_default=False)
    ] = None,
    force: Force = False,
    code: Code = None,
    json: Json = False,
) -> None:
    """Hand a model or a run to other tools: scikit-learn, ONNX, MLflow, a paper."""
    from stancekit.cli.export import export_command

    export_command(source, format, output, code or [], (uri, experiment), force=force, as_json=json)


@app.command()
def reproduce(
    run: Annotated[Path, typer.Argument(help="A run folder.", show_default=False)],
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", help="Fits at once; -1 for every core. Never changes results.")
    ] = 1,
    code: Code = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
    json: Json = False,
) -> None:
    """Train a run again and compare every file of it."""
    from stancekit.cli.reproduce import reproduce_command

    reproduce_command(run, jobs, code or [], quiet=quiet, as_json=json)


@app.command()
def schema(code: Code = None) -> None:
    """Print the JSON Schema of the config, for editors; with the names that plug-ins add."""
    from stancekit.cli.schema import schema_command

    schema_command(code or [])
