"""A model as an ONNX graph: from the counts of n-grams to labels, decision values and probabilities.

Cutting French into our n-grams is beyond the text operators of ONNX. So a caller counts, by the list of terms beside
the graph or by `count_for_graph`, and everything after that is in the graph: TF-IDF of each block, the linear models,
calibration, vote and offsets. It reckons in float64, as stancekit does.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.model import ONE_LABEL_KINDS, Model, has_probabilities
from stancekit.corpus.examples import as_columns
from stancekit.corpus.linking import link_spans
from stancekit.errors import InputError, Problem
from stancekit.features.blocks import FittedBlock
from stancekit.features.fields import compute_field
from stancekit.models.calibration import Calibration, Sigmoids, Steps
from stancekit.models.decision import USUAL_MODEL
from stancekit.models.opaque import estimators_of
from stancekit.models.stance_model import StanceModel

Array = NDArray[Any]

OPSET, IR_VERSION = 17, 8
"""Old enough for runtimes of 2022, with all that is needed."""
LARGEST = 2**31 - 2**20
"""Bytes: a protobuf message can't be longer."""


def count_for_graph(model: StanceModel, examples: Any) -> NDArray[np.float32]:
    """Return what the ONNX graph of a model takes: counts of shape (n_examples, n_terms).

    Parameters
    ----------
    model : StanceModel
    examples : list of dict, list of str, Dataset, pyarrow.Table or data frame
        As `StanceModel.predict` takes them.
    """
    columns = as_columns(examples)
    columns = {**columns, **link_spans(columns, model.gazetteer)}
    return np.hstack(
        [block.count(compute_field(columns, block.spec.field)).toarray() for block in model.features.blocks]
    ).astype(np.float32)


def why_no_graph(model: StanceModel) -> str | None:
    """Return why a model can't be an ONNX graph; None if it can."""
    if estimators_of(model.linear):
        return "it is a plug-in's and not linear"
    if model.task.kind == "directed_pair":
        return "a directed pair is scored both ways round, as two examples"
    if model.linear.conditioning is not None:
        return "its weights depend on the target"
    return None


