"""Writing an export, and the text beside it that says what it is."""

from __future__ import annotations

import csv
import hashlib
import io
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, get_args
from zipfile import ZIP_DEFLATED

from stancekit.corpus.row_files import refuse_place
from stancekit.errors import DataError, InputError, Problem, printable
from stancekit.models.exports.graph import graph_of
from stancekit.models.exports.pipeline import NOT_LINEAR, pipeline_of, why_not_alone
from stancekit.models.saved_description import PLUGIN
from stancekit.models.stance_model import StanceModel

Format = Literal["joblib", "skops", "onnx"]
FORMATS: tuple[Format, ...] = get_args(Format)
PICKLE = (
    "This file is a pickle: whoever opens it runs what its maker put into it. Open it only if you made it yourself or"
    " got it from somebody you trust, over a channel nobody else can write to. stancekit never opens it."
)


@dataclass(frozen=True)
class Export:
    """What was written.

    Attributes
    ----------
    path : Path
    format : {"joblib", "skops", "onnx"}
    stands_alone : bool
        Whether stancekit is not needed to use it.
    why_not : str or None
        What in the model needs stancekit.
    trusted : tuple of str
        Of skops, the types that whoever loads it must name.
    files : tuple of Path
        The text that describes it, and others beside it.
    """

    path: Path
    format: Format
    stands_alone: bool
    why_not: str | None
    trusted: tuple[str, ...]
    files: tuple[Path, ...]


@dataclass(frozen=True)
class _Contents:
    content: bytes
    why_not: str | None
    takes: str
    use: str
    needs: tuple[str, ...]
    warning: str = ""
    trusted: tuple[str, ...] = ()
    terms: str | None = None


def export_model(model: StanceModel, path: str | Path, format: str | None = None, *, force: bool = False) -> Export:
    """Write a model as a file of another tool, and beside it a text that says what it is.

    Parameters
    ----------
    model : StanceModel
    path : str or Path
    format : {"joblib", "skops", "onnx"}, optional
        By the file's ending if not given.
    force : bool, default=False
        Replace files that are there.

    Raises
    ------
    InputError
        If the format isn't known, its library isn't installed, or the model can't be had in it.
    DataError
        If something is there already, or nothing can be written.

    Examples
    --------
    >>> from stancekit.config.features import Block
    >>> from stancekit.config.model import Model
    >>> from stancekit.config.schema import Task
    >>> from stancekit.models.stance_model import fit_model
    >>> model = fit_model({"text": ["oui", "non"]}, [[True, False], [False, True]], Task(labels=("pro", "con")),
    ...                   [Block(field="text")], Model())
    >>> export = export_model(model, getfixture("tmp_path") / "model.joblib")
    >>> export.stands_alone
    True
    >>> import joblib
    >>> joblib.load(export.path).predict(["oui, oui", "Non !"]).tolist()
    ['pro', 'con']
    """
    path = Path(path)
    chosen = format_of(path, format)
    beside = [path.with_name(f"{path.name}.txt")]
    if chosen == "onnx":
        beside.append(path.with_name(f"{path.name}.terms.csv"))
    for file in (path, *beside):
        refuse_place(file, force=force)
    made = _MAKE[chosen](model, path)
    texts = [_description(model, path, chosen, made), *([] if made.terms is None else [made.terms])]
    # The file itself comes last: where it is, what describes it is, too.
    for file, text in zip(beside, texts, strict=True):
        _write(file, text.encode())
    _write(path, made.content)
    return Export(path, chosen, made.why_not is None, made.why_not, made.trusted, tuple(beside))


def format_of(path: Path, format: str | None) -> Format:
    """Return the format of an export, by the file's ending if none is named.

    Raises
    ------
    InputError
        If there is none of that name or ending.
    """
    given = format if format is not None else path.suffix.lstrip(".").lower()
    for known in FORMATS:
        if given == known:
            return known
    said = f"can't export to {given!r}" if format is not None else "can't tell the format by the ending"
    raise InputError(Problem(said, str(path), FORMATS, given, hint="" if format else "Name it: --format"))


def need(package: str, extra: str) -> None:
    """Refuse what needs a package that isn't installed.

    Raises
    ------
    InputError
    """
    if find_spec(package) is None:
        hint = f"Install it: pip install 'stancekit[{extra}]'"
        raise InputError(Problem(f"this needs the package {package}, which is not installed", hint=hint))


def _estimator(model: StanceModel) -> tuple[Any, str | None]:
    from stancekit.models.exports.packed import PackedModel

    reason = why_not_alone(model)
    if reason == NOT_LINEAR:
        # Packed, the file itself would say which classes of its own are to be trusted.
        hint = f"Its estimators are in {PLUGIN} already"
        raise InputError(Problem(f"this model can't be exported: {reason}", hint=hint))
    return (pipeline_of(model) if reason is None else PackedModel.of(model)), reason


