"""What `import stancekit` gives, and what it costs."""

import subprocess
import sys

import pytest

import stancekit

PUBLIC = {"train", "load", "compare", "read_examples", "StanceClassifier", "Run"}
HEAVY = {"sklearn", "scipy", "numpy", "datasets", "pyarrow", "pydantic", "matplotlib", "typer", "rich"}


def modules_after(code: str) -> set[str]:
    """Return the top-level packages that a fresh interpreter holds after running `code`."""
    script = f"import sys\n{code}\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    return set(
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    )


def test_the_public_face_is_six_names():
    assert set(stancekit.__all__) == PUBLIC
    assert len(stancekit.__all__) == len(PUBLIC)


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_public_name_resolves_and_is_documented(name):
    value = getattr(stancekit, name)
    assert callable(value)
    assert value.__name__ == name
    assert value.__doc__


def test_a_public_name_is_the_very_object_of_its_home():
    from stancekit.corpus.readers import read_examples
    from stancekit.experiment.compare import compare
    from stancekit.experiment.run import Run
    from stancekit.models.classifier import StanceClassifier
    from stancekit.models.persistence import load

    assert stancekit.load is load
    assert stancekit.compare is compare
    assert stancekit.read_examples is read_examples
    assert stancekit.StanceClassifier is StanceClassifier
    assert stancekit.Run is Run


def test_public_names_are_listed_before_they_are_used():
    code = "import stancekit; assert set(stancekit.__all__) <= set(dir(stancekit)), dir(stancekit)"
    assert "stancekit" in modules_after(code)


def test_an_unknown_name_is_an_attribute_error_that_names_it():
    with pytest.raises(AttributeError, match=r"stancekit.*'tran'"):
        stancekit.tran  # noqa: B018 # reading it is the point


def test_an_unknown_name_cannot_be_imported():
    with pytest.raises(ImportError, match="tran"):
        from stancekit import tran  # noqa: F401


def test_a_star_import_brings_the_public_names_and_no_others():
    names: dict[str, object] = {}
    exec("from stancekit import *", names)
    assert set(names) - {"__builtins__"} == PUBLIC


def test_importing_stancekit_imports_nothing_heavy():
    found = modules_after("import stancekit")
    assert "stancekit" in found
    assert found & HEAVY == set()


def test_loading_a_model_needs_no_scikit_learn_datasets_or_matplotlib():
    found = modules_after("import stancekit; stancekit.load")
    assert "safetensors" in found
    assert found & {"sklearn", "datasets", "matplotlib"} == set()