def graph_of(model: StanceModel, about: dict[str, str]) -> bytes:
    """Return the bytes of an ONNX file.

    Its input is `counts`, float32 of shape (N, n_terms). Its outputs are `label`, a string of shape (N,), or of a
    multilabel task `labels`, bool of shape (N, n_labels); `scores`; and where the model has them `probabilities`.

    Parameters
    ----------
    model : StanceModel
    about : dict of str to str
        Put into the metadata of the file.

    Raises
    ------
    InputError
        If the model can't be a graph.
    """
    from onnx import checker, helper

    reason = why_no_graph(model)
    if reason is not None:
        hint = "Export it as joblib or skops"
        raise InputError(Problem(f"this model can't be an ONNX graph: {reason}", hint=hint))
    graph = _Graph()
    outputs = _decide(graph, model, _values(graph, model, _features(graph, model.features.blocks)))
    size = sum(array.nbytes for array in graph.arrays.values() if array.dtype.kind != "U")
    if size > LARGEST:
        raise InputError(Problem(f"{size} bytes of coefficients are too many for one ONNX file"))
    proto = helper.make_model(
        graph.finished(sum(len(block.terms) for block in model.features.blocks), outputs),
        producer_name="stancekit",
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    blocks = [{**block.spec.model_dump(mode="json"), "terms": len(block.terms)} for block in model.features.blocks]
    helper.set_model_props(proto, {**about, "labels": json.dumps(model.labels), "blocks": json.dumps(blocks)})
    checker.check_model(proto)
    return bytes(proto.SerializeToString(deterministic=True))


class _Graph:
    """Nodes and arrays as they are added; an operator is a call that gives the name of its result."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.arrays: dict[str, Array] = {}

    def array(self, values: Any, dtype: Any = np.float64) -> str:
        name = f"c{len(self.arrays)}"
        self.arrays[name] = np.ascontiguousarray(values, dtype=dtype)
        return name

    def __call__(self, operator: str, *inputs: str, named: str | None = None, **attributes: Any) -> str:
        from onnx import helper

        name = named or f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def finished(self, n_terms: int, outputs: Sequence[tuple[str, Any, list[Any]]]) -> Any:
        from onnx import TensorProto, helper, numpy_helper

        counts = helper.make_tensor_value_info("counts", TensorProto.FLOAT, ["N", n_terms])
        results = [helper.make_tensor_value_info(*output) for output in outputs]
        tensors = [
            helper.make_tensor(name, TensorProto.STRING, array.shape, [text.encode() for text in array.tolist()])
            if array.dtype.kind == "U"
            else numpy_helper.from_array(array, name)
            for name, array in self.arrays.items()
        ]
        return helper.make_graph(self.nodes, "stance", [counts], results, tensors)


def _features(graph: _Graph, blocks: Sequence[FittedBlock]) -> str:
    from onnx import TensorProto

    counts = graph("Cast", "counts", to=TensorProto.DOUBLE)
    ends = np.cumsum([0, *(len(block.terms) for block in blocks)]).tolist()
    parts = [
        _weighed(graph, block, _columns(graph, counts, *bounds))
        for block, bounds in zip(blocks, pairwise(ends), strict=True)
        if len(block.terms)
    ]
    return parts[0] if len(parts) == 1 else graph("Concat", *parts, axis=1)


def _columns(graph: _Graph, matrix: str, start: int, end: int) -> str:
    return graph("Slice", matrix, *(graph.array([number], np.int64) for number in (start, end, 1)))


def _weighed(graph: _Graph, block: FittedBlock, counts: str) -> str:
    """Add what `FittedBlock.weigh` does."""
    zero, one = graph.array(0.0), graph.array(1.0)
    values = counts
    if block.spec.sublinear:
        there = graph("Greater", values, zero)
        values = graph("Where", there, graph("Add", graph("Log", values), one), zero)
    values = graph("Mul", values, graph.array(block.idf))
    if block.spec.norm != "none":
        reduce = "ReduceL2" if block.spec.norm == "l2" else "ReduceL1"
        total = graph(reduce, values, axes=[1], keepdims=1)
        values = graph("Div", values, graph("Where", graph("Equal", total, zero), one, total))
    return graph("Mul", values, graph.array(block.spec.weight))


def _values(graph: _Graph, model: StanceModel, features: str) -> str:
    """Add what makes decision values of features, as `Rule.values` does."""
    rule, linear = model.rule, model.linear
    own = []
    for number, member in enumerate(getattr(linear, "members", (linear,))):
        product = graph("MatMul", features, graph.array(member.coefficients.T))
        scores = graph("Add", product, graph.array(member.intercepts))
        calibration = rule.calibrations[number]
        if calibration is not None:
            scores = _log_odds(graph, calibration, scores)
            scores = scores if rule.kind == "multilabel" else _log_shares(graph, scores, USUAL_MODEL)
        own.append(scores)
    values = own[0] if rule.spec.of is None else _vote(graph, rule.spec, own, several=rule.kind == "multilabel")
    return values if rule.offsets is None else graph("Add", values, graph.array(rule.offsets))


def _vote(graph: _Graph, spec: Model, own: Sequence[str], *, several: bool) -> str:
    shares = np.array(spec.weights or np.ones(len(own)))
    shares = np.log(shares / shares.sum())

    def mean(logs: Sequence[str]) -> str:
        axis = graph.array([0], np.int64)
        shifted = [graph("Add", one, graph.array(share)) for one, share in zip(logs, shares, strict=True)]
        stacked = graph("Concat", *(graph("Unsqueeze", one, axis) for one in shifted), axis=0)
        return graph("ReduceLogSumExp", stacked, axes=[0], keepdims=0)

    if several:
        for_it = mean([_log_expit(graph, one) for one in own])
        return graph("Sub", for_it, mean([_log_expit(graph, graph("Neg", one)) for one in own]))
    return mean([_log_shares(graph, one, member) for one, member in zip(own, spec.members, strict=True)])


def _log_odds(graph: _Graph, calibration: Calibration, scores: str) -> str:
    if isinstance(calibration, Sigmoids):
        sloped = graph("Mul", scores, graph.array(calibration.slopes))
        return graph("Add", sloped, graph.array(calibration.intercepts))
    shares = graph("Concat", *_curves(graph, calibration, scores), axis=1)
    return graph("Sub", graph("Log", shares), graph("Log", graph("Sub", graph.array(1.0), shares)))


def _curves(graph: _Graph, steps: Steps, scores: str) -> list[str]:
    """Add a column for each label: the sum of what the curve rises on each of its straight pieces."""
    columns = []
    for label, (at, shares) in enumerate(zip(steps.scores, steps.probabilities, strict=True)):
        own = _columns(graph, scores, label, label + 1)
        first = graph.array([[shares[0]]])
        if len(at) == 1:
            columns.append(graph("Add", graph("Mul", own, graph.array(0.0)), first))
            continue
        done = graph("Div", graph("Sub", own, graph.array(at[None, :-1])), graph.array(np.diff(at)[None]))
        done = graph("Min", graph("Max", done, graph.array(0.0)), graph.array(1.0))
        columns.append(graph("Add", graph("MatMul", done, graph.array(np.diff(shares)[:, None])), first))
    return columns


def _log_expit(graph: _Graph, scores: str) -> str:
    below = graph("Min", scores, graph.array(0.0))
    rest = graph("Log", graph("Add", graph("Exp", graph("Neg", graph("Abs", scores))), graph.array(1.0)))
    return graph("Sub", below, rest)


def _log_shares(graph: _Graph, scores: str, spec: Model) -> str:
    """Add what `stancekit.models.decision.log_probabilities` does."""
    between = spec.kind in (*ONE_LABEL_KINDS, "vote") or spec.calibration != "none"
    return graph("LogSoftmax", scores if between else _log_expit(graph, scores), axis=1)


def _decide(graph: _Graph, model: StanceModel, values: str) -> list[tuple[str, Any, list[Any]]]:
    """Add the outputs; return name, type and shape of each."""
    from onnx import TensorProto

    shape = ["N", len(model.labels)]
    graph("Identity", values, named="scores")
    outputs: list[tuple[str, Any, list[Any]]] = [("scores", TensorProto.DOUBLE, shape)]
    several = model.task.kind == "multilabel"
    if several:
        graph("Greater", values, graph.array(0.0), named="labels")
        outputs.insert(0, ("labels", TensorProto.BOOL, shape))
    else:
        highest = graph("ArgMax", values, axis=1, keepdims=0)
        graph("Gather", graph.array(model.labels, np.str_), highest, axis=0, named="label")
        outputs.insert(0, ("label", TensorProto.STRING, ["N"]))
    if has_probabilities(model.spec):
        if several:
            graph("Sigmoid", values, named="probabilities")
        else:
            graph("Exp", _log_shares(graph, values, model.spec), named="probabilities")
        outputs.append(("probabilities", TensorProto.DOUBLE, shape))
    return outputs
