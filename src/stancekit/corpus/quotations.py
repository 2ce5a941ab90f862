"""Who speaks: the speaker of quotations and of reported speech, sentence by sentence.

Words around a quotation say whose it is: `« … », assure le ministre`, `Selon Paris, …`, `La junte a indiqué que …`,
`estime-t-on à Alger`. What is inside a quotation is never searched, so of nested quotations the outer one counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from stancekit.corpus.articles import Article
from stancekit.corpus.gazetteer import Gazetteer, Mention
from stancekit.corpus.sentences import Sentence
from stancekit.corpus.speaker_finder import OPINIONS, SpeakerFinder, mask_quotations, tokens_of
from stancekit.corpus.speech_words import SpeechWords, speech_words
from stancekit.corpus.text import fold

_PART_OF_WORD = re.compile(r"\w+")
_FEMININE, _MASCULINE = frozenset({"la", "une", "elle"}), frozenset({"le", "un", "il"})


@dataclass(frozen=True)
class Speaker:
    """Who speaks in a sentence: `article.text[start:end]`.

    Attributes
    ----------
    name : str
        The canonical name of an actor that the gazetteer knows, else the words of the article.
    start, end : int
        In characters of the article's text. They may lie in an earlier sentence.
    """

    name: str
    start: int
    end: int


def attribute_speakers(article: Article, gazetteer: Gazetteer | None = None) -> list[Speaker | None]:
    """Return the speaker of every sentence of an article, None where nobody is said to speak.

    Parameters
    ----------
    article : Article
    gazetteer : Gazetteer, optional
        Names speakers canonically where it knows them.

    Returns
    -------
    list of (Speaker or None)
        In the order of `article.sentences`.

    Examples
    --------
    >>> article = Article.from_text("« Nous partons », assure le ministre. « Demain. » Rien ne bouge.", id="a")
    >>> [speaker and speaker.name for speaker in attribute_speakers(article)]
    ['le ministre', 'le ministre', None]
    """
    words = speech_words(article.language)
    found: list[Speaker | None] = []
    for _, group in groupby(article.sentences, key=lambda sentence: sentence.paragraph):
        paragraph = list(group)
        masked = mask_quotations(article.text, paragraph[0].start, paragraph[-1].end)
        before: Sentence | None = None
        for sentence in paragraph:
            offset = paragraph[0].start
            tokens = list(tokens_of(masked[sentence.start - offset : sentence.end - offset], sentence.start))
            previous = found[-1] if before is not None else None
            speaker = SpeakerFinder(tokens, words).speaker()
            if isinstance(speaker, str):
                own = previous or _subject(article.text, before, speaker, words)
            elif speaker is not None:
                start, end = tokens[speaker[0]].start, tokens[speaker[1]].end
                own = Speaker(article.text[start:end], start, end)
            else:
                own = previous if sentence.quoted else None
            if own is not None and own is not previous and gazetteer is not None:
                own = _named(own, article.text, gazetteer, words)
            found.append(own)
            before = sentence
    return found


def find_speaker(sentence: str, language: str = "fr") -> Speaker | None:
    """Return the speaker that a sentence by itself names; a pronoun points to another one and names nobody.

    Parameters
    ----------
    sentence : str
    language : str, default="fr"
        ISO 639-1 code.

    Examples
    --------
    >>> find_speaker("« Nous partons », assure le ministre.")
    Speaker(name='le ministre', start=25, end=36)
    """
    words = speech_words(language)
    parts = _PART_OF_WORD.findall(fold(sentence))
    if _words_of_speech(words).isdisjoint(parts) and parts[:1] not in OPINIONS:
        return None
    tokens = list(tokens_of(mask_quotations(sentence, 0, len(sentence)), 0))
    found = SpeakerFinder(tokens, words).speaker()
    if found is None or isinstance(found, str):
        return None
    start, end = tokens[found[0]].start, tokens[found[1]].end
    return Speaker(sentence[start:end], start, end)


@cache
def _words_of_speech(words: SpeechWords) -> frozenset[str]:
    """Return words of which a sentence with a speaker has one: most sentences have none, and need no closer look."""
    told_by = {max(introduction, key=len) for introduction in words.introductions}
    return words.verbs | (told_by - {opinion for (opinion,) in OPINIONS})


def _subject(text: str, sentence: Sentence | None, pronoun: str, words: SpeechWords) -> Speaker | None:
    """Return what a sentence begins with, if that may be whom a pronoun in the next one means."""
    if sentence is None or sentence.quoted:
        return None
    tokens = list(tokens_of(sentence.text, sentence.start))
    finder = SpeakerFinder(tokens, words)
    name = finder.subject_at_start() or finder.proper_name_at_start()
    if name is None:
        return None
    wrong = tokens[0].folded in (_FEMININE if pronoun in ("il", "ils") else _MASCULINE)
    if wrong:
        return None
    start, end = tokens[name[0]].start, tokens[name[1]].end
    return Speaker(text[start:end], start, end)


def _named(speaker: Speaker, text: str, gazetteer: Gazetteer, words: SpeechWords) -> Speaker:
    """Return a speaker by canonical name, where its words begin with a known name or speak for one."""
    own = text[speaker.start : speaker.end]
    mentions: list[Mention] = gazetteer.find_actors(own)
    if not mentions:
        return speaker
    speaks_for = any(word in words.voices for word in fold(own).split())
    if mentions[0].start == 0 or speaks_for:
        return Speaker(mentions[0].name, speaker.start, speaker.end)
    return speaker
