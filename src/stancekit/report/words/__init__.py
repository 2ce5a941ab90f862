"""The words of pages, in English and French: one catalogue each, with the same keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from stancekit.config.report import Language
from stancekit.report.words.en import ENGLISH
from stancekit.report.words.fr import FRENCH

_BEFORE_A_SPACE, _BEHIND_A_SPACE = re.compile("« "), re.compile(" (?=[:;?!»%])")


def spaced(text: str) -> str:
    """Return a French text whose punctuation doesn't part from its word at the end of a line."""
    return _BEHIND_A_SPACE.sub("\u00a0", _BEFORE_A_SPACE.sub("«\u00a0", text))


CATALOGUES: Mapping[Language, Mapping[str, str]] = {
    "en": ENGLISH,
    "fr": {key: spaced(text) for key, text in FRENCH.items()},
}


@dataclass(frozen=True)
class Words:
    r"""What a page says, in one language.

    Examples
    --------
    >>> say = Words("fr")
    >>> say.number(-0.0001, signed=True)
    '0,000'
    >>> say.number(0.5), say.percent(0.256), say.count(1, "article"), say.count(2, "article")
    ('0,500', '26\xa0%', '1 article', '2 articles')
    """

    language: Language

    def __call__(self, key: str, /, **values: object) -> str:
        """Return a text of the catalogue with its places filled in."""
        return CATALOGUES[self.language][key].format(**values)

    def name(self, kind: str, name: str) -> str:
        """Return what something is called that may be a plug-in's or a later version's: then by its own name."""
        return CATALOGUES[self.language].get(f"{kind}.{name}", name.replace("_", " "))

    def number(self, value: float | None, digits: int = 3, *, signed: bool = False) -> str:
        """Return a number as the language writes it."""
        if value is None:
            return self("undefined")
        text = f"{value:{'+' if signed else ''}.{digits}f}"
        if not float(text):
            text = text.lstrip("+-")
        return text.replace("-", "−").replace(".", self("decimal"))

    def whole(self, value: int) -> str:
        """Return a whole number as the language writes it."""
        return f"{value:,}".replace(",", self("thousands"))

    def range(self, low: float | None, high: float | None, *, signed: bool = False) -> str:
        """Return an interval, or nothing where there is none."""
        if low is None or high is None:
            return ""
        return self("range", low=self.number(low, signed=signed), high=self.number(high, signed=signed))

    def percent(self, share: float) -> str:
        """Return a share in percent."""
        return f"{share * 100:.0f}\u00a0%"

    def count(self, n: int, name: str) -> str:
        """Return `1 article`, `2 articles`; zero is singular in French."""
        one = n == 1 or (n == 0 and self.language == "fr")
        return self(f"count.{name}.{'one' if one else 'other'}", n=self.whole(n))

    def share(self, part: float, whole: float) -> str:
        """Return a count as a share of another, with a digit behind the point where it is below ten percent."""
        percent = 100.0 * part / whole if whole else 0.0
        return f"{self.number(percent, 1 if percent < 10.0 else 0)}\u00a0%"

    def estimate(self, cell: Mapping[str, float | None], *, signed: bool = False) -> str:
        """Return a value with its interval.

        Examples
        --------
        >>> Words("fr").estimate({"value": 0.0213, "low": -0.01, "high": 0.05}, signed=True)
        '+0,021 (−0,010 à +0,050)'
        """
        low, high = cell["low"], cell["high"]
        between = self("no_interval") if low is None or high is None else self.range(low, high, signed=signed)
        return f"{self.number(cell['value'], signed=signed)} ({between})"

    def groups(self, n: int, by: str) -> str:
        """Return how many groups of a column there are."""
        known = {"sentence": "sentence", "article": "article", "id": "example"}.get(by)
        return self.count(n, known) if known else self("groups_by", groups=self.count(n, "group"), by=by)
