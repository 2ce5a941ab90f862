"""`python -m benchmarks.splitters [--gold FOLDER]`: prints a table and writes `results.json` beside this file."""

from __future__ import annotations

import argparse
import json
import platform
import statistics
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.splitters.gold import GoldText, inside_quotations, read_gold, score, tallies
from benchmarks.splitters.peers import PEERS, NotInstalledError, Peer, ask, interpreter

HERE = Path(__file__).parent
PARTS = ("dev", "test")
ROUNDS = 5
HEADER = "| splitter | version | dev F1 | test F1 | test 95% | test F1 outside quotations | MB/s | on MB |"


def main() -> None:
    """Measure every splitter that can be installed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.splitters", description=__doc__)
    parser.add_argument("--gold", type=Path, default=HERE / "gold", help="a folder with dev.txt and test.txt")
    gold = {part: read_gold(parser.parse_args().gold / f"{part}.txt") for part in PARTS}

    rows: dict[str, dict[str, Any]] = {peer.name: {"title": peer.title} for peer in PEERS}
    pythons: dict[Peer, str] = {}
    for peer in PEERS:
        try:
            pythons[peer] = interpreter(peer)
        except NotInstalledError as error:
            rows[peer.name]["not installed"] = str(error)
    for peer, python in pythons.items():
        rows[peer.name] |= _scores(peer, python, gold)
    for name, speed in _speeds(pythons, [text.text for part in PARTS for text in gold[part]]).items():
        rows[name] |= speed

    results = {
        "gold": {part: _described(gold[part]) for part in PARTS},
        "python": platform.python_version(),
        "rounds": ROUNDS,
        "splitters": rows,
    }
    (HERE / "results.json").write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print("\n".join(_table(results)))


def _scores(peer: Peer, python: str, gold: dict[str, list[GoldText]]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for part, texts in gold.items():
        answer = ask(peer, python, [text.text for text in texts], 1)
        row["version"] = answer["version"]
        pairs = list(zip(texts, answer["spans"], strict=True))
        row[part] = asdict(score([tally for text, spans in pairs for tally in tallies(text, spans)]))
        outside = score([t for text, spans in pairs for t in tallies(text, spans, inside_quotations(text.text))])
        row[part]["f1 outside quotations"] = outside.f1
    return row


def _speeds(pythons: dict[Peer, str], texts: list[str]) -> dict[str, dict[str, Any]]:
    """Return the median speed of every splitter over rounds in which each has its turn."""
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    repeats = {peer: max(1, round(peer.megabytes / megabytes)) for peer in pythons}
    speeds: dict[Peer, list[float]] = {peer: [] for peer in pythons}
    for _ in range(ROUNDS):
        for peer, python in pythons.items():
            seconds = ask(peer, python, texts, repeats[peer])["seconds"]
            speeds[peer].append(megabytes * repeats[peer] / seconds)
    return {
        peer.name: {
            "MB per second": float(f"{statistics.median(measured):.3g}"),
            "MB measured": round(megabytes * repeats[peer], 2),
        }
        for peer, measured in speeds.items()
    }


def _described(texts: list[GoldText]) -> dict[str, int]:
    paragraphs = [paragraph for text in texts for paragraph in text.paragraphs]
    boundaries = sum(len(paragraph.boundaries) for paragraph in paragraphs)
    return {
        "paragraphs": len(paragraphs),
        "sentences": boundaries + len(paragraphs),
        "boundaries": boundaries,
        "bytes": sum(len(text.text.encode()) for text in texts),
    }


def _table(results: dict[str, Any]) -> list[str]:
    lines = [f"{part}: {', '.join(f'{n:,} {what}' for what, n in results['gold'][part].items())}" for part in PARTS]
    lines += ["", HEADER, "|---" * (HEADER.count("|") - 1) + "|"]
    for row in results["splitters"].values():
        if "not installed" in row:
            lines.append(f"| {row['title']} | not installed: {row['not installed']} | | | | | | |")
            continue
        dev, test = row["dev"], row["test"]
        lines.append(
            f"| {row['title']} | {row['version']} | {dev['f1']:.3f} | {test['f1']:.3f}"
            f" | {test['low']:.3f} to {test['high']:.3f} | {test['f1 outside quotations']:.3f}"
            f" | {row['MB per second']:g} | {row['MB measured']:g} |"
        )
    return lines


if __name__ == "__main__":
    main()
