"""Forged `plugin.skops` files: each is refused, whatever the caller trusts, and none of them runs anything."""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import stancekit
from stancekit import plugins
from stancekit.errors import InputError, ModelError
from stancekit.models.saved_description import PLUGIN
from stancekit.models.skops_file import named_classes, read_estimators

skops_io = pytest.importorskip("skops.io", reason="skops is not installed")

Node = dict[str, Any]
TREE = "sklearn.tree._classes.DecisionTreeClassifier"


def node(loader: str, name: str, **more: Any) -> Node:
    module, _, own = name.rpartition(".")
    return {"__class__": own, "__module__": module, "__loader__": loader, **more}


def text(value: Any) -> Node:
    return node("JsonNode", "builtins.str", content=json.dumps(value), is_json=True)


def several(loader: str, name: str, *nodes: Node) -> Node:
    return node(loader, name, content=list(nodes))


def mapping(keys: Node, **content: Node) -> Node:
    return node("DictNode", "builtins.dict", content=content, key_types=keys)


STRINGS = several("ListNode", "builtins.list", node("TypeNode", "builtins.str"))


def file_of(schema: Any, protocol: Any = 2, **files: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_npy", ".npy"), content)
        schema = {**schema, "protocol": protocol, "_skops_version": "0.16.0"} if isinstance(schema, dict) else schema
        archive.writestr("schema.json", json.dumps(schema))
    return sink.getvalue()


class Trap:
    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self) -> Any:
        import os

        return os.mkdir, (str(self.canary),)


def call_by_operator(canary: Path) -> Node:
    """An operator is called as it is made, under a module that is not its own (CVE-2025-54412)."""
    arguments = several("TupleNode", "builtins.tuple", node("TypeNode", "posix.mkdir"), text(str(canary)))
    return node("OperatorFuncNode", "sklearn.linear_model.call", attrs=arguments)


def call_by_operator_under_its_own_name(canary: Path) -> Node:
    arguments = several("TupleNode", "builtins.tuple", node("TypeNode", "posix.mkdir"), text(str(canary)))
    return node("OperatorFuncNode", "operator.call", attrs=arguments)


def attribute_by_method(canary: Path) -> Node:
    """A method node takes any attribute of what it is bound to (CVE-2025-54413)."""
    own = node("ObjectNode", TREE, content=mapping(several("ListNode", "builtins.list")))
    return node("MethodNode", TREE, content={"func": "__class__", "obj": own})


def attribute_by_method_of_another_class(canary: Path) -> Node:
    own = node("ObjectNode", "os._wrap_close", content=mapping(several("ListNode", "builtins.list")))
    return node("MethodNode", TREE, content={"func": "__init__", "obj": own})


def call_by_constructor(canary: Path) -> Node:
    """The loader calls what it is told to, with what it is told to (CVE-2024-37065 and its kin)."""
    command = several("ListNode", "builtins.list", text("mkdir"), text(str(canary)))
    return node(
        "ConstructorFromReduceNode", "subprocess.Popen", content=several("TupleNode", "builtins.tuple", command)
    )


def call_by_key_type(canary: Path) -> Node:
    """Types of keys are called with the keys."""
    return mapping(several("ListNode", "builtins.list", node("TypeNode", "posix.mkdir")), **{str(canary): text("x")})


def call_by_list(canary: Path) -> Node:
    """A list whose class is another one: it is called with the list."""
    return several("ListNode", "subprocess.Popen", text("mkdir"), text(str(canary)))


def call_by_tuple(canary: Path) -> Node:
    return several("TupleNode", "subprocess.Popen", text("mkdir"), text(str(canary)))


def call_by_default(canary: Path) -> Node:
    factory = node("TypeNode", "posix.abort")
    return node(
        "DefaultDictNode", "collections.defaultdict", content={"main": mapping(STRINGS), "default_factory": factory}
    )


def call_by_partial(canary: Path) -> Node:
    content = {
        "func": node("FunctionNode", "posix.mkdir"),
        "args": several("TupleNode", "builtins.tuple", text(str(canary))),
        "kwds": mapping(several("ListNode", "builtins.list")),
        "namespace": text(None),
    }
    return node("PartialNode", "functools.partial", content=content)


