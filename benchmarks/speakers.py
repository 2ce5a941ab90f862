"""How well speakers are found in composed sentences: `python -m benchmarks.speakers [--missed]`.

`tests/corpus/speakers_dev.jsonl` was there to write the rules by, `speakers_held_out.jsonl` to measure them. Right is a
speaker with the very words that the gold text names (exact), or that shares words with it (overlap).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from stancekit.corpus.articles import Article
from stancekit.corpus.quotations import attribute_speakers

GOLD = Path(__file__).resolve().parent.parent / "tests" / "corpus"


def main() -> None:
    """Print precision, recall and F1 for both parts, by language."""
    print("part      language  sentences  with a speaker  exact P / R / F1         overlap P / R / F1")
    for part in ("dev", "held_out"):
        lines = (GOLD / f"speakers_{part}.jsonl").read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        for language in ("fr", "en"):
            pairs = [pair for row in rows if row["language"] == language for pair in answers(row)]
            gold = sum(expected is not None for expected, _ in pairs)
            scores = "  ".join(_scores(pairs, exact=exact) for exact in (True, False))
            print(f"{part:9} {language:9} {len(pairs):8}  {gold:14}  {scores}")
        if f"--missed={part}" in sys.argv:
            _list_missed(rows)


def answers(row: dict) -> list[tuple[str | None, str | None]]:
    """Return (gold, found) for each sentence of a text."""
    article = Article(row["id"], row["text"], language=row["language"])
    found = [speaker and speaker.name for speaker in attribute_speakers(article)]
    return list(zip(row["speakers"], found, strict=True))


def _scores(pairs: list[tuple[str | None, str | None]], *, exact: bool) -> str:
    right = sum(1 for gold, found in pairs if gold and found and (gold == found if exact else _share(gold, found)))
    named = sum(found is not None for _, found in pairs)
    gold = sum(expected is not None for expected, _ in pairs)
    precision, recall = right / max(1, named), right / max(1, gold)
    return f"{precision:.3f} / {recall:.3f} / {2 * right / max(1, named + gold):.3f}  "


def _share(gold: str, found: str) -> bool:
    return gold in found or found in gold


def _list_missed(rows: list[dict]) -> None:
    for row in rows:
        for number, (gold, found) in enumerate(answers(row)):
            if gold != found:
                print(f"  {row['id']}:{number}  {gold!r}, found {found!r}  | {row['text']}")


if __name__ == "__main__":
    main()
