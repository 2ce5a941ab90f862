"""Loading a model of 200,000 features in a fresh process, beyond starting Python and importing numpy.

Both sides have the same terms, idf and coefficients: scikit-learn's pipeline is fitted, ours made of its arrays.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.works.plan import Plan

FEATURES = 200_000
SENTENCES = 20_000
MOST_SECONDS = 0.3
_START = "import numpy"
_OURS = "import numpy, stancekit; stancekit.load({path!r})"
_THEIRS = "import numpy, joblib; joblib.load({path!r})"


def measure(plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield a row beside `joblib.load` of the pipeline."""
    folder = plan.folder / "load"
    folder.mkdir(exist_ok=True)
    size = SENTENCES if not plan.quick else 300
    subprocess.run([sys.executable, "-m", "benchmarks.works.load", str(folder), str(size)], check=True)
    ours, theirs = (
        code.format(path=str(folder / name)) for code, name in ((_OURS, "model"), (_THEIRS, "pipeline.joblib"))
    )
    for code in (_START, ours, theirs):
        _seconds(code)  # bytecode is written, files are in memory
    rounds = []
    for _ in range(plan.pairs_or(9)):
        start, own, other = (_seconds(code)[0] for code in (_START, ours, theirs))
        rounds.append((max(own - start, 1e-4), max(other - start, 1e-4)))
        print(f"  load: {rounds[-1][0]:.3f} s, scikit-learn {rounds[-1][1]:.3f} s, beyond {start:.3f} s")
    medians = [statistics.median(own) for own in zip(*rounds, strict=True)]
    ratios = [other / own for own, other in rounds]
    features = (folder / "features").read_text(encoding="utf-8")
    yield {
        "title": "load a model: processor time of a fresh process beyond Python and numpy (goal: < 0.3 s)",
        "corpus": f"{int(features):,} features, 3 labels, words 1-2",
        "peer": "scikit-learn",
        "seconds": {
            "ours": [round(own, 4) for own, _ in rounds],
            "theirs": [round(other, 4) for _, other in rounds],
        },
        "median_seconds": {"ours": round(medians[0], 4), "theirs": round(medians[1], 4)},
        "ratio": round(medians[1] / medians[0], 3),
        "lowest": round(min(ratios), 3),
        "highest": round(max(ratios), 3),
        "reached": medians[0] < MOST_SECONDS,
        "peak_mb": {"ours": _seconds(ours)[1], "theirs": _seconds(theirs)[1]},
        "agreement": {},
    }


def _seconds(code: str) -> tuple[float, int]:
    """Run a line of code in a fresh process; return the processor's seconds, and the peak memory in MB.

    Loading waits for nothing once the files are in memory, and others use the machine, too.
    """
    # Users have bytecode; a variable of the machine that keeps it from being written would be measured, too.
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    child = subprocess.Popen([sys.executable, "-c", code], env=own)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"failed: {code}")
    return used.ru_utime + used.ru_stime, round(used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10))


def write_both(folder: Path, size: int) -> None:
    """Fit a pipeline, and write it and a model of the same numbers."""
    import joblib
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import Pipeline
    from sklearn.svm import LinearSVC

    from benchmarks.corpora import generated
    from stancekit.config.features import Block
    from stancekit.config.model import Model
    from stancekit.config.task import Task
    from stancekit.features.blocks import FittedBlock, FittedFeatures
    from stancekit.models.linear import LinearModel
    from stancekit.models.persistence import save_model
    from stancekit.models.stance_model import StanceModel

    texts, labels = generated(size, 0)
    tfidf, svm = TfidfVectorizer(ngram_range=(1, 2), max_features=FEATURES), LinearSVC(C=0.1, random_state=0)
    pipeline = Pipeline([("tfidf", tfidf), ("svm", svm)]).fit(texts, labels)
    joblib.dump(pipeline, folder / "pipeline.joblib")
    terms = tfidf.get_feature_names_out().tolist()
    block = FittedBlock(Block(field="text", ngrams=(1, 2), tokens="sklearn"), terms, tfidf.idf_)
    model = StanceModel(
        Task(labels=tuple(map(str, svm.classes_))),
        Model(kind="linear_svc", C=0.1, class_weight=None),
        FittedFeatures((block,)),
        LinearModel(svm.coef_, svm.intercept_),
    )
    (folder / "model").mkdir(exist_ok=True)
    save_model(model, folder / "model")
    (folder / "features").write_text(str(len(terms)), encoding="utf-8")
    scores = pipeline.decision_function(texts[:500])
    if not np.allclose(model.decision_function([{"text": text} for text in texts[:500]]), scores, atol=1e-9):
        raise RuntimeError("the two aren't the same model")


if __name__ == "__main__":
    write_both(Path(sys.argv[1]), int(sys.argv[2]))