def operator_of_plain_data(canary: Path) -> Node:
    return node(
        "OperatorFuncNode", "operator.methodcaller", attrs=several("TupleNode", "builtins.tuple", text("abort"))
    )


def default_of_plain_data(canary: Path) -> Node:
    content = {"main": mapping(STRINGS), "default_factory": node("TypeNode", "builtins.str")}
    return node("DefaultDictNode", "collections.defaultdict", content=content)


def partial_of_plain_data(canary: Path) -> Node:
    nothing = several("TupleNode", "builtins.tuple")
    content = {
        "func": node("TypeNode", "builtins.str"),
        "args": nothing,
        "kwds": mapping(STRINGS),
        "namespace": text(None),
    }
    return node("PartialNode", "functools.partial", content=content)


def function(canary: Path) -> Node:
    return node("FunctionNode", "posix.system")


def tree_that_is_none(canary: Path) -> Node:
    """A tree whose constructor is another one."""
    reduced = several("TupleNode", "builtins.tuple", text(str(canary)))
    return node("TreeNode", "posix.mkdir", reduce=reduced, content=mapping(STRINGS), constructor="posix.mkdir")


def type_that_runs_when_imported(canary: Path) -> Node:
    return node("TypeNode", "antigravity.webbrowser")


def object_of_the_standard_library(canary: Path) -> Node:
    """`partial` takes its function from its state."""
    state = several("TupleNode", "builtins.tuple", node("TypeNode", "builtins.str"))
    return node("ObjectNode", "functools.partial", content=state)


def name_that_is_none(canary: Path) -> Node:
    return node("ObjectNode", "sklearn.tree; import os.x", content=mapping(STRINGS))


def loader_that_is_none(canary: Path) -> Node:
    return {"__class__": "list", "__module__": "builtins", "__loader__": ["ListNode"], "content": []}


def hidden_below_data(canary: Path) -> Node:
    """Deep inside attributes of an honest object."""
    inner = several("ListNode", "builtins.list", several("TupleNode", "builtins.tuple", call_by_key_type(canary)))
    return node("ObjectNode", TREE, content=mapping(STRINGS, criterion=inner))


ATTACKS: list[Callable[[Path], Node]] = [
    call_by_operator,
    call_by_operator_under_its_own_name,
    attribute_by_method,
    attribute_by_method_of_another_class,
    call_by_constructor,
    call_by_key_type,
    call_by_list,
    call_by_tuple,
    call_by_default,
    call_by_partial,
    operator_of_plain_data,
    default_of_plain_data,
    partial_of_plain_data,
    function,
    tree_that_is_none,
    type_that_runs_when_imported,
    object_of_the_standard_library,
    name_that_is_none,
    loader_that_is_none,
    hidden_below_data,
]


def all_names(value: Any) -> set[str]:
    """Every class that a schema names, and every method: a caller who trusts whatever stands there."""
    found = set()
    if isinstance(value, dict):
        if "__class__" in value:
            found.add(f"{value['__module__']}.{value['__class__']}")
            if isinstance(value.get("content"), dict) and "func" in value["content"]:
                found.add(f"{value['__module__']}.{value['__class__']}.{value['content']['func']}")
        for own in value.values():
            found |= all_names(own)
    elif isinstance(value, list):
        for own in value:
            found |= all_names(own)
    return found


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_an_attack_is_refused_whatever_is_trusted_and_doesnt_run(
    attack: Callable[[Path], Node], tmp_path: Path
) -> None:
    canary = tmp_path / "canary"
    own = attack(canary)
    schemas = [own, mapping(STRINGS, **{"0": several("ListNode", "builtins.list", own)})]
    for schema in schemas:
        content = file_of(schema)
        for trust in (None, [], [TREE], sorted(all_names(schema)), skops_finds(content)):
            with pytest.raises(ModelError, match="refused, whatever is trusted"):
                read_estimators(content, trust, PLUGIN)
    assert not canary.exists()


def skops_finds(content: bytes) -> list[str]:
    """What a caller copies who trusts whatever skops asks for."""
    try:
        return list(skops_io.get_untrusted_types(data=content))
    except (TypeError, ValueError, KeyError, AttributeError):
        return []


