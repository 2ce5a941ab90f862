"""Explanations as people see them: in a notebook, on a page, in a terminal.

What speaks for a label is blue and underlined, what speaks against it orange with a dashed line: hues that
colour-blind readers tell apart, and a line for those who see none. The strongest words are bold. Backgrounds are
translucent, so that they suit light pages and dark ones. Texts and terms are not to be trusted: they are escaped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from stancekit.errors import printable
from stancekit.models.explained import Explanation, Ranked

if TYPE_CHECKING:
    from rich.console import RenderableType

STRONG = 0.5
"""Of the strongest word: what is bold."""
WEAK = 0.05
"""Of the strongest word: what is not marked."""
SHOWN = 8
FOR, AGAINST = "45, 125, 210", "230, 120, 20"

STYLE = f"""
.stancekit-explanation {{ font: 1rem/1.9 system-ui, sans-serif; margin: 1em 0; max-width: 60em; }}
.stancekit-explanation p {{ margin: .3em 0; white-space: pre-wrap; overflow-wrap: anywhere; }}
.stancekit-explanation .said {{ font-size: .875em; line-height: 1.4; }}
.stancekit-explanation mark {{ color: inherit; border-radius: .2em; padding: .1em 0; }}
.stancekit-explanation .for {{
  background: rgba({FOR}, var(--share)); text-decoration: underline 2px rgb({FOR}); text-underline-offset: .25em; }}
.stancekit-explanation .against {{
  background: rgba({AGAINST}, var(--share)); text-decoration: underline dashed 2px rgb({AGAINST});
  text-underline-offset: .25em; }}
.stancekit-explanation .strong {{ font-weight: bold; }}
.stancekit-explanation table {{ border-collapse: collapse; font-size: .875em; line-height: 1.4; margin: .5em 0; }}
.stancekit-explanation td, .stancekit-explanation th {{ padding: .1em .8em .1em 0; text-align: left; }}
.stancekit-explanation td.number {{ text-align: right; font-variant-numeric: tabular-nums; }}
""".strip()

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>:root {{ color-scheme: light dark; }} body {{ margin: 2em; }}</style>
</head>
<body>
{body}
</body>
</html>
"""


def explanation_html(own: Explanation, label: str | None = None) -> str:
    """Return a piece of HTML: the sentence with its words shaded, what stands elsewhere, and the strongest features.

    Parameters
    ----------
    own : Explanation
    label : str, optional
        The label whose contributions are shown; by default the predicted one against the runner-up.
    """
    shares = _shares(own, label)
    words = "".join(_marked(text, weight, share) for text, weight, share in shares)
    # One figure may be alone in a notebook: each brings its style along.
    return "\n".join(
        [
            f'<figure class="stancekit-explanation"><style>{STYLE}</style>',
            f'<p class="said">{_html(_headline(own))}</p>',
            f"<p>{words}</p>",
            f'<p class="said">{_legend(own, label)}</p>',
            _table("Not in a word", _elsewhere(own, label)),
            _table("Strongest features", _features(own, label)),
            "</figure>",
        ]
    )


def explanation_page(explanations: Sequence[Explanation], title: str, label: str | None = None) -> str:
    """Return a whole page, which needs no other file and no network."""
    body = "\n".join(explanation_html(own, label) for own in explanations)
    return _PAGE.format(title=_html(title), body=body)


def explanation_in_terminal(own: Explanation, label: str | None = None, n: int = SHOWN) -> RenderableType:
    """Return what a terminal shows; each marked word has a sign, for where there are no colours.

    Parameters
    ----------
    own : Explanation
    label : str, optional
    n : int, default=8
        So many features.
    """
    from rich.console import Group
    from rich.text import Text

    sentence = Text()
    for text, weight, share in _shares(own, label):
        if share < WEAK:
            sentence.append(printable(text))
            continue
        style = f"{'bold ' if share >= STRONG else ''}{'dodger_blue2 underline' if weight > 0 else 'dark_orange3'}"
        sentence.append(f"{'+' if weight > 0 else '−'}{printable(text)}", style=style)
    shown, against = own.contrast(label)
    over = f" rather than {against}" if against else ""
    parts: list[RenderableType] = [
        Text(printable(_headline(own)), style="bold"),
        sentence,
        Text(printable(f"+ for {shown}{over}, − against it"), style="dim"),
    ]
    for heading, rows in (("not in a word", _elsewhere(own, label)), ("strongest features", _features(own, label, n))):
        if rows:
            parts += [Text(""), _rich_table(heading, rows)]
    return Group(*parts)


