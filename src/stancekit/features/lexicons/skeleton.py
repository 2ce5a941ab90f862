"""A sentence reduced to its skeleton: who, what kind of word, negation, function words and punctuation, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from stancekit.corpus.language import likely_language
from stancekit.features.lexicons.lexicon import Lexicon, load_lexicon
from stancekit.features.lexicons.negation import PARTS, Part, may_negate, negated
from stancekit.features.lexicons.stream import PUNCTUATION, QUOTES, Remembered, cut, mark_in

FUNCTION_WORDS = frozenset(
    """
    a about above after again against all also although among an and any are around as at be because been before being
    below between both but by can could despite did do does doing done down during each either else even ever few for
    from further had has have having he her here hers herself him himself his how however i if in including into is it
    its itself just less like made make many may me might more most much must my myself of off on once one only onto or
    other others our ours out over own per perhaps rather same shall she should since so some such than that the their
    theirs them themselves then there these they this those though through throughout thus to too toward towards under
    unless until up upon us very was we were what when where whereas whether which while who whom whose why will with
    within would yet you your yours yourself

    afin ainsi alors après au aucun aucune aujourd'hui auquel aura aurait aussi autant autour autre autres aux auxquels
    avaient avait avant avec avoir ayant beaucoup bien c' car ce ceci cela celle celles celui cependant ces cet cette
    ceux chaque chez ci comme comment contre d' dans de depuis dernier des dès donc dont du durant elle elles en encore
    entre envers es est et étaient était étant été être eu eux fait faire fois font hors ici il ils j' je jusqu'
    jusque l' la laquelle le lequel les lesquels leur leurs lors lorsqu' lorsque lui m' ma mais malgré même mêmes mes
    mieux moins mon n' ne nos notre nous on ont or ou où par parce parmi pendant peu peut peuvent plus plusieurs plutôt
    pour pourquoi pourtant près puis puisqu' puisque qu' quand que quel quelle quelles quelque quelques quels qui quoi
    s' sa sans sauf se selon sera serait ses si soit son sont sous sur surtout t' tandis tant te tel telle telles tels
    tes toi ton tous tout toute toutes très trop tu un une vers voici voilà vos votre vous vu y
    """.split()
)
_SIGNS = {-1: "-", 0: "", 1: "+"}


def skeletons(texts: Sequence[str], languages: Sequence[str | None] | None = None) -> list[str]:
    """Return the skeletons of texts in which mentions are marked.

    Parameters
    ----------
    texts : sequence of str
    languages : sequence of str or None
        ISO 639-1 codes; where none is given, that which the text is likely to be in. For a language without a lexicon
        the English and the French one are used.

    Returns
    -------
    list of str
        Tokens with spaces between them: marks, the class and sign of a lexicon's terms (`support+`; negated,
        `not_support-`), `NOT` for negators, function words and punctuation as they are, and `Cap`, `num`, `hash`,
        `w` for all others; `w w` is `w`.

    Examples
    --------
    >>> skeletons(["_ACTOR_ n'a pas soutenu, lundi 3 mai, le plan de _TARGET_"], ["fr"])
    ['_ACTOR_ NOT a NOT not_support- , w num w , le w de _TARGET_']
    """
    given = [None] * len(texts) if languages is None else languages
    return [
        _skeleton(text, _lexicon(language or likely_language(text)))
        for text, language in zip(texts, given, strict=True)
    ]


@cache
def _lexicon(language: str | None) -> Lexicon:
    if language == "en":
        return load_lexicon("stance_en")
    if language == "fr":
        return load_lexicon("stance_fr")
    return load_lexicon("stance_en").joined(load_lexicon("stance_fr"))


def _skeleton(text: str, lexicon: Lexicon) -> str:
    written = cut(text)
    words = [word.lower() for word in written]
    hits = {hit.start: hit for hit in lexicon.find(words)}
    flipped = negated(words) if may_negate(words) else set()
    found: list[str] = []
    place = 0
    while place < len(words):
        hit = hits.get(place)
        if hit is not None:
            strength = -hit.entry.strength if place in flipped else hit.entry.strength
            sign = _SIGNS[(strength > 0) - (strength < 0)]
            found.append(f"{'not_' if place in flipped else ''}{hit.entry.kind}{sign}")
            found += [mark for word in words[place : hit.end] if (mark := mark_in(word)) is not None]
            place = hit.end
            continue
        shape = _SHAPES[written[place]]
        if not (shape == "w" and found and found[-1] == "w"):
            found.append(shape)
        place += 1
    return " ".join(found)


def _shape(word: str) -> str:
    lowered = word.lower()
    mark = mark_in(lowered)
    if mark is not None:
        return mark
    if word in PUNCTUATION:
        return '"' if word in QUOTES else word
    if PARTS[lowered] == Part.NEGATOR or lowered in ("ne", "n'"):
        return "NOT"
    if lowered in FUNCTION_WORDS:
        return lowered
    return _shape_of_content(word)


def _shape_of_content(word: str) -> str:
    if word[0] in "#@":
        return "hash"
    if any(letter.isdigit() for letter in word):
        return "num"
    return "Cap" if word[0].isupper() else "w"


_SHAPES: Mapping[str, str] = Remembered(_shape)