@pytest.mark.parametrize("attack", [call_by_key_type, call_by_operator_under_its_own_name, call_by_list])
def test_the_canary_sings_where_skops_alone_is_told_to_trust(attack: Callable[[Path], Node], tmp_path: Path) -> None:
    """The attacks above are real ones: skops runs them for a caller who trusts what it asks for."""
    canary = tmp_path / "canary"
    content = file_of(attack(canary))
    found = skops_io.loads(content, trusted=skops_finds(content))
    if hasattr(found, "wait"):
        found.wait()
    assert canary.exists()


@pytest.mark.parametrize("protocol", [0, 1, -1, None, "2", 2.0, True])
def test_a_file_of_an_old_protocol_has_no_old_loaders_to_ask_for(protocol: Any) -> None:
    with pytest.raises(ModelError, match=r"its protocol .* is not 2 or newer"):
        read_estimators(file_of(mapping(STRINGS), protocol), [], PLUGIN)


def test_an_array_that_is_a_pickle_is_refused(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    sink = io.BytesIO()
    np.save(sink, np.array([Trap(canary)], dtype=object), allow_pickle=True)
    array = node("NdArrayNode", "numpy.ndarray", type="numpy", file="a.npy")
    content = file_of(mapping(STRINGS, **{"0": several("ListNode", "builtins.list", array)}), a_npy=sink.getvalue())
    with pytest.raises(ModelError, match="skops can't load it"):
        read_estimators(content, [], PLUGIN)
    assert not canary.exists()


@pytest.mark.parametrize("write", [pickle.dumps, lambda trap: joblib_bytes(trap)], ids=["pickle", "joblib"])
def test_a_pickle_under_the_name_of_a_skops_file_is_refused(write: Callable[[Any], bytes], tmp_path: Path) -> None:
    """CVE-2025-54886: what is no skops file must not be opened by something else."""
    canary = tmp_path / "canary"
    with pytest.raises(ModelError, match="not a skops file"):
        read_estimators(write(Trap(canary)), [TREE], PLUGIN)
    assert not canary.exists()


def joblib_bytes(value: Any) -> bytes:
    sink = io.BytesIO()
    joblib.dump(value, sink)
    return sink.getvalue()


def test_a_schema_that_stands_there_twice_is_refused() -> None:
    sink = io.BytesIO(file_of(mapping(STRINGS)))
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(sink, "a") as archive:
        archive.writestr("schema.json", "{}")
    with pytest.raises(ModelError, match="holds a file twice"):
        read_estimators(sink.getvalue(), [], PLUGIN)


def test_a_bomb_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.npy", b"\0" * 10_000_000)
        archive.writestr("schema.json", json.dumps({**mapping(STRINGS), "protocol": 2}))
    monkeypatch.setattr("stancekit.models.skops_file.MAXIMUM_SIZE", 1_000_000)
    assert len(sink.getvalue()) < 100_000
    with pytest.raises(ModelError, match="too large"):
        read_estimators(sink.getvalue(), [], PLUGIN)


def test_a_schema_without_end_is_a_message() -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("schema.json", "[" * 200_000)
    with pytest.raises(ModelError, match="not a skops file"):
        read_estimators(sink.getvalue(), [], PLUGIN)


@given(st.binary(max_size=200) | st.binary(max_size=100).map(lambda raw: b"PK\x03\x04" + raw))
def test_bytes_of_any_kind_are_refused_and_nothing_else_happens(raw: bytes) -> None:
    with pytest.raises(ModelError):
        read_estimators(raw, [], PLUGIN)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["__loader__", "__class__", "__module__", "content", "key_types", "file", "attrs", "__id__"]
            ),
            inner | st.sampled_from(["ListNode", "DictNode", "ObjectNode", "list", "dict", "builtins", "os", "system"]),
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(VALUES)
def test_a_schema_of_any_kind_is_refused_or_names_no_class(schema: Any) -> None:
    try:
        found = read_estimators(file_of(schema), [], PLUGIN)
    except ModelError:
        return
    assert all(own == () for own in found.values())


@pytest.mark.parametrize("trust", [True, "sklearn.tree", [True], [object]])
def test_trust_is_a_list_of_names_and_nothing_short_of_it(trust: Any) -> None:
    with pytest.raises(InputError, match="must be a list of names"):
        read_estimators(file_of(mapping(STRINGS)), trust, PLUGIN)


