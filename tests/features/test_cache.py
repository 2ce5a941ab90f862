"""Counts kept on disk: the same as counted anew, whatever happens to the folder."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stancekit.config.load import load_config
from stancekit.experiment.train import run_experiment
from stancekit.features.analyzers import Analyzer
from stancekit.features.cache import CountCache, cache_folder, content_key
from stancekit.features.counts import Counts, count
from stancekit.report.pages import PAGES

TEXTS = ["La junte n'est pas élue.", "", "Paris s'oppose à l'accord 🤝", "Moscou \ud800 et Paris"]
ANALYZERS = [Analyzer("word", (1, 2)), Analyzer("char_wb", (2, 4)), Analyzer("indicator", lowercase=False)]


def cache_in(folder: Path, **more: int) -> CountCache:
    return CountCache(folder, **({"fewest_characters": 1} | more))


def assert_equal(one: Counts, other: Counts) -> None:
    assert list(one.terms) == list(other.terms)
    assert one.matrix.dtype == other.matrix.dtype
    assert (one.matrix != other.matrix).nnz == 0


@pytest.mark.parametrize("analyzer", ANALYZERS, ids=lambda analyzer: analyzer.kind)
def test_what_is_found_is_what_would_be_counted(tmp_path: Path, analyzer: Analyzer) -> None:
    cache = cache_in(tmp_path)
    made, found = cache.count(TEXTS, analyzer, np.int32), cache.count(TEXTS, analyzer, np.int32)
    assert (cache.made, cache.found) == (1, 1)
    for counts in (made, found):
        assert_equal(counts, count(TEXTS, analyzer, np.int32))


def test_another_process_finds_what_one_has_kept(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; import numpy as np\n"
        "from stancekit.features.analyzers import Analyzer; from stancekit.features.cache import CountCache\n"
        "cache = CountCache(Path(sys.argv[1]), fewest_characters=1)\n"
        "cache.count(['oui non', 'non'], Analyzer('word'), np.int32); print(cache.made, cache.found)"
    )
    said = [
        subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    assert said == ["1 0\n", "0 1\n"]


def test_everything_that_counts_depend_on_is_in_the_key() -> None:
    plain = Analyzer("word", (1, 2))
    others = [
        replace(plain, kind="char"),
        replace(plain, ngrams=(1, 3)),
        replace(plain, lowercase=False),
        replace(plain, stop_words=frozenset({"pas"})),
        replace(plain, tokens=re.compile(r"\w+")),
        replace(plain, tokens=re.compile(r"\w+", re.ASCII)),
    ]
    keys = {content_key(TEXTS, analyzer, np.int32) for analyzer in [plain, *others]}
    keys |= {content_key(TEXTS, plain, np.int64), content_key(TEXTS[::-1], plain, np.int32)}
    keys |= {content_key(["".join(TEXTS)], plain, np.int32), content_key([*TEXTS, ""], plain, np.int32)}
    assert len(keys) == len(others) + 5


def test_small_corpora_are_not_kept(tmp_path: Path) -> None:
    cache = cache_in(tmp_path / "cache", fewest_characters=10_000)
    cache.count(TEXTS, ANALYZERS[0], np.int32)
    assert (cache.made, cache.found) == (0, 0)
    assert not (tmp_path / "cache").exists()


def test_a_damaged_file_is_counted_anew(tmp_path: Path) -> None:
    cache_in(tmp_path).count(TEXTS, ANALYZERS[0], np.int32)
    (kept,) = tmp_path.rglob("output.pkl")
    kept.write_bytes(kept.read_bytes()[:20])
    assert_equal(cache_in(tmp_path).count(TEXTS, ANALYZERS[0], np.int32), count(TEXTS, ANALYZERS[0], np.int32))


def test_a_folder_that_cannot_be_made_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    counts = cache_in(tmp_path / "file" / "cache").count(TEXTS, ANALYZERS[0], np.int32)
    assert_equal(counts, count(TEXTS, ANALYZERS[0], np.int32))


def test_what_was_used_longest_ago_goes_when_the_limit_is_reached(tmp_path: Path) -> None:
    cache = cache_in(tmp_path, largest_bytes=1)
    for number in range(3):
        cache.count([f"texte {number}"], ANALYZERS[0], np.int32)
    assert sum(file.stat().st_size for file in tmp_path.rglob("output.pkl")) <= 1
    assert cache.made == 3


def test_the_folder_is_that_of_the_environment_or_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STANCEKIT_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("STANCEKIT_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    if sys.platform == "linux":
        assert cache_folder() == tmp_path / "xdg" / "stancekit"


def test_a_run_is_the_same_with_counts_found_made_or_not_kept(config_file: Path, tmp_path: Path) -> None:
    config = load_config(config_file)
    caches = [cache_in(tmp_path / "cache"), cache_in(tmp_path / "cache"), None]
    runs = [run_experiment(config, tmp_path / str(i), pages=PAGES, cache=cache) for i, cache in enumerate(caches)]
    first, second, _ = caches
    assert first is not None
    assert second is not None
    assert (first.made > 0, second.made, second.found) == (True, 0, first.made + first.found)
    for file in ("metrics.json", "predictions.csv", "model/model.safetensors", "model/vocabulary.parquet"):
        assert len({(run.path / file).read_bytes() for run in runs}) == 1
