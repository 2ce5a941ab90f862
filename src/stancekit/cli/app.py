"""The commands and their options. What a command does stands in its own file."""

from __future__ import annotations

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

ARTICLES = "Text files, UTF-8; folders of them; patterns; - for stdin."
Code = Annotated[
    list[Path] | None,
    typer.Option("--code", metavar="FILE", help="Python code of yours to run: plug-ins.", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


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
    json: Json = False,
) -> None:
    """List the runs there are, with their scores."""
    from stancekit.cli.runs import runs_command

    runs_command(folder, as_json=json)


@app.command()
def compare(
    runs: Annotated[
        list[Path], typer.Argument(metavar="RUN RUN...", help="Two or more run folders.", show_default=False)
    ],
    json: Json = False,
) -> None:
    """Put runs on the same examples side by side."""
    from stancekit.cli.compare import compare_command

    compare_command(runs, as_json=json)


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
    json: Json = False,
) -> None:
    """Make the page of a run anew: in another language, with less text, or by a newer stancekit."""
    from stancekit.cli.report import report_command

    report_command(run, language, texts, code or [], as_json=json)


@app.command()
def predict(
    model: Annotated[Path, typer.Argument(help="A run folder or its model/.", show_default=False)],
    articles: Annotated[list[str], typer.Argument(metavar="ARTICLE...", help=ARTICLES, show_default=False)],
    language: Annotated[str, typer.Option("--language", help="Of articles whose header doesn't say.")] = "fr",
    code: Code = None,
    json: Json = False,
) -> None:
    """Say who stands where on what in articles."""
    from stancekit.cli.predict import predict_command

    predict_command(model, articles, language, code or [], as_json=json)


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
def schema(code: Code = None) -> None:
    """Print the JSON Schema of the config, for editors; with the names that plug-ins add."""
    from stancekit.cli.schema import schema_command

    schema_command(code or [])