def test_classes_outside_of_plain_data_have_to_be_named() -> None:
    own = node("ObjectNode", "somebodys.package.Estimator", content=mapping(STRINGS))
    content = file_of(mapping(STRINGS, **{"0": several("ListNode", "builtins.list", own)}))
    assert named_classes(content, PLUGIN) == {"somebodys.package.Estimator"}
    with pytest.raises(ModelError, match=r"not trusted: somebodys\.package\.Estimator.*trust=\['somebodys"):
        read_estimators(content, [TREE], PLUGIN)


def test_what_is_no_list_of_estimators_for_members_is_refused() -> None:
    for schema in (several("ListNode", "builtins.list"), mapping(STRINGS, a=several("ListNode", "builtins.list"))):
        with pytest.raises(ModelError, match="a list of estimators for each member"):
            read_estimators(file_of(schema), [], PLUGIN)


CODE = """\
from sklearn.tree import DecisionTreeClassifier
from stancekit.plugins import model

@model("tree")
def tree(C, seed):
    return DecisionTreeClassifier(random_state=seed)
"""
TRUST = [TREE, "sklearn.tree._tree.Tree"]


@pytest.fixture
def folder(config_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in (("_registry", {}), ("_loaded", {}), ("_installed", False)):
        monkeypatch.setattr(plugins, name, value)
    (tmp_path / "own.py").write_text(CODE, encoding="utf-8")
    run = stancekit.train(config_file, ["model={kind: tree}"], output=tmp_path / "out", code=[tmp_path / "own.py"])
    return run.path / "model"


def forge(folder: Path, content: bytes, **changes: Any) -> None:
    """Put another file in the place of the estimators, with its hash."""
    (folder / PLUGIN).write_bytes(content)
    values = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    values["files"][PLUGIN] = hashlib.sha256(content).hexdigest()
    (folder / "model.json").write_text(json.dumps({**values, **changes}), encoding="utf-8")


def test_a_forged_file_in_a_models_folder_is_refused_by_load(folder: Path, tmp_path: Path) -> None:
    assert stancekit.load(folder, trust=TRUST).predict(["Paris refuse."])
    canary = tmp_path / "canary"
    for attack in ATTACKS:
        own = attack(canary)
        schema = mapping(STRINGS, **{"0": several("ListNode", "builtins.list", own)})
        forge(folder, file_of(schema))
        for trust in (None, TRUST, sorted(all_names(schema))):
            with pytest.raises(ModelError):
                stancekit.load(folder, trust=trust)
    assert not canary.exists()


def test_a_folder_cant_say_what_is_to_be_trusted(folder: Path) -> None:
    """GHSA-w582-9x45-8mpx: trust is the caller's, never the file's."""
    values = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    for place in (values, values["about"]):
        place["trust"] = TRUST
        (folder / "model.json").write_text(json.dumps(values), encoding="utf-8")
        with pytest.raises(ModelError, match="trust"):
            stancekit.load(folder)
        del place["trust"]


def test_a_file_that_was_changed_is_refused_before_it_is_read(folder: Path) -> None:
    content = (folder / PLUGIN).read_bytes()
    (folder / PLUGIN).write_bytes(content[:-1] + b"\x01")
    with pytest.raises(ModelError, match="doesn't match its SHA-256"):
        stancekit.load(folder, trust=TRUST)


def test_estimators_that_dont_fit_the_model_are_refused(folder: Path) -> None:
    content = (folder / PLUGIN).read_bytes()
    kept = skops_io.loads(content, trusted=TRUST)
    for other in ({"0": kept["0"][:1]}, {"7": kept["0"]}, {"0": [*kept["0"], kept["0"][0]]}):
        forge(folder, skops_io.dumps(other))
        with pytest.raises(ModelError, match=r"its estimators are not those|are missing"):
            stancekit.load(folder, trust=TRUST)
    forge(folder, content, model={"kind": "logistic_regression"})
    with pytest.raises(ModelError, match="member 0 is no plug-in's model"):
        stancekit.load(folder, trust=TRUST)


def test_a_model_whose_estimators_were_taken_out_is_refused(folder: Path) -> None:
    values = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    del values["files"][PLUGIN]
    (folder / "model.json").write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(ModelError, match="the estimators of the member 0 are missing"):
        stancekit.load(folder, trust=TRUST)
