"""`stancekit split`: from articles to sentences, and to candidate examples to label."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stancekit.corpus.articles import Article, article_from_bytes, find_articles, read_article
from stancekit.corpus.gazetteer import Gazetteer
from stancekit.corpus.gazetteer_file import read_gazetteer
from stancekit.corpus.linking import propose_examples
from stancekit.corpus.quotations import attribute_speakers
from stancekit.corpus.writers import refuse_existing, write_examples
from stancekit.errors import InputError, Problem, RefusedError

STDIN = "-"
SENTENCE_HEADINGS = ("article", "date", "sentence", "start", "end", "paragraph", "quoted", "speaker", "text")
CANDIDATE_HEADINGS = ("article", "sentence", "actor", "target", "speaker", "text")


def split_article(article: Article, gazetteer: Gazetteer | None = None) -> list[dict[str, Any]]:
    """Return a row for each sentence of an article.

    Parameters
    ----------
    article : Article
    gazetteer : Gazetteer, optional
        Names speakers canonically where it knows them.

    Returns
    -------
    list of dict
        `article, date, sentence, start, end, paragraph, quoted, speaker, speaker_start, speaker_end, text`; all
        offsets are into `article.text`.

    Examples
    --------
    >>> (row,) = split_article(Article.from_text("Paris a dit non.", id="a"))
    >>> row["speaker"], row["start"], row["end"]
    (None, 0, 16)
    """
    speakers = attribute_speakers(article, gazetteer)
    return [
        {
            "article": article.id,
            "date": article.date,
            "sentence": sentence.index,
            "start": sentence.start,
            "end": sentence.end,
            "paragraph": sentence.paragraph,
            "quoted": sentence.quoted,
            "speaker": speaker and speaker.name,
            "speaker_start": speaker and speaker.start,
            "speaker_end": speaker and speaker.end,
            "text": sentence.text,
        }
        for sentence, speaker in zip(article.sentences, speakers, strict=True)
    ]


def candidates_of(article: Article, gazetteer: Gazetteer) -> list[dict[str, Any]]:
    """Return candidate examples to label: every pair of an actor and a target that a sentence mentions.

    Returns
    -------
    list of dict
        `id, article, date, sentence, start, end, text, actor, actor_start, …, target_end, label, speaker, language`.
        Spans of actor and target count from the start of the sentence; `label` is None.
    """
    speakers = attribute_speakers(article, gazetteer)
    rows = []
    for row in propose_examples(article, gazetteer):
        names = [name for name in (row["actor"], row["target"]) if name is not None]
        speaker = speakers[row["sentence"]]
        rows.append(
            {"id": "/".join([article.id, f"s{row['sentence']:02d}", *names])}
            | row
            | {"label": None, "speaker": speaker and speaker.name, "language": article.language}
        )
    return rows


def read_articles(given: Sequence[str], language: str) -> list[Article]:
    """Read articles from files, folders, patterns, and standard input where `-` is given.

    Raises
    ------
    InputError
        If there is no such file, it can't be used, or two have the same name.
    """
    articles: list[Article] = []
    sources: dict[str, str] = {}
    for name in given:
        if name == STDIN:
            found = [("standard input", article_from_bytes(sys.stdin.buffer.read(), "stdin", "<stdin>", language))]
        else:
            found = [(str(file), read_article(file, language)) for file in find_articles([name])]
        for source, article in found:
            known = sources.setdefault(article.id, source)
            if known != source:
                hint = "Rows are told apart by it: rename one of the files"
                raise InputError(Problem(f"{known} is called {article.id!r} too", where=source, hint=hint))
            if all(article.id != own.id for own in articles):
                articles.append(article)
    return articles


def split_command(
    given: Sequence[str],
    actors: Path | None,
    output: Path | None,
    format: str | None,
    language: str,
    *,
    as_json: bool,
) -> None:
    """Print or write the sentences of articles, or the candidates in them; all are read before any is split."""
    if format is not None and output is None:
        raise InputError(Problem("--format is that of --output", hint="Give --output FILE, or --json"))
    if output is not None:
        refuse_existing(output)
    gazetteer = read_gazetteer(actors) if actors is not None else None
    articles = read_articles(given, language)
    if gazetteer is None:
        rows = [row for article in articles for row in split_article(article)]
    else:
        rows = [row for article in articles for row in candidates_of(article, gazetteer)]
    what = "sentence" if gazetteer is None else "candidate example"
    if not rows and gazetteer is not None:
        hint = "Does the gazetteer have the forms that the articles use?"
        raise RefusedError(Problem("no sentence names both an actor and a target", where=str(actors), hint=hint))
    if output is not None:
        from stancekit.evaluation.verdict import count_of

        write_examples(rows, output, format=format)
        print(f"{count_of(len(rows), what)} of {count_of(len(articles), 'article')}: {output}", file=sys.stderr)
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
    elif output is None:
        _print_table(rows)


def _print_table(rows: Sequence[dict[str, Any]]) -> None:
    from rich.console import Console

    from stancekit.report.terminal import print_to, rows_table

    shown = CANDIDATE_HEADINGS if rows and "actor" in rows[0] else SENTENCE_HEADINGS
    print_to(Console(highlight=False), rows_table(rows, shown))
