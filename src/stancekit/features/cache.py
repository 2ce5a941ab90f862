"""Counts kept on disk between runs, under a hash of the texts and of how they are cut.

The folder is the user's own, and what is in it is unpickled when it is used: share it only with those you would let
run code of theirs. Runs at the same time may share it; each file is written beside its place and renamed.
"""

from __future__ import annotations

import hashlib
import os
import sys
import warnings
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from stancekit.features.analyzers import Analyzer
from stancekit.features.counts import Counts, count

FORMAT = 1
"""Of what is kept; a change of what counts are makes all that was kept before useless."""
FEWEST_CHARACTERS = 1_000_000
"""Smaller corpora are counted in less time than it takes to find out."""
LARGEST_BYTES = 2 * 2**30
"""What was used longest ago goes first."""
VARIABLE = "STANCEKIT_CACHE"


def cache_folder() -> Path:
    """Return where counts are kept: `$STANCEKIT_CACHE`, or `stancekit` in the user's folder for caches."""
    given = os.environ.get(VARIABLE)
    if given:
        return Path(given).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", "~/AppData/Local")).expanduser() / "stancekit" / "cache"
    if sys.platform == "darwin":
        return Path("~/Library/Caches/stancekit").expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "stancekit"


class CountCache:
    """Counts of large corpora, looked up on disk before they are made.

    Parameters
    ----------
    folder : Path
    fewest_characters : int
        Corpora with fewer are counted anew.
    largest_bytes : int
        What the folder is brought down to after something was added.

    Attributes
    ----------
    found, made : int
        How many counts were found, and how many were made and kept.
    """

    def __init__(
        self, folder: Path, *, fewest_characters: int = FEWEST_CHARACTERS, largest_bytes: int = LARGEST_BYTES
    ) -> None:
        self.folder = folder
        self.fewest_characters = fewest_characters
        self.largest_bytes = largest_bytes
        self.found = 0
        self.made = 0

    def count(self, texts: Sequence[str], analyze: Analyzer, dtype: Any) -> Counts:
        """Return the counts of texts, as `stancekit.features.counts.count` would.

        A folder that can't be used, or a file in it that is damaged, costs time only: texts are counted anew.
        """
        if sum(map(len, texts)) < self.fewest_characters:
            return count(texts, analyze, dtype)
        with warnings.catch_warnings():
            # joblib warns of what it can't read or write; counting anew is all that follows from it.
            warnings.simplefilter("ignore")
            try:
                return self._looked_up(texts, analyze, dtype)
            except OSError:
                return count(texts, analyze, dtype)

    def _looked_up(self, texts: Sequence[str], analyze: Analyzer, dtype: Any) -> Counts:
        from joblib import Memory

        memory = Memory(self.folder, verbose=0)
        kept = memory.cache(_count, ignore=["texts", "analyze", "dtype"])
        key = content_key(texts, analyze, dtype)
        known = kept.check_call_in_cache(key, texts, analyze, dtype)
        counts: Counts = kept(key, texts, analyze, dtype)
        if known:
            self.found += 1
        else:
            self.made += 1
            memory.reduce_size(bytes_limit=self.largest_bytes)
        return counts


def content_key(texts: Sequence[str], analyze: Analyzer, dtype: Any) -> str:
    """Return a SHA-256 of all that counts depend on.

    Examples
    --------
    >>> content_key(["ab", "c"], Analyzer("word"), int) == content_key(["a", "bc"], Analyzer("word"), int)
    False
    """
    said = (
        FORMAT,
        version("stancekit"),
        analyze.kind,
        analyze.ngrams,
        analyze.lowercase,
        getattr(analyze.tokens, "pattern", None),
        getattr(analyze.tokens, "flags", None),
        getattr(analyze.tokens, "key", None),
        sorted(analyze.stop_words),
        analyze.hashtags,
        str(dtype),
        sys.version_info[:2],
    )
    digest = hashlib.sha256(repr(said).encode())
    for text in texts:
        raw = text.encode("utf-8", "surrogatepass")
        digest.update(len(raw).to_bytes(8, "little"))
        digest.update(raw)
    return digest.hexdigest()


def _count(key: str, texts: Sequence[str], analyze: Analyzer, dtype: Any) -> Counts:  # noqa: ARG001 # joblib's key
    return count(texts, analyze, dtype)
