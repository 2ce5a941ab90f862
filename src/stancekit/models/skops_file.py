"""`plugin.skops`: the estimators of a plug-in that aren't linear, the only file of a model that can name code.

It is read only if the caller of `load` names every class in it. Before skops sees the file it is audited here: only
nodes that are plain data, arrays, or objects whose attributes are set pass, and each must be of the class that its
loader makes. What calls something (functions, methods, operators, constructors) is refused, whoever is trusted: that is
what every known attack on skops needed (CVE-2024-37065, CVE-2025-54412, CVE-2025-54413).
"""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from stancekit.errors import InputError, ModelError, PluginError, Problem, printable
from stancekit.models.saved_description import PLUGIN

MAXIMUM_SIZE, MAXIMUM_ENTRIES, MAXIMUM_SCHEMA = 2**31, 100_000, 2**28
"""Bytes and files, unpacked; a larger file is refused unread."""
OLDEST_PROTOCOL = 2

_NUMBER = r"numpy\.(?:u?int(?:8|16|32|64)|float(?:16|32|64)|bool_?|str_)"
_MADE_BY: Mapping[str, str] = {
    "BytesNode": r"builtins\.bytes",
    "DictNode": r"builtins\.dict|collections\.OrderedDict",
    "JsonNode": r"builtins\.(?:str|int|float|bool|NoneType)",
    "ListNode": r"builtins\.list",
    "LossNode": r"sklearn\._loss\._loss\.Cy\w+",
    "NdArrayNode": rf"numpy\.ndarray|{_NUMBER}",
    "RandomStateNode": r"numpy\.random\.mtrand\.RandomState",
    "SetNode": r"builtins\.set",
    "SliceNode": r"builtins\.slice",
    "SparseMatrixNode": r"scipy\.sparse\._\w+\.\w+_(?:matrix|array)",
    "TreeNode": r"sklearn\.tree\._tree\.Tree",
    "TupleNode": r"builtins\.tuple",
    "TypeNode": rf"builtins\.(?:str|int|float|bool)|{_NUMBER}",
}
"""What each loader may make; `ObjectNode` makes what the caller trusts."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)+")
_OF_ITSELF = ("builtins", "collections", "numpy")
"""Packages whose classes need not be named, as loaders make only data of them."""


def write_estimators(members: Mapping[int, Sequence[Any]]) -> bytes:
    """Return the file of the estimators of a model's members, one for each label, by the number of the member.

    The same estimators give the same bytes.

    Raises
    ------
    InputError
        If skops isn't installed.
    PluginError
        If skops can't hold them, or nothing could load them again.
    """
    skops_io = _skops()
    try:
        content = skops_io.dumps({str(number): list(own) for number, own in members.items()})
    except Exception as error:  # skops meets the plug-in's own objects
        said = f"skops can't save the estimators of a plug-in: {printable(str(error)[:300])}"
        raise PluginError(
            Problem(said, hint="Return an estimator of scikit-learn's, without functions in it")
        ) from error
    content = _in_order(content)
    try:
        named_classes(content, PLUGIN)
    except ModelError as error:
        said = f"the estimators of a plug-in hold what no model may hold: {error.problems[0].message}"
        raise PluginError(
            Problem(said, hint="Return an estimator of scikit-learn's, without functions in it")
        ) from error
    return content


def read_estimators(content: bytes, trust: Sequence[str] | None, where: str) -> dict[int, tuple[Any, ...]]:
    """Return the estimators of a file by the number of their member.

    Parameters
    ----------
    content : bytes
    trust : sequence of str or None
        The classes that may be made, as `package.module.Class`; every one in the file must be among them.
    where : str
        The file, for messages.

    Raises
    ------
    InputError
        If skops isn't installed, or `trust` is no list of names.
    ModelError
        If the file holds a class that isn't trusted, or anything that isn't data.
    """
    trusted = _checked(trust)
    named = named_classes(content, where)
    missing = sorted(named - trusted)
    if missing:
        listed = ", ".join(repr(name) for name in sorted(named))
        hint = f"They run when they are loaded. If you trust who made the file: stancekit.load(..., trust=[{listed}])"
        said = f"this model holds estimators of a plug-in, of classes that are not trusted: {', '.join(missing)}"
        raise ModelError(Problem(said, where, hint=hint))
    skops_io = _skops()
    try:
        # skops looks for itself before it makes anything, and refuses what isn't named.
        found = skops_io.loads(content, trusted=sorted(named))
    except Exception as error:  # a file that was forged can fail anywhere
        said = f"skops can't load it: {printable(str(error)[:300])}"
        raise ModelError(Problem(said, where)) from error
    if not isinstance(found, dict) or not all(
        isinstance(key, str) and key.isdecimal() and isinstance(own, list) for key, own in found.items()
    ):
        raise ModelError(Problem("it doesn't hold a list of estimators for each member", where))
    return {int(key): tuple(own) for key, own in found.items()}


def named_classes(content: bytes, where: str) -> set[str]:
    """Return the classes that a file names and that a caller must trust; nothing of it is made.

    Raises
    ------
    ModelError
        If it isn't a skops file, or has a node that could call something.
    """
    schema = _schema(content, where)
    protocol = schema.get("protocol") if isinstance(schema, dict) else None
    if type(protocol) is not int or protocol < OLDEST_PROTOCOL:
        raise ModelError(Problem(f"its protocol {protocol!r} is not {OLDEST_PROTOCOL} or newer", where))
    named = set()
    for node in _nodes(schema):
        loader, name = node.get("__loader__"), f"{node.get('__module__')}.{node.get('__class__')}"
        if loader == "CachedNode":
            continue  # a node that was looked at already
        if not isinstance(loader, str) or (loader not in _MADE_BY and loader != "ObjectNode"):
            said = f"it has a {loader!s:.40} ({name:.80}), which could call something"
            raise ModelError(Problem(said, where, hint="Such a file is refused, whatever is trusted"))
        root = name.partition(".")[0]
        fits = re.fullmatch(_MADE_BY[loader], name) if loader in _MADE_BY else _NAME.fullmatch(name)
        if not fits or (loader == "ObjectNode" and root in sys.stdlib_module_names):
            said = f"it has a {loader} that claims to make {name:.80}"
            raise ModelError(Problem(said, where, hint="Such a file is refused, whatever is trusted"))
        if root not in _OF_ITSELF:
            named.add(name)
    return named


def _schema(content: bytes, where: str) -> Any:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            reason = _why_too_much(archive)
            schema = None if reason else json.loads(archive.read("schema.json"))
    except Exception as error:  # zipfile and json each raise their own, also for what is damaged
        raise ModelError(Problem(f"not a skops file: {printable(str(error)[:200])}", where)) from error
    if reason:
        raise ModelError(Problem(reason, where))
    return schema


def _why_too_much(archive: zipfile.ZipFile) -> str | None:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names):
        return "it holds a file twice"
    if len(entries) > MAXIMUM_ENTRIES or sum(entry.file_size for entry in entries) > MAXIMUM_SIZE:
        return "it is too large"
    return "its schema is too large" if archive.getinfo("schema.json").file_size > MAXIMUM_SCHEMA else None


def _nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """Give everything that skops could take for a node."""
    waiting = [schema]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if not value.keys().isdisjoint({"__loader__", "__class__", "__module__"}):
                yield value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _in_order(content: bytes) -> bytes:
    """Return a skops file with numbers in place of addresses and random names, and without dates."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(files.pop("schema.json"))
    numbers: dict[int, int] = {}
    renamed: dict[str, str] = {}

    def put_in_order(value: Any) -> None:
        if isinstance(value, dict):
            if "__id__" in value:
                value["__id__"] = numbers.setdefault(value["__id__"], len(numbers) + 1)
            if "__loader__" in value and isinstance(value.get("file"), str):
                name = value["file"]
                value["file"] = renamed.setdefault(name, f"{len(renamed) + 1}{Path(name).suffix}")
            for own in value.values():
                put_in_order(own)
        elif isinstance(value, list):
            for own in value:
                put_in_order(own)

    put_in_order(schema)
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, own in renamed.items():
            archive.writestr(zipfile.ZipInfo(own), files[name])
        archive.writestr(zipfile.ZipInfo("schema.json"), json.dumps(schema, indent=2))
    return sink.getvalue()


def _checked(trust: Sequence[str] | None) -> set[str]:
    if trust is None:
        return set()
    if isinstance(trust, (bool, str)) or not all(isinstance(name, str) for name in trust):
        hint = "Example: trust=['sklearn.neural_network._multilayer_perceptron.MLPClassifier']"
        raise InputError(Problem(f"'trust' must be a list of names of classes, not {trust!r:.60}", hint=hint))
    return set(trust)


def _skops() -> Any:
    if find_spec("skops") is None:
        hint = "Install it: pip install 'stancekit[skops]'"
        raise InputError(Problem("an estimator that is not linear needs the package skops", hint=hint))
    from skops import io as skops_io

    return skops_io
