"""Other ways to write a name, made from the name alone: `Emmanuel Macron` is `Macron`, `United Nations` is `UN`.

They are looked for where a row says whom it is about and neither the name nor a form written by hand is in its text.
No other row's text, label or mark is used; only the names themselves, to leave out what two of them share.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from stancekit.corpus.text import compose, fold

LONGEST_PERSON = 4
"""Words of a person's name."""
SHORTEST_INFLECTED = 4
"""Letters of a word from which on an s at its end may be a plural's."""
SHORTEST_LAST_NAME = 3

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_ARTICLES = frozenset("the a an le la les l un une".split())
_SMALL = _ARTICLES | frozenset(
    "of and for in on at to de du des d et en au aux à pour sur y e von van der den bin".split()
)
_TITLES = frozenset(
    "mr mrs ms miss dr prof professor sir lord lady president vice prime minister premier chancellor king queen prince"
    " princess pope senator sen rep representative congressman congresswoman governor gov mayor secretary colonel col"
    " captain lieutenant general gen judge ambassador former"
    " m mme mlle président présidente ministre première général capitaine commandant maire sénateur sénatrice député"
    " députée roi reine pape ancien ancienne".split()
)
_NO_LAST_NAMES = frozenset(
    "nations states kingdom union house senate court department ministry party congress parliament council committee"
    " commission agency bureau office force forces army navy guard police university college school institute bank"
    " fund group company corporation corp inc ltd times post news journal press network media channel radio league"
    " association federation organization organisation foundation center centre society movement front alliance"
    " coalition republic city county state street motors electric america africa asia europe east west north south"
    " korea zealand york angeles arabia emirates jersey carolina dakota virginia"
    " unis unies nationale national nationaux parti ministère conseil comité commission armée banque groupe assemblée"
    " sénat cour république mouvement fédération fondation état états royaume afrique amérique europe".split()
)
_OPENERS = frozenset(
    "and but when while if as in on for after before yet so with that although since because then now today"
    " why how what where who did does do is was will would can could should has had"
    " et mais quand si comme selon pour avec après avant dans sur car puis or ainsi alors aujourd'hui hier"
    " pourquoi comment où qui que".split()
)


@dataclass(frozen=True)
class Found:
    """Where a name stands: `text[start:end]`."""

    start: int
    end: int


