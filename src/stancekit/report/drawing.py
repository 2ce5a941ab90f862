"""Small drawings for pages: SVG written by hand, coloured by the page's own style, so that it follows its theme.

Positions across are in percent, so that a drawing gets as wide as its place while its text keeps its size.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
) -> Markup:
    """Return a row of a dot-and-whisker figure: a dot with its interval; a ring for a rival.

    Parameters
    ----------
    scale : Scale
    value, low, high : float or None
    band : (float, float), optional
        The interval of the model, tinted behind its rivals.
    rival : bool, default=False
    """
    middle = "50%"
    places = map(scale.at, scale.ticks())
    drawn = [element("line", x1=place, x2=place, y1=0, y2="100%", class_="tick") for place in places]
    if band is not None:
        tinted = element("rect", x=scale.at(band[0]), width=scale.width(*band), y=0, height="100%", class_="band")
        drawn.insert(0, tinted)
    if low is not None and high is not None:
        drawn.append(element("line", x1=scale.at(low), x2=scale.at(high), y1=middle, y2=middle, class_="whisker"))
    if value is not None:
        drawn.append(
            element("circle", cx=scale.at(value), cy=middle, r=5 if rival else 6, class_="ring" if rival else "dot")
        )
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
