"""Small drawings for pages: SVG written by hand, coloured by the page's own style, so that it follows its theme.

Positions across are in percent, so that a drawing gets as wide as its place while its text keeps its size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup

ROW = 26
"""Height of a row of marks, in pixels, where the row isn't higher."""


@dataclass(frozen=True)
class Scale:
    """From values to percent of the width of a drawing; `inset` percent stay free on either side."""

    low: float = 0.0
    high: float = 1.0
    inset: float = 3.0

    def at(self, value: float) -> str:
        """Return where a value stands.

        Examples
        --------
        >>> Scale().at(0), Scale(inset=0).at(0.255), Scale(-1, 1, 0).at(0)
        ('3%', '25.5%', '50%')
        """
        return f"{self.inset + (100 - 2 * self.inset) * self.share(value):.4g}%"

    def share(self, value: float) -> float:
        """Return how far along a value is, from 0 to 1."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))

    def width(self, low: float, high: float) -> str:
        """Return how wide a range is."""
        return f"{(100 - 2 * self.inset) * (self.share(high) - self.share(low)):.4g}%"

    def ticks(self, n: int = 5) -> list[float]:
        """Return n values evenly over the scale."""
        return [self.low + (self.high - self.low) * step / (n - 1) for step in range(n)]


def scale_for(values: Iterable[float | None]) -> Scale:
    """Return the scale on which scores are drawn: 0 to 1, and farther where some lie beyond.

    Examples
    --------
    >>> scale_for([0.4, None]), scale_for([-0.2, 0.9]).low
    (Scale(low=0.0, high=1.0, inset=3.0), -1.0)
    """
    known = [value for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    # Correlations go down to -1; whatever else a plug-in measures is drawn as far as it goes.
    return Scale(0.0 if low >= 0 else -1.0 if low >= -1 else low, 1.0 if high <= 1 else high)


def element(tag: str, *content: str | Markup, **attributes: object) -> Markup:
    """Return an SVG element; text and attributes are escaped, an underscore in a name becomes a hyphen.

    Examples
    --------
    >>> print(element("text", "<b>", text_anchor="end", x=3))
    <text text-anchor="end" x="3">&lt;b&gt;</text>
    """
    from markupsafe import Markup, escape

    head = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(_plain(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    return Markup("<{tag}{head}>{inner}</{tag}>").format(  # every part of it is escaped
        tag=Markup(tag),  # noqa: S704 # a literal of this module's
        head=Markup(head),  # noqa: S704 # escaped above
        inner=Markup().join(escape(own) for own in content),
    )


def _plain(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def marks(
    scale: Scale,
    value: float | None,
    low: float | None = None,
    high: float | None = None,
    *,
    band: tuple[float, float] | None = None,
    rival: bool = False,
    beside: float | None = None,
    sure: bool = True,
) -> Markup:
    """Return a row of a dot-and-whisker figure: a dot with its interval; a ring for a rival.

    Parameters
    ----------
    scale : Scale
    value, low, high : float or None
    band : (float, float), optional
        The interval of the model, tinted behind its rivals.
    rival : bool, default=False
    beside : float, optional
        What a dot is held against: a ring on the same row.
    sure : bool, default=True
        Of a difference, whether a test found it: else its dot is hollow.
    """
    middle = "50%"
    places = map(scale.at, scale.ticks())
    drawn = [element("line", x1=place, x2=place, y1=0, y2="100%", class_="tick") for place in places]
    if band is not None:
        tinted = element("rect", x=scale.at(band[0]), width=scale.width(*band), y=0, height="100%", class_="band")
        drawn.insert(0, tinted)
    if low is not None and high is not None:
        drawn.append(element("line", x1=scale.at(low), x2=scale.at(high), y1=middle, y2=middle, class_="whisker"))
    kind = "ring" if rival else "dot" if sure else "dot unsure"
    if beside is not None:
        drawn.append(element("circle", cx=scale.at(beside), cy=middle, r=5, class_="ring"))
    if value is not None:
        drawn.append(element("circle", cx=scale.at(value), cy=middle, r=5 if rival else 6, class_=kind))
    # What it shows stands in figures beside it.
    return element("svg", *drawn, class_="marks", width="100%", height=ROW, aria_hidden="true", focusable="false")


def axis(scale: Scale, labels: Sequence[str]) -> Markup:
    """Return the numbers above rows of marks, evenly over the scale."""
    drawn = [
        element("text", label, x=scale.at(tick), y=12, text_anchor="middle")
        for tick, label in zip(scale.ticks(len(labels)), labels, strict=True)
    ]
    return element("svg", *drawn, class_="axis", width="100%", height=16, aria_hidden="true", focusable="false")


def strip(
    scale: Scale, value: float | None, low: float | None, high: float | None, rivals: Sequence[float], title: str
) -> Markup:
    """Return the figure of a verdict: the model's dot and interval, the baselines' rings, on one line."""
    middle, height = 16, 32
    drawn = [
        element("title", title),
        element("line", x1=scale.at(scale.low), x2=scale.at(scale.high), y1=middle, y2=middle, class_="rule"),
    ]
    if low is not None and high is not None:
        drawn.append(
            element("rect", x=scale.at(low), width=scale.width(low, high), y=middle - 9, height=18, rx=3, class_="band")
        )
        drawn.append(element("line", x1=scale.at(low), x2=scale.at(high), y1=middle, y2=middle, class_="whisker"))
    drawn += [element("circle", cx=scale.at(rival), cy=middle, r=5, class_="ring") for rival in rivals]
    if value is not None:
        drawn.append(element("circle", cx=scale.at(value), cy=middle, r=7, class_="dot"))
    return element("svg", *drawn, class_="strip", role="img", width="100%", height=height, aria_label=title)


@dataclass(frozen=True)
class Bin:
    """Predictions of one step of probability: their mean probability, the share that is right, its interval."""

    given: float
    right: float
    low: float
    high: float
    n: int


def reliability(bins: Sequence[Bin], labels: Sequence[str], x: str, y: str, title: str) -> Markup:
    """Return a reliability diagram.

    Parameters
    ----------
    bins : sequence of Bin
    labels : sequence of str
        Of the ticks at 0, ¼, ½, ¾ and 1.
    x, y : str
        What the axes are called.
    title : str
        For those who don't see it.
    """
    left, top, side = 64, 10, 250
    most = max((own.n for own in bins), default=1)

    def across(value: float) -> float:
        return left + side * value

    def up(value: float) -> float:
        return top + side * (1 - value)

    drawn = [element("title", title)]
    for step, label in zip(Scale().ticks(), labels, strict=True):
        drawn += [
            element("line", x1=across(step), x2=across(step), y1=up(0), y2=up(1), class_="tick"),
            element("line", x1=across(0), x2=across(1), y1=up(step), y2=up(step), class_="tick"),
            element("text", label, x=across(step), y=up(0) + 18, text_anchor="middle"),
            element("text", label, x=left - 8, y=up(step) + 4, text_anchor="end"),
        ]
    drawn.append(element("line", x1=across(0), y1=up(0), x2=across(1), y2=up(1), class_="diagonal"))
    for own in bins:
        where = across(own.given)
        drawn.append(element("line", x1=where, x2=where, y1=up(own.low), y2=up(own.high), class_="whisker thin"))
    for own in bins:
        radius = 3 + 6 * (own.n / most) ** 0.5
        drawn.append(element("circle", cx=across(own.given), cy=up(own.right), r=radius, class_="dot"))
    drawn += [
        element("text", x, x=across(0.5), y=up(0) + 36, text_anchor="middle", class_="name"),
        element("text", y, transform=f"translate(12 {up(0.5):.4g}) rotate(-90)", text_anchor="middle", class_="name"),
    ]
    return element("svg", *drawn, class_="reliability", role="img", viewBox=f"0 0 {left + side + 14} {top + side + 44}")


@dataclass(frozen=True)
class Line:
    """A line of a curve: its points, each with a size, a value, and the ends of its interval where it has one."""

    name: str
    points: Sequence[tuple[float, float, float | None, float | None]]


def curve(
    lines: Sequence[Line],
    scale: Scale,
    labels: Sequence[str],
    sizes: Sequence[tuple[float, str]],
    x: str,
    title: str,
) -> Markup:
    """Return scores by the size of what was trained on: the first line with its band, the others dashed.

    Parameters
    ----------
    lines : sequence of Line
    scale : Scale
        Of the scores.
    labels : sequence of str
        Evenly over the scale.
    sizes : sequence of (float, str)
        Where there are ticks across, and what they say.
    x : str
        What the axis across is called.
    title : str
        For those who don't see it.
    """
    left, top, wide, high, names = 44, 12, 250, 190, 110
    most = max(size for size, _ in sizes)

    def across(size: float) -> float:
        return left + wide * size / most

    def up(value: float) -> float:
        return top + high * (1 - scale.share(value))

    drawn = [element("title", title)]
    for step, label in zip(scale.ticks(len(labels)), labels, strict=True):
        drawn += [
            element("line", x1=left, x2=left + wide, y1=up(step), y2=up(step), class_="tick"),
            element("text", label, x=left - 8, y=up(step) + 4, text_anchor="end"),
        ]
    said = -float(left)
    for size, label in sizes:
        where = across(size)
        drawn.append(element("line", x1=where, x2=where, y1=top + high, y2=top + high + 5, class_="tick"))
        if where - said >= 9 * len(label):  # what would run into the number before is left out
            drawn.append(element("text", label, x=where, y=top + high + 19, text_anchor="middle"))
            said = where
    ends: list[float] = []
    for number, line in enumerate(lines):
        drawn += _line(line, across, up, dashed=number > 0)
        if line.points:
            ends.append(_free(up(line.points[-1][1]), ends))
            kind = None if number else "name"
            drawn.append(element("text", line.name, x=left + wide + 8, y=ends[-1] + 4, class_=kind))
    drawn.append(element("text", x, x=left + wide / 2, y=top + high + 40, text_anchor="middle", class_="name"))
    box = f"0 0 {left + wide + names} {top + high + 48}"
    return element("svg", *drawn, class_="curve", role="img", viewBox=box, aria_label=title)


def _line(line: Line, across: Callable[[float], float], up: Callable[[float], float], *, dashed: bool) -> list[Markup]:
    drawn = []
    known = [
        (across(size), up(low), up(high)) for size, _, low, high in line.points if low is not None and high is not None
    ]
    if known:
        around = [f"{x:.4g},{y:.4g}" for x, y, _ in known] + [f"{x:.4g},{y:.4g}" for x, _, y in reversed(known)]
        drawn.append(element("polygon", points=" ".join(around), class_="band"))
    places = [(across(size), up(value)) for size, value, _, _ in line.points]
    points = " ".join(f"{x:.4g},{y:.4g}" for x, y in places)
    drawn.append(element("polyline", points=points, class_="trend dashed" if dashed else "trend"))
    return drawn if dashed else drawn + [element("circle", cx=x, cy=y, r=4, class_="dot") for x, y in places]


def _free(height: float, taken: Sequence[float]) -> float:
    """Return where a name stands: beside its line, or below what stands there already."""
    while any(abs(height - own) < 14 for own in taken):
        height = 14 + max(own for own in taken if abs(height - own) < 14)
    return height
