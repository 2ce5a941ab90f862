"""Which of two languages a text is in, by its small words: French or English."""

from __future__ import annotations

import re
from typing import Literal

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = frozenset(
    "the of and to in that is was for with as his her he she it by at from have has had be been are were will would"
    " not this which who but they their its an or about after said says can could all there what when if into"
    " than more".split()
)
_FRENCH = frozenset(
    "le la les de des du un une et à au aux en que qui dans pour sur par avec ne pas ce cette ces son sa ses il elle"
    " ils elles est sont était été a ont avait être avoir mais ou où se plus leur leurs selon après entre dont lui"
    " nous vous".split()
)


def likely_language(text: str) -> Literal["en", "fr"]:
    """Return the language whose small words a text has more of; French where it has as many of both, or none.

    Examples
    --------
    >>> likely_language("The junta denies it."), likely_language("La junte le nie."), likely_language("Bamako!")
    ('en', 'fr', 'fr')
    """
    words = _WORD.findall(text.lower())
    english, french = (sum(map(own.__contains__, words)) for own in (_ENGLISH, _FRENCH))
    return "en" if english > french else "fr"