class NameForms:
    """The forms of the names of a corpus.

    Parameters
    ----------
    names : iterable of str
        Canonical names of actors and targets alike. What two of them could mean is neither's.

    Examples
    --------
    >>> forms = NameForms(["Emmanuel Macron", "United_Nations", "Donald Trump", "Ivanka Trump"])
    >>> forms.find("Macron warns the U.N. of Trump.", "Emmanuel Macron")
    Found(start=0, end=6)
    >>> forms.find("Macron warns the U.N. of Trump.", "United_Nations")
    Found(start=17, end=21)
    >>> forms.find("Macron warns the U.N. of Trump.", "Donald Trump") is None
    True
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._owners: dict[str, set[str]] = {}
        for name in sorted(set(names)):
            for form in (_plain(name), *_short_forms(name)):
                self._owners.setdefault(fold(form), set()).add(name)

    def find(self, text: str, name: str) -> Found | None:
        """Return where a text first has the name, or else the most telling of its other forms.

        The name comes last where it is part of a longer one only: the row says that somebody is meant.
        """
        folded, forms = fold(text), self.of(name)
        strictly = (_find(text, folded, form) for form in forms)
        return next(filter(None, strictly), None) or (_find(text, folded, forms[0], in_names=True) if forms else None)

    def of(self, name: str) -> tuple[str, ...]:
        """Return the forms of a name, the most telling first.

        Examples
        --------
        >>> NameForms([]).of("President Charles de Gaulle")
        ('President Charles de Gaulle', 'Charles de Gaulle', 'Charles de Gaulles', 'Gaulle')
        >>> NameForms([]).of("the Republicans"), NameForms([]).of("Nations unies")
        (('the Republicans', 'Republicans', 'Republican'), ('Nations unies', 'Nations unie', 'NU', 'N.U.'))
        """
        own = [form for form in _short_forms(name) if self._owners.get(fold(form), {name}) <= {name}]
        return tuple(dict.fromkeys([_plain(name), *own] if any(map(str.isalnum, name)) else ()))


def _plain(name: str) -> str:
    return compose(name).replace("_", " ").strip()


@lru_cache(maxsize=2**16)
def _short_forms(name: str) -> tuple[str, ...]:
    plain = _plain(name)
    if not plain:
        return ()
    bare = _without_titles(plain)
    words = bare.split()
    forms = [bare, *_other_number(bare)]
    forms += _last_name(words) if _is_person(words) else ()
    forms += _acronyms(words)
    return tuple(form for form in dict.fromkeys(forms) if form not in (plain, ""))


def _without_titles(name: str) -> str:
    """Return a name without the articles and titles before it; one word that may be no name is left with its title."""
    words = re.sub(r"^[lL]['’]", "", name).rstrip("'’ ").split()
    first = 0
    while first < len(words) - 1:
        word = fold(words[first]).rstrip(".")
        if word not in _ARTICLES | _TITLES:
            break
        alone = first == len(words) - 2 and word in _TITLES
        if alone and (fold(words[-1]) in _NO_LAST_NAMES or not words[-1][0].isupper()):
            break
        first += 1
    return " ".join(words[first:])


def _is_person(words: list[str]) -> bool:
    """Tell whether words may be a person's: all with a capital but for `de`, `von` and the like, none a ministry's."""
    if not (2 <= len(words) <= LONGEST_PERSON) or not all(_WORD.fullmatch(word.rstrip(".")) for word in words):
        return False
    named = [word for word in words if fold(word) not in _SMALL]
    last = words[-1]
    return (
        len(named) > 1
        and all(word[0].isupper() for word in named)
        and len(last) >= SHORTEST_LAST_NAME
        and not last.isupper()
        and fold(last) not in _NO_LAST_NAMES
    )


def _last_name(words: list[str]) -> Iterator[str]:
    if len(words) > 2 and fold(words[-2]) not in _SMALL:
        yield f"{words[0]} {words[-1]}"
    yield words[-1]


def _acronyms(words: list[str]) -> Iterator[str]:
    """Yield the first letters of the words of a name of several, but for small words; not of what may be two names."""
    parts = [part for word in words for part in re.split(r"['’-]", word) if part]
    letters = [part[0].upper() for part in parts if fold(part) not in _SMALL and part[0].isalpha()]
    if len(letters) > (2 if _is_person(words) else 1) and words[0][0].isupper():
        yield "".join(letters)
        yield "".join(f"{letter}." for letter in letters)


def _other_number(name: str) -> Iterator[str]:
    """Yield the plural of a name, or its singular if it ends like a plural."""
    if not name[-1:].isalpha() or len(name.split()[-1]) < SHORTEST_INFLECTED:
        return
    if name.endswith("s"):
        yield name[:-1]
    else:
        yield f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"


def _find(text: str, folded: str, form: str, *, in_names: bool = False) -> Found | None:
    for match in _pattern(form).finditer(folded):
        start, end = match.span()
        if _is_acronym(form):
            right = text[start:end] in (form, form.removesuffix("."))
        else:
            right = in_names or " " in form or not form[0].isupper() or _stands_alone(text, start, end)
        if right:
            return Found(start, end)
    return None


def _is_acronym(form: str) -> bool:
    return form.replace(".", "").isupper() and " " not in form


@lru_cache(maxsize=2**16)
def _pattern(form: str) -> re.Pattern[str]:
    words = r"[\s-]".join(map(re.escape, fold(form).split()))
    return re.compile(rf"(?<!\w){words}(?!\w)" if not words.endswith(r"\.") else rf"(?<!\w){words}?(?!\w)")


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Tell whether a word with a capital is no part of a longer name: `Trump`, not `Ivanka Trump` or `Trump Tower`."""
    if not text[start].isupper():
        return False
    before, after = re.search(r"(\w[\w'’.-]*) \Z", text[:start]), re.match(r" (\w[\w'’-]*)", text[end:])
    if after is not None and after[1][0].isupper():
        return False
    if before is None or not before[1][0].isupper():
        return True
    word = fold(before[1]).rstrip(".")
    return word in _TITLES or (word in _OPENERS | _ARTICLES and not text[: before.start()].strip())
