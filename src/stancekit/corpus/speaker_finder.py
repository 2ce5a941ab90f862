"""Who speaks in one sentence: where its words name the speaker, or point back to one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stancekit.corpus.sentences import find_quotations
from stancekit.corpus.speech_words import SpeechWords
from stancekit.corpus.text import fold

LONGEST_NAME = 14
"""Words of a speaker that are looked at."""
LONGEST_ASIDE = 30
"""Words and signs between a subject and its verb, set off by commas."""
NEARBY = 6
"""Words behind a verb among which `that` or a colon is looked for."""

_QUOTE = "\N{OBJECT REPLACEMENT CHARACTER}"
_TOKEN = re.compile(
    rf"{_QUOTE}+|(?:MM?|Dr|Me|Mgr|St|Mr|Ms|Mrs)\.|\w[\w\u0300-\u036f]*(?:[-‑]\w[\w\u0300-\u036f]*)*['’]?|[^\w\s]"
)
_INVERTED = re.compile(r"(?P<verb>.+?)-(?:t-)?(?P<pronoun>ils?|elles?|on)")
_TITLES = frozenset({"premier", "première", "haut", "haute"})
_BEFORE_AN_INCISE = frozenset(",–—?!…" + _QUOTE)
_PLACE_WORDS = frozenset({"à", "au", "aux", "en"})
OPINIONS = (["pour"], ["for"])
"""What introduces a speaker only where it opens a sentence."""
_NEGATED = (["n'", "avoir"], ["ne", "pas"], ["n'", "être"], ["ne", "rien"])


class Token(NamedTuple):
    """A word or sign of a sentence, its folded form, and where it stands in the article."""

    text: str
    folded: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Tell a word from a sign."""
        return self.text[0].isalnum()

    @property
    def is_capital(self) -> bool:
        """Tell whether it begins with a capital."""
        return self.text[0].isupper()


Span = tuple[int, int]
"""Numbers of the first and last token of a name."""


def mask_quotations(text: str, start: int, end: int) -> str:
    """Return a paragraph with every quotation made one run of a sign that no word has."""
    parts, position = [], start
    for first, after in find_quotations(text, start, end):
        parts += [text[position:first].replace(_QUOTE, " "), _QUOTE * (after - first)]
        position = after
    return "".join([*parts, text[position:end].replace(_QUOTE, " ")])


def tokens_of(text: str, offset: int) -> Iterator[Token]:
    """Yield the tokens of a text that begins at an offset of the article."""
    folded = fold(text)
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        yield Token(match[0], folded[start:end], offset + start, offset + end)


