"""Exports: a model as a file of another tool. What stancekit itself loads stays the folder of arrays.

    joblib, skops   a scikit-learn estimator: a pipeline that needs no stancekit, where scikit-learn has all that the
                    model does; else `PackedModel`, the model's own files in one estimator
    onnx            a graph from the counts of n-grams to labels and probabilities

Beside every export a text file says what it is, what it takes and what it needs.
"""

from stancekit.models.exports.export import FORMATS, Export, Format, export_model
from stancekit.models.exports.graph import count_for_graph

__all__ = ["FORMATS", "Export", "Format", "count_for_graph", "export_model"]