def _takes(reason: str | None) -> str:
    if reason is None:
        return "a list of texts"
    return "what stancekit's own models take: a list of texts or of dicts, a data frame; with actor and target"


def _needs(reason: str | None) -> tuple[str, ...]:
    return ("scikit-learn",) if reason is None else ("scikit-learn", "stancekit")


def _joblib(model: StanceModel, path: Path) -> _Contents:
    import joblib

    estimator, reason = _estimator(model)
    sink = io.BytesIO()
    joblib.dump(estimator, sink)
    use = f'import joblib\n\nmodel = joblib.load("{path.name}")\nmodel.predict(["…"])'
    return _Contents(sink.getvalue(), reason, _takes(reason), use, (*_needs(reason), "joblib"), PICKLE)


def _skops(model: StanceModel, path: Path) -> _Contents:
    need("skops", "skops")
    from skops import io as skops_io

    estimator, reason = _estimator(model)
    content = skops_io.dumps(estimator, compression=ZIP_DEFLATED)  # 45,000 terms: 1.3 MB, not 38
    trusted = tuple(skops_io.get_untrusted_types(data=content))
    named = "".join(f'        "{name}",\n' for name in trusted)
    use = (
        "from skops.io import load\n\n"
        f'model = load(\n    "{path.name}",\n    trusted=[\n{named}    ],\n)\nmodel.predict(["…"])'
    )
    return _Contents(content, reason, _takes(reason), use, (*_needs(reason), "skops"), trusted=trusted)


def _onnx(model: StanceModel, path: Path) -> _Contents:
    need("onnx", "onnx")
    about = {"stancekit": version("stancekit"), "name": str(model.about.get("name", ""))}
    use = (
        "import onnxruntime\n\n"
        f'session = onnxruntime.InferenceSession("{path.name}")\n'
        'session.run(None, {"counts": counts})\n\n'
        "# With stancekit at hand, the counts are\n"
        "# stancekit.models.exports.count_for_graph(stancekit.load(RUN), examples)"
    )
    takes = (
        f"counts: float32 of shape (N, {sum(len(block.terms) for block in model.features.blocks)}), how often each term"
        f" of {path.name}.terms.csv occurs in each example, in the order of its rows. How a block is cut into terms"
        " stands in the metadata of the file, under 'blocks'"
    )
    return _Contents(graph_of(model, about), None, takes, use, ("onnxruntime",), terms=_terms(model))


_MAKE: Mapping[Format, Callable[[StanceModel, Path], _Contents]] = {
    "joblib": _joblib,
    "skops": _skops,
    "onnx": _onnx,
}


def _terms(model: StanceModel) -> str:
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(["column", "block", "field", "analyzer", "term"])
    column = 0
    for number, block in enumerate(model.features.blocks):
        for term in block.terms:
            writer.writerow([column, number, block.spec.field, block.spec.cut_by, term])
            column += 1
    return sink.getvalue()


def _description(model: StanceModel, path: Path, format: Format, made: _Contents) -> str:
    several = model.task.kind == "multilabel"
    lines = [
        f"{path.name}: a stance classifier, exported by stancekit {version('stancekit')} for {format}",
        "",
        *([f"WARNING. {made.warning}", ""] if made.warning else []),
        f"Model:   {printable(str(model.about.get('name', 'unnamed')))}",
        f"Labels:  {', '.join(map(printable, model.labels))}{' (any number of them)' if several else ''}",
        f"Takes:   {made.takes}",
        f"Needs:   {', '.join(f'{name} {_version(name)}' if _version(name) else name for name in made.needs)}",
        f"SHA-256: {hashlib.sha256(made.content).hexdigest()}",
    ]
    if format != "onnx":
        alone = (
            "It stands alone: stancekit need not be installed. scikit-learn warns, or fails, if its version is another"
            if made.why_not is None
            else f"It needs stancekit, since scikit-learn alone can't do what the model does: {made.why_not}"
        )
        lines += ["", f"{alone}."]
    if made.trusted:
        lines += ["", "skops refuses to load types that whoever loads them hasn't named; those below are all it needs."]
    lines += ["", "Use:", "", *(f"    {line}".rstrip() for line in made.use.split("\n"))]
    return "\n".join([*lines, ""])


def _version(package: str) -> str | None:
    return version(package) if find_spec(package.replace("scikit-learn", "sklearn")) is not None else None


def _write(path: Path, content: bytes) -> None:
    partial = path.parent / f".{path.name}.{uuid.uuid4().hex[:8]}.partial"
    try:
        try:
            partial.write_bytes(content)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise DataError(Problem(f"can't write it: {error.strerror or error}", where=str(path))) from error
