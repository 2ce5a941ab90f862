"""The features of a config: blocks of n-grams, each of a view of the example."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    PlainValidator,
    WithJsonSchema,
    field_serializer,
    field_validator,
    model_validator,
)
from pydantic_core import CoreSchema

from stancekit.config.backtracking import may_take_without_end
from stancekit.config.lexicons import Lexicon, OwnLexicon, lexicon_names
from stancekit.config.named import Named
from stancekit.config.section import Mistake, Section, fail

BuiltInField = Literal[
    "text",
    "masked",
    "before",
    "between",
    "after",
    "actor_window",
    "target_window",
    "clause",
    "quote",
    "speaker",
    "context",
    "positions",
    "actor",
    "target",
    "pair",
    "skeleton",
]
BuiltInAnalyzer = Literal["word", "char", "char_wb", "indicator", "lexicon"]
FieldName = Annotated[str, Named("field", get_args(BuiltInField))]
Analyzer = Annotated[str, Named("analyzer", get_args(BuiltInAnalyzer))]
Conditioning = Literal["none", "token", "cross", "per_target", "shared_per_target"]


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
    expression of yours, which sees one text at a time. One that could backtrack without end is refused."""
    stop_words: StopWords = None
    """Words to leave out before n-grams are made: a list, or `english` for scikit-learn's, which has `not` and `no`."""
    hashtags: Literal["keep", "split"] = "keep"
    """`split`: behind `#StopTheDeal` also its words, `Stop The Deal`. Not for `indicator`."""
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

    @property
    def cut_by(self) -> str:
        """The analyzer by name; of a lexicon, the lexicon's."""
        if self.lexicon is None:
            return self.analyzer
        return self.lexicon.name if isinstance(self.lexicon, OwnLexicon) else self.lexicon

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
        if may_take_without_end(tokens):
            said = f"{tokens!r} can match the same letters in many ways, and may take time without end to try them"
            hint = r"Write each repeated part once: \w+ for (\w+)+, \w{1,3} for \w\w?\w?, \w+(?:-\w+)* for (\w+-?)+"
            raise fail(Mistake(said, hint=hint))
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
    def _an_indicator_is_not_cut(self) -> Self:
        if self.hashtags == "split" and self.analyzer == "indicator":
            raise fail(Mistake("an indicator takes the whole field: there are no words of hashtags", ("hashtags",)))
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
            hint = "Or the path of a CSV file"
            raise fail(Mistake("the analyzer 'lexicon' needs a lexicon", (), lexicon_names(), hint=hint))
        raise fail(Mistake(f"'lexicon' is for the analyzer 'lexicon', not for {self.analyzer!r}", ("lexicon",)))

    @field_validator("ngrams")
    @classmethod
    def _ngrams_are_a_range(cls, ngrams: tuple[int, int]) -> tuple[int, int]:
        if ngrams[0] > ngrams[1]:
            said = f"the shortest n-gram ({ngrams[0]}) is longer than the longest ({ngrams[1]})"
            raise fail(Mistake(said))
        return ngrams


AUTO = "auto"


def expand_auto(features: Any) -> Any:
    """Return the raw values of `features` without what says `auto`: no blocks are named then."""
    if features == AUTO:
        return {}
    if isinstance(features, dict) and features.get("blocks") == AUTO:
        return {key: value for key, value in features.items() if key != "blocks"}
    return features


class _AutoInSchema:
    """Has the JSON Schema of a value say that it may be `auto`, too."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"const": AUTO, "type": "string"}, handler(schema)]}


class Features(Section):
    """The blocks that are stacked side by side, and whether their weights depend on the target.

    `features: auto` is short for `features: {blocks: auto}`.
    """

    blocks: Annotated[tuple[Block, ...], Field(min_length=1), _AutoInSchema()] = ()
    """A list of blocks, or `auto` for those that suit the training examples; they are chosen without their labels."""
    conditioning: Conditioning = "none"
    """`token`: the target is one feature more; `cross`: weights of each target's own in one fit; `per_target`: a model
    for each target; `shared_per_target`: weights shared by all targets, and beside them each target's own."""

    @property
    def are_auto(self) -> bool:
        """Whether the blocks are still to be chosen from the data."""
        return not self.blocks

    @field_serializer("blocks")
    def _blocks_or_auto(self, blocks: tuple[Block, ...]) -> Any:
        return blocks or AUTO

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Let the JSON Schema say that `auto` may stand for all of it."""
        return {"anyOf": [{"const": AUTO, "type": "string"}, handler(schema)]}
