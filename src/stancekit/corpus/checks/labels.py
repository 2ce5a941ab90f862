"""Labels: contradictions, spellings, classes and targets too small to learn from, drift from training to test."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, combinations
from typing import Any

from stancekit.corpus.checks.findings import Finding, Severity
from stancekit.corpus.checks.part import Part, share, shortened

FEW_EXAMPLES, FEW_ARTICLES = 10, 3
FEWEST_OF_A_TARGET = 5
"""Targets with fewer examples say nothing by having one label."""
MANY_EXAMPLES = 0.1
"""From this share of the examples on, targets with a single stance are a warning."""
DRIFT, DRIFT_P = 0.1, 0.001
CHANCE = 0.05
"""A target's single label means nothing where that many such targets would have it by chance."""
SHORTEST_COMPARED = 5
"""Shorter words of labels are alike by accident."""
MOST_COMPARED = 200
"""More different labels than that aren't labels."""
LISTED = 10

_WORD = re.compile(r"[^\W\d_]+")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\W_]+(?=\d)")
_SIGN = re.compile(r"^[-+\u2212](?=\d)|\+$")


def find_contradictions(part: Part) -> Iterator[Finding]:
    """Yield SK101: examples of one text, actor and target to which different labels were given."""
    rows_of: dict[Any, list[int]] = {}
    for row, (case, stance) in enumerate(zip(part.marked_cases, part.stances, strict=True)):
        if stance is not None:
            rows_of.setdefault(case, []).append(row)
    torn = [rows for rows in rows_of.values() if len({part.stances[row] for row in rows}) > 1]
    if torn:
        rows = sorted(row for own in torn for row in own)
        said = f"{len(torn):,} texts of {part.name}, each with one actor and target, have different labels"
        shown = (" | ".join(f"{part.ids[row]} {_named(part.stances[row])}" for row in own[:3]) for own in torn)
        yield part.finding("SK101", rows, said, examples=shown, texts=len(torn))


def find_names_alike(part: Part) -> Iterator[Finding]:
    """Yield SK102: labels, actors and targets that are probably one under two spellings."""
    labels = Counter(chain.from_iterable(map(_members, part.stances)))
    for what, names in (("label", labels), ("actor", _counted(part, "actor")), ("target", _counted(part, "target"))):
        alike = list(_spelled_alike(names))
        if what == "label" and len(names) <= MOST_COMPARED:
            alike += [pair for pair in combinations(sorted(names), 2) if _one_letter_apart(*pair)]
        if not alike:
            continue
        concerned = {name for pair in alike for name in pair}
        rows = [row for row, own in enumerate(_names_of(part, what)) if concerned & set(own)]
        shown = [" / ".join(f"{name!r} ({names[name]})" for name in pair) for pair in alike]
        said = f"{len(concerned)} {what}s of {part.name} are nearly alike"
        severity: Severity = "warning" if what == "label" else "note"
        yield part.finding("SK102", rows, said, severity=severity, count=len(concerned), examples=shown, what=what)


def find_tiny_classes(part: Part, labels: Sequence[str] | None = None) -> Iterator[Finding]:
    """Yield SK103: labels that few examples, or few articles, have.

    Parameters
    ----------
    part : Part
    labels : sequence of str, optional
        Those of the task, which may not occur at all.
    """
    rows_of: dict[str, list[int]] = {label: [] for label in labels or ()}
    for row, stance in enumerate(part.stances):
        for label in _members(stance):
            rows_of.setdefault(label, []).append(row)
    articles = part.column("article")
    few_articles = len({article for article in articles if article is not None}) >= FEW_ARTICLES
    tiny: dict[str, str] = {}
    few: list[dict[str, Any]] = []
    for label, rows in rows_of.items():
        own = {articles[row] for row in rows}
        if len(rows) < FEW_EXAMPLES:
            tiny[label] = f"{label} {len(rows)}"
            few.append({"label": label, "n": len(rows), "articles": None})
        elif few_articles and len(own) < FEW_ARTICLES:
            tiny[label] = f"{label} {len(rows)}, in {len(own)} article{'s' if len(own) > 1 else ''}"
            few.append({"label": label, "n": len(rows), "articles": len(own)})
    if tiny:
        rows = sorted({row for label in tiny for row in rows_of[label]})
        listed = "; ".join(list(tiny.values())[:LISTED])
        more = f" and {len(tiny) - LISTED:,} more" if len(tiny) > LISTED else ""
        said = f"{len(tiny):,} of {len(rows_of):,} labels have few {part.name} examples: {listed}{more}"
        yield part.finding("SK103", rows, said, count=len(tiny), labels=len(rows_of), few=few[:LISTED])