class SpeakerFinder:
    """Finds the speaker in the tokens of one sentence."""

    def __init__(self, tokens: Sequence[Token], words: SpeechWords) -> None:
        self.tokens = tokens
        self.words = words
        self.first_quotation = next((i for i, token in enumerate(tokens) if token.text[0] == _QUOTE), len(tokens))

    def speaker(self) -> Span | str | None:
        """Return the tokens that name the speaker, a pronoun that points back to one, or None."""
        verbs = list(self.verbs())
        for first, last, pronoun in verbs:
            own = self.inverted(first, last, pronoun)
            if own is not None:
                return own
        introduced = self.introduced()
        if introduced is not None:
            return introduced
        for first, last, pronoun in verbs:
            own = None if pronoun else self.subject_of(first, last)
            if own is not None:
                return own
        return None

    def verbs(self) -> Iterator[tuple[int, int, str | None]]:
        """Yield first and last token of every group of a verb of saying, and the pronoun that is inverted in it."""
        number = 0
        while number < len(self.tokens):
            word = self.tokens[number].folded
            inverted = _INVERTED.fullmatch(word) if "-" in word else None
            base = inverted["verb"] if inverted else word
            pronoun = inverted["pronoun"] if inverted else None
            if base in self.words.auxiliaries:
                last = self.participle_after(number)
            else:
                is_verb = base in self.words.verbs and base not in self.words.participles
                last = number if is_verb and not self.is_noun(number) else None
            if last is not None:
                yield number, last, pronoun
            number = number + 1 if last is None else last + 1

    def participle_after(self, number: int) -> int | None:
        """Return the participle of saying that an auxiliary belongs to: `a, hier, indiqué`."""
        for at in range(number + 1, min(number + 4, len(self.tokens))):
            word = self.tokens[at].folded
            if word in ("fait", "voulu", "tenu") and at + 1 < len(self.tokens):
                is_group = self.tokens[at + 1].folded in ("savoir", "valoir", "observer", "remarquer", "part", "croire")
                return at + 1 if is_group else None
            if word in self.words.verbs or (word == "croire" and at == number + 1):
                return at
            if word not in self.words.between and not word.endswith(("ment", "ly")):
                return None
        return None

    def is_noun(self, number: int) -> bool:
        """Tell whether an article before a word makes it a noun: `la demande`, `une juge`."""
        before = self.tokens[number - 1].folded if number else ""
        at_once = before in self.words.determiners - self.words.between or before in ("de", "d'", "du", "au", "par")
        ambiguous = before in ("la", "le", "les", "leur") and (
            number == 1
            or self.tokens[number - 2].folded in self.words.stops | self.words.links
            or not self.tokens[number - 2].is_word
        )
        return at_once or ambiguous

    def inverted(self, first: int, last: int, pronoun: str | None) -> Span | str | None:
        """Return who stands behind a verb that follows a comma or a quotation."""
        if pronoun == "on":
            return self.place(last + 1) or self.place_at_start()
        if pronoun is not None:
            return pronoun
        start = self.group_start(first)
        if start == 0 or self.tokens[start - 1].text[0] not in _BEFORE_AN_INCISE:
            return None
        name = self.name_from(self.skip_aside(last + 1))
        beside = self.tokens[start - 1].text[0] != "," or (start > 1 and self.tokens[start - 2].text[0] == _QUOTE)
        return name if name is None or beside or self.is_set_off(last, name) else None

    def is_set_off(self, verb: int, name: Span) -> bool:
        """Tell a subject behind its verb (`, estime Paris,`) from an object (`Paris, las, rejette l'accord`)."""
        after = name[1] + 1
        ends = after == len(self.tokens) or not self.tokens[after].is_word
        return ends and self.tokens[verb].folded not in self.words.with_object

    def group_start(self, first: int) -> int:
        """Return the first of the small words that belong to a verb: `s'`, `n'`."""
        while first and self.tokens[first - 1].folded in self.words.between:
            first -= 1
        return first

    def skip_aside(self, number: int) -> int:
        """Return where an aside between a verb and its subject ends: `, lundi soir,` or `hier`."""
        if number < len(self.tokens) and self.tokens[number].text == ",":
            for at in range(number + 1, min(number + NEARBY, len(self.tokens))):
                if self.tokens[at].text == ",":
                    return at + 1
        while number < len(self.tokens) and self.is_adverb(self.tokens[number]):
            number += 1
        return number

    def is_adverb(self, token: Token) -> bool:
        """Tell whether a token may stand between a verb and its subject."""
        days = ("hier", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "soir", "matin")
        adverb = token.folded in self.words.between - self.words.determiners
        return token.folded in days or adverb or (token.folded.endswith("ment") and not token.is_capital)

    def introduced(self) -> Span | None:
        """Return who follows `selon` and its like."""
        openings = {words[0] for words in self.words.introductions}
        for number in range(len(self.tokens)):
            if self.tokens[number].folded not in openings:
                continue
            for words in self.words.introductions:
                if self.tokens[number].folded != words[0]:
                    continue
                after = number + len(words)
                if tuple(token.folded for token in self.tokens[number:after]) != words:
                    continue
                name = self.name_from(after)
                if name is None or self.tokens[self.head(name)].folded in self.words.no_speakers:
                    continue
                if list(words) in OPINIONS and not self.is_opinion(number, name):
                    continue
                return name
        return None

    def is_opinion(self, number: int, name: Span) -> bool:
        """Tell whether `pour X` opens a sentence, is set off by a comma and X has a proper name."""
        ends = name[1] + 1 < len(self.tokens) and self.tokens[name[1] + 1].text == ","
        return number == 0 and ends and any(token.is_capital for token in self.tokens[name[0] : name[1] + 1])

    def head(self, name: Span) -> int:
        """Return the first token of a name that is no article."""
        return next((i for i in range(*name) if self.tokens[i].folded not in self.words.determiners), name[1])

    def name_from(self, number: int) -> Span | None:
        """Return the name that begins at a token."""
        first, last = number, -1
        for at in range(number, min(number + LONGEST_NAME, len(self.tokens))):
            token = self.tokens[at]
            opens = at == first and (token.folded in self.words.determiners or token.is_capital)
            if not token.is_word or (token.folded in self.words.stops and not opens):
                break
            if at == first and not self.opens_a_name(token):
                break
            before = self.tokens[at - 1]
            after_name = at > first and before.is_capital and before.folded not in _TITLES and before.folded[-1] != "'"
            if after_name and not token.is_capital and token.folded not in self.words.links and at - 1 > first:
                break
            if token.folded not in self.words.links and token.folded not in self.words.determiners:
                last = at
        return (first, last) if last >= first else None

    def opens_a_name(self, token: Token) -> bool:
        """Tell whether a name may begin with a token."""
        known = token.is_capital or token.folded in self.words.determiners or token.text[0].isdigit()
        pronouns = ("on", "rien", "personne", "nul", "cela", "ça", "qui", "nobody", "nothing", "it")
        refused = token.folded in (*self.words.pronouns, *pronouns) or (
            token.folded in self.words.stops and token.folded not in self.words.determiners
        )
        return known and not refused

    def subject_of(self, first: int, last: int) -> Span | str | None:
        """Return the subject before a verb that reports speech here."""
        start = self.group_start(first)
        if not self.reports(start, first, last):
            return None
        before = start - 1
        if before < 0:
            return None
        word = self.tokens[before].folded
        if word in self.words.pronouns:
            return word if before == 0 else None
        if word == "on":
            return self.place(last + 1) or self.place_at_start()
        if word in ("et", "and"):
            return self.subject_at_start()
        if self.tokens[before].text == ",":
            earlier = next(
                (i for i in range(before - 1, max(-1, before - LONGEST_ASIDE), -1) if self.tokens[i].text == ","), None
            )
            return None if earlier is None else self.name_until(earlier - 1)
        return self.name_until(before)

    def subject_at_start(self) -> Span | None:
        """Return the name with which a sentence begins, if a verb follows: of two verbs it is the subject of both."""
        name = self.name_from(0)
        if name is None or name[1] + 1 >= len(self.tokens):
            return None
        after = self.tokens[name[1] + 1].folded
        return name if after in self.words.auxiliaries | self.words.verbs | {"se", "s'", "ne", "n'"} else None

    def proper_name_at_start(self) -> Span | None:
        """Return two or more words with capitals at a sentence's start."""
        count = next((i for i, token in enumerate(self.tokens) if not token.is_capital), len(self.tokens))
        return (0, count - 1) if count > 1 and self.opens_a_name(self.tokens[0]) else None

    def reports(self, start: int, first: int, last: int) -> bool:
        """Tell whether what stands around a verb makes it one of reported speech."""
        verb = self.tokens[last].folded
        following = self.tokens[last + 1 : last + 1 + NEARBY]
        beside = self.first_quotation < start or any(token.text[0] == _QUOTE for token in following)
        if verb in self.words.beside_quotation:
            return beside
        clause = any(token.folded in self.words.that or token.text == ":" for token in following)
        denied = [token.folded for token in following[:2]]
        infinitive = bool(denied) and (denied[0] in ("avoir", "être", "vouloir") or denied in _NEGATED)
        object_before = any(token.folded == "l'" for token in self.tokens[start:first])
        reflexive = verb in ("dit", "dite", "disent", "déclaré", "déclarée", "félicite", "félicité", "félicitée")
        reflexive = reflexive and any(token.folded in ("se", "s'") for token in self.tokens[start:first])
        if verb in self.words.with_clause:
            return clause or beside
        return beside or clause or infinitive or object_before or reflexive or verb in self.words.with_object

    def name_until(self, number: int) -> Span | None:
        """Return the name that ends at a token."""
        first = number + 1
        while first > 0 and number - first < LONGEST_NAME:
            token = self.tokens[first - 1]
            if not token.is_word or (token.folded in self.words.stops and not self.is_article(first - 1)):
                break
            first -= 1
        if first > 0 and self.tokens[first - 1].folded in (*_PLACE_WORDS, "dans", "sur", "par", "pour", "of", "in"):
            return None
        while first <= number and not self.opens_a_name(self.tokens[first]):
            first += 1
        return (first, number) if first <= number and self.tokens[number].folded not in self.words.links else None

    def is_article(self, number: int) -> bool:
        """Tell whether a token is an article or the like."""
        return self.tokens[number].folded in self.words.determiners

    def place(self, number: int) -> Span | None:
        """Return the place that `à` at a token names, as a speaker: `dit-on à Alger`."""
        named = number + 1 < len(self.tokens) and self.tokens[number].folded in _PLACE_WORDS
        return self.name_from(number + 1) if named and self.tokens[number + 1].is_capital else None

    def place_at_start(self) -> Span | None:
        """Return the place that a sentence begins with: `À Alger, on estime`."""
        return self.place(0)
