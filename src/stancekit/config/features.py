"""The features of a config: blocks of n-grams, each of a view of the example."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema, field_validator, model_validator

from stancekit.config.lexicons import NAMES, Lexicon
from stancekit.config.section import Mistake, Section, fail

FieldName = Literal[
    "text",
    "masked",
    "before",
    "between",
    "after",
    "actor_window",
    "target_window",
    "actor",
    "target",
    "pair",
    "skeleton",
]
Analyzer = Literal["word", "char", "char_wb", "indicator", "lexicon"]


def _document_frequency(value: Any) -> int | float:
    whole = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    share = isinstance(value, float) and 0.0 <= value <= 1.0
    if not (whole or share):
        shown = str(value).lower() if isinstance(value, bool) else repr(value)
        raise fail(Mistake(f"{shown} is neither a number of texts (1, 2, ...) nor a share (0.0 to 1.0)"))
    result: int | float = value
    return result


DocumentFrequency = Annotated[
    int | float,
    PlainValidator(_document_frequency),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "number", "minimum": 0, "maximum": 1}]}),
]


def _stop_words(value: Any) -> Any:
    listed = isinstance(value, list | tuple) and all(isinstance(word, str) for word in value)
    if value is not None and value != "english" and not listed:
        raise fail(Mistake(f"{value!r} is neither a list of words nor 'english' nor null"))
    return tuple(value) if listed else value


StopWords = Annotated[Literal["english"] | tuple[str, ...] | None, BeforeValidator(_stop_words)]


class Block(Section):
    """One block of TF-IDF features: a field, cut into n-grams, weighted and normalised on its own."""

    field: FieldName
    """The view of an example that is counted."""
    analyzer: Analyzer = "word"
    """`indicator` takes the whole field as one feature; `lexicon` what a lexicon says of its words."""
    lexicon: Lexicon = None
    """Of the analyzer `lexicon`: `stance_en`, `stance_fr`, `afinn`, or the path of a CSV file of yours."""
    ngrams: tuple[Annotated[int, Field(ge=1, le=20)], Annotated[int, Field(ge=1, le=20)]] = (1, 1)
    """Shortest and longest n-gram."""
    lowercase: bool = True
    tokens: str = "words"
    r"""How words are cut: `words` (French and English: `n'`, `U.S.`, `#tag`), `sklearn` (`\b\w\w+\b`), or a regular
    expression of yours, which sees one text at a time. One that backtracks without end is not stopped."""
    stop_words: StopWords = None
    """Words to leave out before n-grams are made: a list, or `english` for scikit-learn's, which has `not` and `no`."""
    negation: Literal["keep", "mark"] = "keep"
    """`mark`: words that are negated begin with `NOT_`."""
    min_df: DocumentFrequency = 1
    """Fewest training texts (or, as a decimal, share of them) that hold an n-gram."""
    max_df: DocumentFrequency = 1.0
    """Most training texts (or share of them) that may hold an n-gram."""
    max_features: Annotated[int, Field(ge=1)] | None = None
    """Keep only the n-grams that occur most often in the training texts."""
    sublinear: bool = False
    """Count a term that occurs n times as 1 + ln n."""
    idf: bool = True
    norm: Literal["l2", "l1", "none"] = "l2"
    weight: Annotated[float, Field(gt=0, le=1e6)] = 1.0
    """What the block's normalised values are multiplied with."""

    @field_validator("tokens")
    @classmethod
    def _tokens_can_be_found(cls, tokens: str) -> str:
        if tokens in ("words", "sklearn"):
            return tokens
        if not tokens:
            raise fail(Mistake("'tokens' is empty: give 'words', 'sklearn' or a regular expression"))
        try:
            groups = re.compile(tokens).groups
        except (re.error, OverflowError, RecursionError) as error:
            said = f"{tokens!r} is neither 'words', 'sklearn' nor a regular expression: {error}"
            raise fail(Mistake(said)) from error
        if groups > 1:
            said = f"{tokens!r} has {groups} groups: with one, it is the token; write the others as (?:...)"
            raise fail(Mistake(said))
        return tokens

    @model_validator(mode="after")
    def _only_words_have_tokens(self) -> Self:
        given = [
            key
            for key in ("tokens", "stop_words", "negation")
            if getattr(self, key) != type(self).model_fields[key].default
        ]
        if given and self.analyzer != "word":
            said = f"{given[0]!r} is for the analyzer 'word', not for {self.analyzer!r}"
            raise fail(Mistake(said, (given[0],)))
        return self

    @model_validator(mode="after")
    def _a_lexicon_is_named_where_one_is_used(self) -> Self:
        if (self.lexicon is None) == (self.analyzer != "lexicon"):
            given = [
                key for key in ("ngrams", "lowercase") if getattr(self, key) != type(self).model_fields[key].default
            ]
            if given and self.analyzer == "lexicon":
                raise fail(Mistake(f"{given[0]!r} is not for the analyzer 'lexicon'", (given[0],)))
            return self
        if self.lexicon is None:
            raise fail(Mistake("the analyzer 'lexicon' needs a lexicon", (), NAMES, hint="Or the path of a CSV file"))
        raise fail(Mistake(f"'lexicon' is for the analyzer 'lexicon', not for {self.analyzer!r}", ("lexicon",)))

    @field_validator("ngrams")
    @classmethod
    def _ngrams_are_a_range(cls, ngrams: tuple[int, int]) -> tuple[int, int]:
        if ngrams[0] > ngrams[1]:
            said = f"the shortest n-gram ({ngrams[0]}) is longer than the longest ({ngrams[1]})"
            raise fail(Mistake(said))
        return ngrams


class Features(Section):
    """The blocks that are stacked side by side."""

    blocks: Annotated[tuple[Block, ...], Field(min_length=1)] = (
        Block(field="masked", analyzer="word", ngrams=(1, 2)),
        Block(field="masked", analyzer="char_wb", ngrams=(2, 5), weight=0.5),
        Block(field="pair", analyzer="indicator", weight=0.5),
    )