def find_single_stance_targets(part: Part) -> Iterator[Finding]:
    """Yield SK104: targets all of whose examples have one label, which those of the other targets make improbable."""
    rows_of: dict[str, list[int]] = {}
    for row, (target, stance) in enumerate(zip(part.column("target"), part.stances, strict=True)):
        if target is not None and stance is not None:
            rows_of.setdefault(target, []).append(row)
    all_rows = [row for rows in rows_of.values() for row in rows]
    counts = Counter(part.stances[row] for row in all_rows)
    single = {}
    for target, rows in rows_of.items():
        if len(rows) >= FEWEST_OF_A_TARGET and len({part.stances[row] for row in rows}) == 1:
            others = len(all_rows) - len(rows)
            same = counts[part.stances[rows[0]]] - len(rows)
            if not others or (same / others) ** len(rows) < CHANCE:
                single[target] = rows
    if single:
        rows = sorted(row for own in single.values() for row in own)
        largest = sorted(single, key=lambda target: (-len(single[target]), target))
        shown = (f"{target}: {len(single[target])} x {_named(part.stances[single[target][0]])}" for target in largest)
        said = (
            f"{len(single)} targets of {part.name} have a single label: {share(len(rows), len(part))} of the examples,"
            " which the target's name alone decides"
        )
        severity: Severity = "warning" if len(rows) >= MANY_EXAMPLES * len(part) else "note"
        yield part.finding("SK104", rows, said, severity=severity, count=len(single), examples=shown)


def find_drift(train: Part, test: Part) -> Iterator[Finding]:
    """Yield SK105: labels that are much more, or much less, frequent in the test set than in training.

    Much is ten points, and more than chance moves: p < 0.001 by a chi-squared test of having the label, which takes
    examples to be independent.
    """
    from scipy.stats import chi2_contingency

    labelled = [[stance for stance in part.stances if stance is not None] for part in (train, test)]
    counts = [Counter(label for stance in own for label in _members(stance)) for own in labelled]
    totals = [len(own) for own in labelled]
    if not all(totals):
        return
    labels = sorted(counts[0].keys() | counts[1].keys())
    shares = {label: tuple(own[label] / total for own, total in zip(counts, totals, strict=True)) for label in labels}
    far = []
    for label in labels:
        table = [[own[label], total - own[label]] for own, total in zip(counts, totals, strict=True)]
        if abs(shares[label][0] - shares[label][1]) >= DRIFT and chi2_contingency(table).pvalue < DRIFT_P:
            far.append(label)
    if far:
        far.sort(key=lambda label: (-abs(shares[label][0] - shares[label][1]), label))
        shown = [f"{label} {shares[label][0]:.0%} in training, {shares[label][1]:.0%} in test" for label in far]
        said = f"labels are differently frequent: {'; '.join(shown[:3])}"
        moved = [{"label": label, "train": shares[label][0], "test": shares[label][1]} for label in far[:3]]
        yield test.finding("SK105", [], said, count=len(far), examples=shown, moved=moved)


def find_unseen_names(train: Part, test: Part) -> Iterator[Finding]:
    """Yield SK106: actors and targets of the test set that no training example has."""
    for role in ("actor", "target"):
        unseen = _counted(test, role).keys() - _counted(train, role).keys()
        if unseen and _counted(train, role):
            rows = [row for row, name in enumerate(test.column(role)) if name in unseen]
            names = [shortened(name) for name in sorted(unseen)[:5]]
            listed = ", ".join(names) + (", …" if len(unseen) > 5 else "")
            said = f"{len(unseen)} {role}s of the test set, in {len(rows):,} examples, are not in training: {listed}"
            yield test.finding("SK106", rows, said, severity="note", count=len(unseen), what=role, names=names)


@lru_cache(maxsize=10_000)
def _members(stance: Hashable) -> tuple[str, ...]:
    if stance is None:
        return ()
    return tuple(sorted(stance)) if isinstance(stance, frozenset) else (str(stance),)


def _named(stance: Hashable) -> str:
    return "|".join(_members(stance)) or "no label"


def _names_of(part: Part, what: str) -> list[tuple[str, ...]]:
    if what == "label":
        return [_members(stance) for stance in part.stances]
    return [() if name is None else (name,) for name in part.column(what)]


def _counted(part: Part, role: str) -> Counter[str]:
    return Counter(name for name in part.column(role) if name is not None)


def _spelled_alike(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield names that differ in case, accents, separators or a final s only."""
    known: dict[str, list[str]] = {}
    for name in sorted(names):
        known.setdefault(_plain(name), []).append(name)
    yield from (tuple(own) for key, own in known.items() if key and len(own) > 1)


def _plain(name: str) -> str:
    """Return a name's letters and digits; numbers stay as far apart as they are: 1.0 and 10, -1 and 1."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    sign = _SIGN.search(decomposed)
    apart = _BETWEEN_DIGITS.sub("x", decomposed)
    # Vowel signs of Hindi or Thai are no separators, as [^\w] would have it.
    kept = (character for character in apart if not unicodedata.combining(character))
    letters = "".join(character for character in kept if unicodedata.category(character)[0] not in "PZSC")
    singular = letters.removesuffix("s") if len(letters) > 3 else letters
    return f"{sign[0] if sign else ''}{singular}"


def _one_letter_apart(one: str, other: str) -> bool:
    """Tell whether a letter was left out or exchanged inside a word.

    What differs in a digit was numbered on purpose, and what differs in its first letter is another word.
    """
    short, long = sorted((one.casefold(), other.casefold()), key=len)
    if len(long) - len(short) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if start == len(long):
        return False
    exchanged = len(short) == len(long)
    if exchanged and not short[start].isalpha():
        return False
    in_word = any(
        word.start() < start < word.end() and len(word[0]) >= SHORTEST_COMPARED for word in _WORD.finditer(long)
    )
    rest = short[start + 1 :] if exchanged else short[start:]
    return in_word and rest == long[start + 1 :] and _plain(short) != _plain(long)
