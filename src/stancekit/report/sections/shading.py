"""Words of mistakes, shaded by how far they spoke for what was predicted and against what is right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from stancekit.corpus.redaction import Shown
from stancekit.errors import StancekitError
from stancekit.models.explanation import weigh_errors
from stancekit.models.stance_model import StanceModel, name_labels
from stancekit.report.sections.part import Part
from stancekit.report.sections.texts import pieces
from stancekit.report.words import Words

FAINT = 0.2
"""Of the strongest word: what is not shaded. A page of long sentences would else be a page of faint lines."""
DIGITS = 2
"""A page that is made anew has the same bytes: what is shown must not tell the noise of sums from a weight."""


@dataclass(frozen=True)
class Weighed:
    """A word of a text, `text[start:end]`: above zero it spoke for what was predicted, below for what is right."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True)
class Shade:
    """A stretch of a text that is shaded one way, or not at all.

    Attributes
    ----------
    text : str
    side : {"wrong", "right", ""}
        What it spoke for: the wrong label that was predicted, or the right one; empty where it isn't shaded.
    share : float
        How much, from 0 to 1, the strongest word of the example.
    title : str
        The weight, with its sign.
    """

    text: str
    side: str = ""
    share: float = 0.0
    title: str = ""


def weigh_words(part: Part, rows: Sequence[int], model: StanceModel) -> list[list[Weighed]]:
    """Return the words of a part's examples that count; none of an example for which the model can't tell.

    Parameters
    ----------
    part : Part
        Its texts must be known.
    rows : sequence of int
    model : StanceModel
        The final model. Its words are weighed for what the part says was predicted, whatever it would say itself.
    """
    gold, predicted = (
        name_labels(chosen[list(rows)], part.config.task) for chosen in (part.scored.gold, part.most_often)
    )
    return [_words(part, row, right, wrong, model) for row, right, wrong in zip(rows, gold, predicted, strict=True)]


def _words(part: Part, row: int, gold: Any, predicted: Any, model: StanceModel) -> list[Weighed]:
    example = {name: [values[row]] for name, values in part.scored.columns.items()}
    try:
        [words] = weigh_errors(model, example, [gold], [predicted])
    except StancekitError:
        return []
    weighed = [Weighed(word["start"], word["end"], round(word["weight"], DIGITS)) for word in words]
    return [word for word in weighed if abs(word.weight) >= FAINT]


def shaded(text: Shown, words: Sequence[Weighed], say: Words) -> list[tuple[str, list[Shade]]]:
    """Return what is shown of a text, cut where mentions and shaded words begin and end: (roles, stretches).

    Examples
    --------
    >>> text = Shown("Paris refuse.", ((0, 5), None), ((0, 13, 0),))
    >>> found = shaded(text, [Weighed(6, 12, -0.5)], Words("en"))
    >>> [(roles, [own.text for own in stretches]) for roles, stretches in found]
    [('actor', ['Paris']), ('', [' ', 'refuse', '.'])]
    >>> found[1][1][1]
    Shade(text='refuse', side='right', share=0.5, title='−0.50')
    """
    placed = [(span, word.weight) for word in words for span in text.placed(word.start, word.end)]
    found, begin = [], 0
    for roles, piece in pieces(text):
        end = begin + len(piece)
        found.append((roles, list(_stretches(text.text, begin, end, placed, say))))
        begin = end
    return found


def _stretches(
    text: str, begin: int, end: int, placed: Sequence[tuple[tuple[int, int], float]], say: Words
) -> Iterator[Shade]:
    for (start, stop), weight in placed:
        first, last = max(start, begin), min(stop, end)
        if first >= last:
            continue
        if begin < first:
            yield Shade(text[begin:first])
        side, title = "wrong" if weight > 0 else "right", say.number(weight, DIGITS, signed=True)
        yield Shade(text[first:last], side, abs(weight), title)
        begin = last
    if begin < end:
        yield Shade(text[begin:end])