def top_features_in_terminal(found: Mapping[str, Mapping[str, Sequence[Ranked]]]) -> RenderableType:
    """Return what a terminal shows of `StanceModel.top_features`: for each label what speaks for it and against it."""
    from rich.console import Group

    parts: list[RenderableType] = []
    for label, own in found.items():
        for side in ("for", "against"):
            rows = [(f"{block} {term!r}", weight) for block, term, weight in own[side]]
            parts.append(_rich_table(printable(f"{side} {label}"), rows))
    return Group(*parts)


def _shares(own: Explanation, label: str | None) -> Iterator[tuple[str, float, float]]:
    """Yield the pieces of the sentence, with the weight of each and its share of the strongest; 0 between words."""
    weights = own.word_weights(label)
    largest = max(map(abs, weights), default=0.0) or 1.0
    done = 0
    for word, weight in zip(own.words, weights, strict=True):
        yield own.text[done : word.start], 0.0, 0.0
        yield word.text, weight, abs(weight) / largest
        done = word.end
    yield own.text[done:], 0.0, 0.0


def _marked(text: str, weight: float, share: float) -> str:
    if share < WEAK:
        return _html(text)
    kind = ("for" if weight > 0 else "against") + (" strong" if share >= STRONG else "")
    return f'<mark class="{kind}" style="--share: {0.5 * share:.2f}" title="{weight:+.3f}">{_html(text)}</mark>'


def _headline(own: Explanation) -> str:
    said = own.predicted if isinstance(own.predicted, str) else ", ".join(own.predicted) or "none"
    values = ", ".join(f"{label} {value:+.3f}" for label, value in own.values.items())
    step = f"; words and features are those of the scores before {own.rule}" if own.rule else ""
    about = " on ".join(name for name in (own.actor, own.target) if name)
    return f"{about}{': ' if about else ''}{said} (decision values: {values}{step})"


def _legend(own: Explanation, label: str | None) -> str:
    shown, against = own.contrast(label)
    over = f" rather than {_html(against)}" if against else ""
    return (
        f'<mark class="for" style="--share: .4">for</mark> {_html(shown)}{over}, '
        '<mark class="against" style="--share: .4">against</mark> it; bold: strongest'
    )


def _elsewhere(own: Explanation, label: str | None) -> list[tuple[str, float]]:
    direction = dict(zip(own.labels, own.direction(label).tolist(), strict=True))
    parts = {"intercept": own.intercept, **own.elsewhere}
    rows = [(name, sum(direction[of] * value for of, value in added.items())) for name, added in parts.items()]
    return sorted(rows, key=lambda row: -abs(row[1]))


def _features(own: Explanation, label: str | None, n: int = SHOWN) -> list[tuple[str, float]]:
    direction = dict(zip(own.labels, own.direction(label).tolist(), strict=True))
    return [
        (f"{share.block} {share.term!r}", sum(direction[of] * value for of, value in share.contributions.items()))
        for share in own.top(label, n)
    ]


def _table(heading: str, rows: Sequence[tuple[str, float]]) -> str:
    if not rows:
        return ""
    cells = "".join(f'<tr><td>{_html(name)}</td><td class="number">{value:+.3f}</td></tr>' for name, value in rows)
    return f'<table><thead><tr><th scope="col" colspan="2">{heading}</th></tr></thead><tbody>{cells}</tbody></table>'


def _rich_table(heading: str, rows: Sequence[tuple[str, float]]) -> RenderableType:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False)
    table.add_column(Text(heading))
    table.add_column("", justify="right")
    for name, value in rows:
        table.add_row(Text(printable(name)), f"{value:+.3f}")
    return table


def _html(text: str) -> str:
    """Return text for a page: escaped, its lines kept, without what turns the direction of writing."""
    return escape("\n".join(map(printable, text.split("\n"))))
