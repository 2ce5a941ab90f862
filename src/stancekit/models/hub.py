"""Models on the Hugging Face Hub: `hf://owner/name@revision`, fetched into the cache of `huggingface_hub`."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

from stancekit.errors import InputError, Problem, printable

REFERENCE = re.compile(r"hf:/{1,2}(?P<id>[\w.-]+/[\w.-]+)(?:@(?P<revision>[\w./-]+))?", re.ASCII)
"""`Path` leaves one of the two strokes."""
FILES = ("model.json", "model.safetensors", "vocabulary.parquet", "plugin.skops", "README.md")
RUN_FILES = ("config.yaml", "metrics.json")


def is_reference(path: str | Path) -> bool:
    """Tell whether this names a model on the Hub, and no folder.

    Examples
    --------
    >>> is_reference("hf://owner/sahel@main"), is_reference("owner/sahel")
    (True, False)
    """
    return str(path).startswith("hf:/")


def fetch(reference: str | Path) -> Path:
    """Return the folder of a model on the Hub, downloaded if it isn't in the cache.

    Only the files of a model are fetched, and those of its run if it is a run folder.

    Raises
    ------
    InputError
        If the reference is none, `huggingface_hub` is missing, or the model can't be had.
    """
    found = REFERENCE.fullmatch(str(reference))
    if found is None:
        hint = "Example: hf://owner/name@revision, best with the commit as the revision"
        raise InputError(Problem("this names no model on the Hub", where=str(reference), hint=hint))
    if find_spec("huggingface_hub") is None:
        hint = "Install it: pip install 'stancekit[hub]'"
        raise InputError(Problem("this needs the package huggingface_hub, which is not installed", hint=hint))
    from huggingface_hub import snapshot_download
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()
    patterns = [*FILES, *(f"model/{name}" for name in FILES), *RUN_FILES]
    try:
        return Path(snapshot_download(found["id"], revision=found["revision"], allow_patterns=patterns))
    except Exception as error:  # the library, the network and the disk each raise their own
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        said = printable(lines[0][:300]) if lines else type(error).__name__
        hint = "Is the name right, is there such a revision, and is there a connection?"
        raise InputError(Problem(f"the model can't be fetched: {said}", where=str(reference), hint=hint)) from error
