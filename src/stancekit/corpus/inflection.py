"""Words that count as the same: number and gender of common nouns, accents of capitals, capitals of names.

A light stem for each language: enough for `colonel / colonels` and `malien / malienne`, and no more, since
every ending that is taken off makes another pair of words look alike (`retrait` is no `retraite`).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from stancekit.corpus.text import compose, fold

SHORT_ACRONYM = 3
"""Letters up to which an acronym must stand in capitals: `US` is no `Us` at a sentence's start."""

_SHORTEST_INFLECTED = 4
_FRENCH_FEMININE = (
    ("trice", "teu"),
    ("enne", "en"),
    ("onne", "on"),
    ("elle", "el"),
    ("euse", "eu"),
    ("aise", "ai"),
    ("oise", "oi"),
    ("ande", "and"),
    ("aine", "ain"),
    ("ante", "ant"),
    ("ère", "er"),
    ("ive", "if"),
    ("ale", "al"),
    ("eur", "eu"),
)
"""After the plural's s or x is gone, of the masculine too: `français` and `française` both become `françai`."""


@lru_cache(maxsize=2**16)
def stem(word: str, language: str) -> str:
    """Return what the inflected forms of a folded word share; the word itself in a language without rules.

    Examples
    --------
    >>> {stem(word, "fr") for word in ("malien", "malienne", "maliens", "maliennes")}
    {'malien'}
    >>> stem("allies", "en"), stem("généraux", "fr"), stem("us", "en")
    ('ally', 'général', 'us')
    """
    if len(word) < _SHORTEST_INFLECTED:
        return word
    if language == "fr":
        return _french_stem(word)
    return _english_stem(word) if language == "en" else word


def _french_stem(word: str) -> str:
    if word.endswith("aux") and not word.endswith("eaux"):
        return word[:-3] + "al"
    singular = word[:-1] if word[-1] in "sx" else word
    for feminine, shared in _FRENCH_FEMININE:
        if singular.endswith(feminine):
            return singular[: -len(feminine)] + shared
    return singular


def _english_stem(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


@lru_cache(maxsize=2**16)
def without_accents(word: str) -> str:
    """Return a word with its accents taken off, which French capitals may lack."""
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


@lru_cache(maxsize=2**16)
def search_key(word: str, language: str) -> str:
    """Return what every way of writing a word that may be taken for it shares."""
    return without_accents(stem(fold(compose(word)), language))


def is_written_as(word: str, form: str, language: str) -> bool:
    """Tell whether a word of a text is one way to write a word of a form.

    Parameters
    ----------
    word : str
        As the text has it.
    form : str
        As the gazetteer has it. In lower case, it may be inflected and capitalised; with a capital, the text
        must have one too.
    language : str

    Examples
    --------
    >>> [is_written_as(word, "Élysée", "fr") for word in ("Élysée", "ELYSEE", "élysée")]
    [True, True, False]
    >>> [is_written_as(word, "junte", "fr") for word in ("Junte", "juntes", "jungle")]
    [True, True, False]
    """
    word, form = compose(word), compose(form)
    if form == form.lower():
        if word.isupper():
            return search_key(word, language) == search_key(form, language)
        return stem(fold(word), language) == stem(fold(form), language)
    if not word[0].isupper() and not form[0].islower():
        return False
    if form.isupper() and len(form) <= SHORT_ACRONYM:
        return word == form
    if word.isupper() and len(word) > 1:
        return without_accents(fold(word)) == without_accents(fold(form))
    plain = without_accents(form[0]) + form[1:]
    return fold(word) in (fold(form), fold(plain))
