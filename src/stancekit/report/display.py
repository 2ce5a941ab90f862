"""Runs and comparisons in notebooks and terminals.

To import this module is to let them be drawn, see `stancekit.experiment.display`; what it draws with is imported when
something is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stancekit.errors import InputError, Problem
from stancekit.experiment.display import Display, PartName, show_with

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from rich.console import RenderableType

    from stancekit.experiment.compare import Comparison
    from stancekit.experiment.run import Run
    from stancekit.report.sections.part import Part


def run_html(run: Run) -> str:
    """Return a run as a fragment of HTML: for each part the verdict, and the scores beside those of the baselines."""
    from stancekit.config.model import name_model
    from stancekit.evaluation.verdict import verdict
    from stancekit.report.html import render
    from stancekit.report.terminal import PARTS

    scored = [(where, run.metrics[part]) for part, where in PARTS.items() if run.metrics[part] is not None]
    parts = [
        {
            "title": where,
            "verdict": verdict(own, run.config, where),
            "metrics": list(own["metrics"]),
            "rows": _rows(own),
        }
        for where, own in scored
    ]
    return _safe(render("run_fragment.html.j2", run=run, model=name_model(run.chosen.model), parts=parts))


def comparison_html(comparison: Comparison) -> str:
    """Return a comparison as a fragment of HTML: the scores of all, and for each part the differences tested."""
    from stancekit.report.comparison import part_title, rows_by_metric, shown_row
    from stancekit.report.html import render

    scores = [
        (name, [None if cell is None else _told(cell) for cell in cells]) for name, cells in comparison.metrics.items()
    ]
    parts = [
        {
            "title": part_title(comparison, part),
            "rows": [shown_row(comparison, row) for row in rows_by_metric(comparison, part)],
            "said": [pair.said for pair in part.pairs],
        }
        for part in comparison.parts.values()
        if part.pairs
    ]
    return _safe(render("comparison_fragment.html.j2", names=comparison.names, scores=scores, parts=parts))


def _rows(scores: Any) -> list[tuple[str, list[tuple[str, str] | None]]]:
    from stancekit.report.sections.verdict import beside, estimate

    names = list(scores["metrics"])
    rivals = {name.replace("_", " "): values for name, values in beside(scores).items() if values}
    return [
        (name, [_told(estimate(values.get(metric))) for metric in names])
        for name, values in [("model", scores["metrics"]), *rivals.items()]
    ]


def _told(cell: Any) -> tuple[str, str]:
    from stancekit.report.words import Words

    say = Words("en")
    return say.number(cell["value"]), say.range(cell["low"], cell["high"])


def _safe(fragment: str) -> str:
    from stancekit.errors import printable

    return "\n".join(map(printable, fragment.split("\n")))


def run_rich(run: Run) -> RenderableType:
    """Return what `train` prints of a run."""
    from stancekit.report.summary import RunSummary

    return RunSummary(run)


def comparison_rich(comparison: Comparison) -> RenderableType:
    """Return what `compare` prints."""
    from stancekit.report.comparison import comparison_summary

    return comparison_summary(comparison)


@dataclass(frozen=True)
class RunPlots:
    """The figures of a run, on given axes of matplotlib or on new ones.

    Examples
    --------
    >>> RunPlots(stancekit.Run("experiments/mali/3f2a9c41d07b")).confusion()  # doctest: +SKIP
    """

    run: Run

    def confusion(self, ax: Axes | None = None, *, part: PartName | None = None) -> Axes:
        """Draw the confusion matrix, gold down and predicted across, shaded by the share of each gold label.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Those of a new figure of pyplot, if not given.
        part : {"cv", "test"}, optional
            Cross-validation if there is one, else the test set.

        Returns
        -------
        matplotlib Axes

        Raises
        ------
        InputError
            If the run wasn't scored there.
        """
        from stancekit.report.figures import draw_confusion

        scores, axes = self._scores(part), _axes(ax)
        draw_confusion(axes, scores["confusion"])
        return axes

    def scores(self, ax: Axes | None = None, *, part: PartName | None = None) -> Axes:
        """Draw the primary metric with its interval beside every baseline; parameters as for `confusion`."""
        from stancekit.report.figures import draw_scores

        scores, axes = self._scores(part), _axes(ax)
        draw_scores(axes, scores, self.run.config)
        return axes

    def stance_map(self, ax: Axes | None = None, *, part: PartName | None = None) -> Axes:
        """Draw a matrix of actors and targets with the stance in gold and as predicted.

        Parameters are those of `confusion`. Of labels other than opposes, neutral and supports, the most frequent one
        is shown with its share.

        Raises
        ------
        InputError
            If the run wasn't scored there, its examples don't have both actors and targets, or have sets of labels.
        """
        from stancekit.report.part_figures import draw_stance_map
        from stancekit.report.sections.stance_map import stance_map

        found = stance_map(self._part(part))
        if found is None:
            raise InputError(Problem("a stance map needs actors, targets and one label each", str(self.run.path)))
        axes = _axes(ax)
        draw_stance_map(axes, found)
        return axes

    def calibration(self, ax: Axes | None = None, *, part: PartName | None = None) -> Axes:
        """Draw how often what was said with some probability is right, with 95 % Wilson intervals.

        Parameters are those of `confusion`.

        Raises
        ------
        InputError
            If the run wasn't scored there, or its model has no probabilities.
        """
        from stancekit.report.part_figures import draw_calibration
        from stancekit.report.sections.calibration import calibration_bins

        bins = calibration_bins(self._part(part))
        if bins is None:
            hint = "Train with model.calibration=platt or model.kind=logistic_regression"
            raise InputError(Problem("the run's model has no probabilities", str(self.run.path), hint=hint))
        axes = _axes(ax)
        draw_calibration(axes, bins)
        return axes

    def _part(self, part: PartName | None) -> Part:
        from stancekit.experiment.reread import read_scored
        from stancekit.report.sections.part import Part
        from stancekit.report.words import Words

        name = self._named(part)
        return Part(name, read_scored(self.run, name), self.run.config, Words("en"))

    def _scores(self, part: PartName | None) -> Any:
        return self.run.metrics[self._named(part)]

    def _named(self, part: PartName | None) -> PartName:
        names: tuple[PartName, ...] = ("cv", "test")
        there = [name for name in names if self.run.metrics[name] is not None]
        wanted = part or there[0]
        if wanted not in there:
            raise InputError(Problem(f"the run has no scores of {wanted!r}", str(self.run.path), tuple(there)))
        return wanted


def _axes(ax: Axes | None) -> Axes:
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(layout="constrained")[1]


show_with("run", Display(run_html, run_rich, RunPlots))
show_with("comparison", Display(comparison_html, comparison_rich))
