"""`python -m benchmarks.vectorise`: TF-IDF by stancekit and by scikit-learn, in turn, on one core.

Each figure is a median of pairs: scikit-learn's seconds over stancekit's, measured one right after the other. Peak
memory is that of a fresh process for each. `--growth` adds how time and memory grow with the corpus.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PAIRS = 5
WORK = {
    "words 1-2": {"ngram_range": (1, 2)},
    "char_wb 2-5": {"analyzer": "char_wb", "ngram_range": (2, 5)},
    "char 2-5": {"analyzer": "char", "ngram_range": (2, 5)},
}
MEASURED = ("words 1-2", "char_wb 2-5")
SIZES = (20_000, 200_000, 1_000_000)
GENERATED = 13_000
ONE_CORE = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")} | {"ARROW_NUM_THREADS": "1"}


def main() -> None:
    """Measure, print a table, and write JSON if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--work", nargs="*", choices=WORK, default=list(MEASURED))
    parser.add_argument(
        "--growth", type=int, nargs="*", metavar="SENTENCES", help="sizes; 20k 200k 1M if none is given"
    )
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--peak", nargs=3, metavar=("WHO", "WORK", "CORPUS"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.peak:
        print(json.dumps(alone(*given.peak)))
        return
    figures: dict[str, Any] = {"pairs": given.pairs, "corpora": [], "growth": []}
    for corpus in corpora():
        figures["corpora"] += [side_by_side(corpus, work, given.pairs) for work in given.work]
    if given.growth is not None:
        figures["growth"] = [growth(work, given.growth or SIZES) for work in given.work]
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def corpora() -> list[str]:
    """Return the real corpora there are, or the name of a generated one."""
    folder = Path(os.environ.get("STANCEKIT_DATA") or "/nonexistent")
    real = [name for name, file in _FILES.items() if (folder / file).is_file()]
    return real or [f"generated:{GENERATED}"]


def texts_of(corpus: str) -> list[str]:
    """Return the sentences of a corpus."""
    name, _, size = corpus.partition(":")
    if name == "generated":
        from benchmarks.corpus import generated

        return generated(int(size), seed=0)[1]
    lines = (Path(os.environ["STANCEKIT_DATA"]) / _FILES[name]).read_text(encoding="utf-8").split("\n")
    if name == "dse":
        return [line.split("\t")[0] for line in lines if line]
    return [json.loads(line)["sentence_normalized"] for line in lines if line]


def side_by_side(corpus: str, work: str, pairs: int) -> dict[str, Any]:
    """Measure fit, fit_transform, transform of all and of one sentence; check that the matrices are equal."""
    import numpy as np
    from threadpoolctl import threadpool_limits

    texts = texts_of(corpus)
    ours, theirs = vectorizer("stancekit", work), vectorizer("scikit-learn", work)
    with threadpool_limits(limits=1):
        difference = ours.fit_transform(texts) - theirs.fit_transform(texts)
        same_names = np.array_equal(ours.get_feature_names_out(), theirs.get_feature_names_out())
        measured = {
            "fit": interleaved(lambda: ours.fit(texts), lambda: theirs.fit(texts), pairs),
            "fit and names": interleaved(
                lambda: ours.fit(texts).get_feature_names_out(),
                lambda: theirs.fit(texts).get_feature_names_out(),
                pairs,
            ),
            "fit_transform": interleaved(lambda: ours.fit_transform(texts), lambda: theirs.fit_transform(texts), pairs),
            "transform": interleaved(lambda: ours.transform(texts), lambda: theirs.transform(texts), pairs),
            "one sentence": interleaved(
                lambda: ours.transform(texts[:1]), lambda: theirs.transform(texts[:1]), 20 * pairs
            ),
        }
    peaks = {who: in_a_process(who, work, corpus)["megabytes"] for who in ("stancekit", "scikit-learn")}
    found = {
        "corpus": corpus,
        "sentences": len(texts),
        "work": work,
        "largest_difference": float(abs(difference.data).max()) if difference.nnz else 0.0,
        "same_names": bool(same_names),
        "measured": measured,
        "peak_megabytes": peaks,
    }
    print(f"{corpus}, {len(texts)} sentences, {work}; largest difference {found['largest_difference']:.0e}, {peaks}")
    for step, figures in measured.items():
        print(
            f"  {step:<14} {figures['stancekit']:8.4f} s   scikit-learn {figures['scikit_learn']:8.4f} s   "
            f"{figures['ratio']:5.1f} times ({figures['lowest']:.1f} to {figures['highest']:.1f})"
        )
    return found


def interleaved(ours: Callable[[], Any], theirs: Callable[[], Any], pairs: int) -> dict[str, float]:
    """Time two in turn, after one run of each to warm up."""
    ours(), theirs()
    times = [(timed(ours), timed(theirs)) for _ in range(pairs)]
    ratios = [slower / faster for faster, slower in times]
    return {
        "stancekit": statistics.median(own for own, _ in times),
        "scikit_learn": statistics.median(other for _, other in times),
        "ratio": statistics.median(ratios),
        "lowest": min(ratios),
        "highest": max(ratios),
    }


def timed(run: Callable[[], Any]) -> float:
    """Return seconds."""
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def growth(work: str, sizes: tuple[int, ...]) -> dict[str, Any]:
    """Measure fit_transform on generated corpora of several sizes, each in a process of its own."""
    rows = []
    for size in sizes:
        rows.append({"sentences": size, **in_a_process("stancekit", work, f"generated:{size}")})
        print(f"{work}: {size} sentences, {rows[-1]['seconds']:.2f} s, {rows[-1]['megabytes']:.0f} MB")
    first, last = rows[0], rows[-1]
    exponent = math.log(last["seconds"] / first["seconds"]) / math.log(sizes[-1] / sizes[0]) if len(sizes) > 1 else None
    print(f"{work}: time grows with the power {exponent}")
    return {"work": work, "rows": rows, "exponent": exponent}


def in_a_process(who: str, work: str, corpus: str) -> dict[str, Any]:
    """Run `alone` in a fresh process on one core."""
    command = [sys.executable, "-m", "benchmarks.vectorise", "--peak", who, work, corpus]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, **ONE_CORE})
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def alone(who: str, work: str, corpus: str) -> dict[str, float]:
    """Fit and transform once; return seconds and how much memory that took at its highest, texts and all."""
    texts = texts_of(corpus)
    fresh = vectorizer(who, work)
    fresh.fit_transform(texts[:100])
    seconds = timed(lambda: fresh.fit_transform(texts))
    return {"seconds": seconds, "megabytes": peak_megabytes()}


def peak_megabytes() -> float:
    """Return the peak of this process; what `getrusage` says on Linux includes the process that started it."""
    status = Path("/proc/self/status")
    if status.is_file():
        return int(status.read_text(encoding="ascii").partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 2**20)


def vectorizer(who: str, work: str) -> Any:
    """Return a new TfidfVectorizer of one of the two."""
    if who == "stancekit":
        import pyarrow

        from stancekit.features import TfidfVectorizer

        pyarrow.set_cpu_count(1)
    else:
        from sklearn.feature_extraction.text import TfidfVectorizer
    return TfidfVectorizer(**WORK[work])


_FILES = {"dse": "dse/train.txt", "newsmtsc": "newsmtsc/train.jsonl"}


if __name__ == "__main__":
    main()
