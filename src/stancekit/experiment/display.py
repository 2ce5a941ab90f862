"""How a run or a comparison shows itself in a notebook or a terminal.

What draws is the report, which stands above this room; so it says here, by `show_with`, what to draw with. The public
face, `import stancekit`, sees to it that it has. Where nobody has, a run is shown by its `repr`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from rich.console import RenderableType

Kind = Literal["run", "comparison"]
PartName = Literal["cv", "test"]


class Plots(Protocol):
    """The figures of a run, on axes of matplotlib."""

    def confusion(self, ax: Axes | None = None, *, part: PartName | None = None) -> Axes:
        """Draw the confusion matrix of a part: cross-validation if there is one, unless `part` says otherwise."""
        ...

    def scores(self, ax: Axes | None = None, *, part: PartName | None = None) -> Axes:
        """Draw the primary metric of a part with its interval beside every baseline."""
        ...

    def stance_map(self, ax: Axes | None = None, *, part: PartName | None = None) -> Axes:
        """Draw who stands where, in gold and as predicted."""
        ...

    def calibration(self, ax: Axes | None = None, *, part: PartName | None = None) -> Axes:
        """Draw how often what was said with some probability is right."""
        ...


@dataclass(frozen=True)
class Display:
    """What draws one kind of thing: a fragment of HTML, something that rich prints and, of a run, its figures."""

    html: Callable[[Any], str]
    rich: Callable[[Any], RenderableType]
    plots: Callable[[Any], Plots] | None = None


_DISPLAYS: dict[Kind, Display] = {}


def show_with(kind: Kind, display: Display) -> None:
    """Say what draws runs, or comparisons."""
    _DISPLAYS[kind] = display


def plots_of(run: Any) -> Plots:
    """Return the figures of a run.

    Raises
    ------
    RuntimeError
        If nothing draws runs: stancekit was reached past its public face.
    """
    display = _DISPLAYS.get("run")
    if display is None or display.plots is None:
        raise RuntimeError("nothing draws runs yet: take Run from stancekit itself, as in stancekit.Run(path)")
    return display.plots(run)


class Shown:
    """What Jupyter and rich ask a run or a comparison for."""

    _kind: ClassVar[Kind]

    def _repr_html_(self) -> str | None:
        display = _DISPLAYS.get(self._kind)
        return None if display is None else display.html(self)

    def __rich__(self) -> RenderableType:
        from rich.text import Text

        display = _DISPLAYS.get(self._kind)
        return Text(repr(self)) if display is None else display.rich(self)
