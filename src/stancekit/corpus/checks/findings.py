"""Findings: what a check of data or config says, under a code that stays the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from stancekit.config.checks import CheckCode
from stancekit.errors import printable

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""The gravest first. An error makes scores worthless; a warning may; a note is worth knowing."""

DOCS = "docs/checks.md"


@dataclass(frozen=True)
class Kind:
    """One thing that is looked for.

    Attributes
    ----------
    title : str
    why : str
        Why it matters.
    help : str
        What to do about it.
    """

    title: str
    why: str
    help: str


@dataclass(frozen=True)
class Finding:
    """Something a check found.

    Attributes
    ----------
    code : str
        `SK001`, …; see `KINDS`.
    severity : {"error", "warning", "note"}
    part : {"train", "test", "config"}
        What the rows belong to.
    rows : sequence of str
        The ids of the examples concerned, all of them, in order; empty where it isn't about examples.
    message : str
        What was found, in a sentence.
    count : int
        How many examples, labels, targets or settings are concerned.
    examples : sequence of str
        A few of them in words.
    values : mapping
        The numbers and names in the message, for those who say it in another language.
    """

    code: CheckCode
    severity: Severity
    part: Literal["train", "test", "config"]
    rows: Sequence[str]
    message: str
    count: int
    examples: Sequence[str] = ()
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        """What this kind of finding is called, why it matters, what to do."""
        return KINDS[self.code]

    @property
    def docs(self) -> str:
        """The place in the documentation that explains it."""
        return f"{DOCS}#{self.code.lower()}"

    @property
    def line(self) -> str:
        """The finding in one line, for logs; labels and names in it are not to be trusted."""
        return f"{self.severity} {self.code}: {printable(self.message)}"

    def as_dict(self) -> dict[str, object]:
        """Return it as `stancekit check --json` prints it."""
        return {
            "code": self.code,
            "title": self.kind.title,
            "severity": self.severity,
            "part": self.part,
            "count": self.count,
            "rows": list(self.rows),
            "message": self.message,
            "values": dict(self.values),
            "examples": list(self.examples),
            "why": self.kind.why,
            "help": self.kind.help,
            "docs": self.docs,
        }


KINDS: Mapping[CheckCode, Kind] = {
    "SK001": Kind(
        "Copies",
        "A copy adds no information but counts as evidence: intervals come out too narrow, and folds that tear copies"
        " apart test on what was trained on.",
        "Leave copies out with data.drop_copies: true, or group folds by text: evaluation.folds.by: text.",
    ),
    "SK002": Kind(
        "Texts that are nearly the same",
        "Agency reports are reprinted with a word changed. As with copies, folds that tear them apart test on what was"
        " trained on.",
        "Look at a few. If they are reprints, keep one of each, or give them a common group and fold by it:"
        " data.columns.group and evaluation.folds.by: group.",
    ),
    "SK003": Kind(
        "Test examples that are copies of training examples",
        "A table of seen sentences would answer them: the test score says what was memorised, not what was learned.",
        "Leave them out of the training data with data.drop_copies: true; the test set stays as it is.",
    ),
    "SK004": Kind(
        "Test texts that are nearly those of training examples",
        "Almost the same sentence was seen in training, so that it tests memory more than understanding.",
        "Remove them from the training data, and say in a publication how many there were.",
    ),
    "SK005": Kind(
        "The same text in several folds",
        "A held-out sentence was seen in training, with another actor or target or as a copy: cross-validation scores"
        " come out too high.",
        "Keep them together: evaluation.folds.by: text (or sentence, or article), with scheme stratified_group.",
    ),
    "SK006": Kind(
        "Nearly the same text in several folds",
        "Almost the same sentence was seen in training, so that cross-validation scores come out too high.",
        "Give reprints a common group and fold by it: data.columns.group and evaluation.folds.by: group.",
    ),
    "SK101": Kind(
        "Contradicting labels",
        "The same text with the same actor and target has different labels: one of them is wrong, or what tells them"
        " apart is not in the data. No model can get both right.",
        "Decide each one. Where several people labelled, give their names in the column annotator and see"
        " `stancekit agreement`.",
    ),
    "SK102": Kind(
        "Names that are nearly alike",
        "Probably one label, actor or target under two spellings, each learned from half of the examples.",
        "Map labels in the config (data: {train: {path: …, labels: {THEIRS: OURS}}}); correct actors and targets in"
        " the data.",
    ),
    "SK103": Kind(
        "Labels with very few examples",
        "A handful of examples can't be both learned from and tested on; macro-averaged scores hang on them.",
        "Label more, join the label with another, or leave it out: labels: {THEIRS: null}.",
    ),
    "SK104": Kind(
        "Targets with a single stance",
        "Where everything said about a target has one label, a model needs to read the target's name only, and scores"
        " on it show nothing else.",
        "Look for examples of the other stances, and read the baseline target_only beside the model's score.",
    ),
    "SK105": Kind(
        "Labels distributed differently in training and test",
        "A model learns how frequent labels are. Where they are differently frequent in the test set, the score mixes"
        " how well it reads with how far frequencies moved.",
        "Check that both were sampled and labelled by the same rules; look at the scores by label.",
    ),
    "SK106": Kind(
        "Actors or targets that training doesn't have",
        "They are scored with what was learned from others: harder, and a different question.",
        "Say so beside the score; see the scores by target and actor in the report.",
    ),
    "SK201": Kind(
        "Mentions that miss their name",
        "The name occurs in the text but the mention covers another part of it: offsets may count bytes, or a text that"
        " was changed later. Masking and windows then read the wrong words.",
        "Recount offsets in characters of this very text, or leave the span columns out: mentions are then looked up"
        " by name.",
    ),
    "SK202": Kind(
        "Mentions that begin or end inside a word",
        "Masking leaves the rest of the word beside the mark (`_ACTOR_s`), a word that exists nowhere else.",
        "Extend the mentions to whole words, if the corpus doesn't mean them so.",
    ),
    "SK203": Kind(
        "Text in a broken encoding",
        "UTF-8 was read as another encoding somewhere (`Ã©` for `é`), or characters were lost: the words can't be"
        " matched with the same words elsewhere.",
        "Take the text from its source again. If the config names an encoding, the file is probably UTF-8:"
        " leave it out.",
    ),
    "SK204": Kind(
        "Very long texts",
        "An example should be a sentence. Long texts hold several stances, and most of their words are about others.",
        "Split them: `stancekit split`.",
    ),
    "SK205": Kind(
        "Texts without words",
        "There is nothing to learn from; they are labelled by frequency alone.",
        "Leave them out.",
    ),
    "SK301": Kind(
        "Stop words that carry negation or opposition",
        "not, against, ne, contre turn a stance around. scikit-learn's English list removes not, no, nor, never, "
        " against, without and cannot.",
        "Drop stop_words (TF-IDF weighs frequent words down anyway), or take these words off the list.",
    ),
}
"""What each code stands for."""
