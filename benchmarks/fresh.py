"""`make fresh`, or `python -m benchmarks.fresh [--numpy VERSION]…`: saved models in environments made for it.

For each version of numpy a virtual environment is made under `.venv-bench/`, stancekit is installed in it with the
versions of `requirements/core.lock` but for numpy, and the frozen models of `tests/models/frozen` are loaded. What they
predict is compared, to the last bit, with what their fitted estimators predicted when they were written.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers import ENVIRONMENTS

REPOSITORY = Path(__file__).resolve().parents[1]
FROZEN = REPOSITORY / "tests" / "models" / "frozen"
LOCK = REPOSITORY / "requirements" / "core.lock"
NUMPY = ("2.4.5", "2.3.5")
_COMPARE = """
import json, pathlib, sys
import numpy, scipy, stancekit
from stancekit.config.model import has_probabilities
found = {}
for file in sorted(pathlib.Path(sys.argv[1]).glob("*/*/expected.json")):
    expected = json.loads(file.read_text(encoding="utf-8"))
    model = stancekit.load(file.parent)
    rows = expected["rows"]
    same = model.predict(rows) == expected["labels"]
    values = [[value.hex() for value in row] for row in model.decision_function(rows).tolist()]
    same = same and values == expected["decision_values"]
    if has_probabilities(model.spec):
        shares = [{name: own.hex() for name, own in row.items()} for row in model.predict_proba(rows)]
        same = same and shares == expected["probabilities"]
    found[f"{file.parent.parent.name}/{file.parent.name}"] = same
imported = sorted({"sklearn", "datasets"} & set(sys.modules))
print(json.dumps({"numpy": numpy.__version__, "scipy": scipy.__version__, "models": found, "imported": imported}))
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare under each version; return 1 if some model predicts other bits."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fresh", description=__doc__)
    parser.add_argument("--numpy", action="append", help=f"may be given more than once; {', '.join(NUMPY)} if not")
    given = parser.parse_args(arguments)
    other = 0
    for version in given.numpy or NUMPY:
        answer = compared(environment(version))
        differing = [name for name, same in answer["models"].items() if not same]
        others = f"; other bits: {', '.join(differing)}" if differing else ""
        count, libraries = len(answer["models"]), f"numpy {answer['numpy']}, scipy {answer['scipy']}"
        print(f"{libraries}: {count - len(differing)} of {count} models equal{others}")
        other |= bool(differing or answer["imported"])
    return other


def environment(version: str) -> Path:
    """Return the interpreter of an environment with a version of numpy; it is made if there is none."""
    folder = ENVIRONMENTS / f"numpy=={version}"
    python, done = folder / "bin" / "python", folder / "installed"
    if not done.exists():
        print(f"installing numpy {version} and what stancekit needs", file=sys.stderr)
        pins = [line.rstrip("\\ ") for line in LOCK.read_text(encoding="utf-8").splitlines() if line[0].isalpha()]
        wanted = folder.with_suffix(".txt")
        folder.parent.mkdir(exist_ok=True)
        wanted.write_text("\n".join([*(pin for pin in pins if not pin.startswith("numpy==")), f"numpy=={version}"]))
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run([*pip, "--requirement", str(wanted)], check=True)
        done.touch()
    # Whatever was changed since: the code of this repository, not a copy of it.
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--no-build-isolation", "--editable", str(REPOSITORY)], check=True)
    return python


def compared(python: Path) -> dict[str, object]:
    """Return what the frozen models say in an environment."""
    command = [str(python), "-I", "-c", _COMPARE, str(FROZEN)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


if __name__ == "__main__":
    raise SystemExit(main())
