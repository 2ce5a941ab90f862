"""How well speakers are found in composed sentences: `python -m benchmarks.speakers [--missed]`.

In `tests/corpus`: `speakers_dev.jsonl` was there to write the rules by and `speakers_held_out.jsonl` to measure them,
both by the author of the rules; `speakers_sahel.jsonl` is a random sample of sentences from `data/sahel`, by
other writers.
Right is a speaker with the very words that the gold names (exact), or one that shares words with it (overlap).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from stancekit.corpus.articles import Article, read_article
from stancekit.corpus.quotations import attribute_speakers

ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT / "tests" / "corpus"


def main() -> None:
    """Print precision, recall and F1 for both parts, by language."""
    print("part      language  sentences  with a speaker  exact P / R / F1         overlap P / R / F1")
    for part in ("dev", "held_out"):
        lines = (GOLD / f"speakers_{part}.jsonl").read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        for language in ("fr", "en"):
            _print_scores(
                part, language, [pair for row in rows if row["language"] == language for pair in answers(row)]
            )
        if f"--missed={part}" in sys.argv:
            _list_missed(rows)
    _print_scores("sahel", "fr", sahel_answers())


def answers(row: dict) -> list[tuple[str | None, str | None]]:
    """Return (gold, found) for each sentence of a text."""
    article = Article(row["id"], row["text"], language=row["language"])
    found = [speaker and speaker.name for speaker in attribute_speakers(article)]
    return list(zip(row["speakers"], found, strict=True))


def sahel_answers() -> list[tuple[str | None, str | None]]:
    """Return (gold, found) for the sampled sentences of data/sahel, each read in its article."""
    lines = (GOLD / "speakers_sahel.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    articles = {row["article"]: read_article(ROOT / f"data/sahel/articles/{row['article']}.txt") for row in rows}
    found = {name: attribute_speakers(article) for name, article in articles.items()}
    speakers = [found[row["article"]][row["sentence"]] for row in rows]
    return [(row["speaker"], speaker and speaker.name) for row, speaker in zip(rows, speakers, strict=True)]


def _print_scores(part: str, language: str, pairs: list[tuple[str | None, str | None]]) -> None:
    gold = sum(expected is not None for expected, _ in pairs)
    scores = "  ".join(_scores(pairs, exact=exact) for exact in (True, False))
    print(f"{part:9} {language:9} {len(pairs):8}  {gold:14}  {scores}")


def _scores(pairs: list[tuple[str | None, str | None]], *, exact: bool) -> str:
    right = sum(1 for gold, found in pairs if gold and found and (gold == found if exact else _share(gold, found)))
    named = sum(found is not None for _, found in pairs)
    gold = sum(expected is not None for expected, _ in pairs)
    precision, recall = right / max(1, named), right / max(1, gold)
    return f"{precision:.3f} / {recall:.3f} / {2 * right / max(1, named + gold):.3f}"


def _share(gold: str, found: str) -> bool:
    return gold in found or found in gold


def _list_missed(rows: list[dict]) -> None:
    for row in rows:
        for number, (gold, found) in enumerate(answers(row)):
            if gold != found:
                print(f"  {row['id']}:{number}  {gold!r}, found {found!r}  | {row['text']}")


if __name__ == "__main__":
    main()
