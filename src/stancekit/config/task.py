"""What is to be predicted, as a config and a saved model say it."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    field_validator,
    model_serializer,
    model_validator,
)

from stancekit.config.section import Mistake, Section, fail

TaskKind = Literal["stance", "directed_pair", "multilabel"]

_CAN_BE_A_LABEL = re.compile(r"[^|\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]{1,100}")


class Task(Section):
    """What is to be predicted."""

    kind: TaskKind = "stance"
    """`stance`: one label for text, actor and target; `directed_pair`: the label says which of two entities, actor and
    target, holds what toward the other; `multilabel`: a sentence carries a set of labels."""
    labels: Annotated[tuple[str, ...], Field(min_length=1)] = ("opposes", "neutral", "supports")
    """Every label there is, in the order in which tables and figures show them."""
    reverse: dict[str, str] | None = None
    """Of a `directed_pair`: what each label is called when actor and target change places; one that isn't named stays
    the same. `{a: b}` means `{b: a}`, too."""
    neutral: str | None = None
    """The label that takes no side: `f_avg` is the mean F1 of the others."""

    @field_validator("labels")
    @classmethod
    def _labels_are_distinct(cls, labels: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        mistakes = []
        for i, label in enumerate(labels):
            if not _CAN_BE_A_LABEL.fullmatch(label) or label != label.strip():
                said = f"{label!r} can't be a label: 1 to 100 characters, no outer spaces, line breaks, controls or '|'"
                mistakes.append(Mistake(said, (i,)))
            if label in labels[:i]:
                mistakes.append(Mistake(f"the label {label!r} is listed twice", (i,)))
        if len(labels) < 2 and info.data.get("kind") in ("stance", "directed_pair"):
            mistakes.append(Mistake("one label leaves nothing to decide: at least two are needed"))
        if mistakes:
            raise fail(*mistakes)
        return labels

    @field_validator("reverse")
    @classmethod
    def _labels_change_places(cls, reverse: dict[str, str] | None, info: ValidationInfo) -> dict[str, str] | None:
        if reverse is None or "kind" not in info.data or "labels" not in info.data:
            return reverse
        if info.data["kind"] != "directed_pair":
            raise fail(
                Mistake("'reverse' is for a directed_pair", hint="Leave it out, or set task.kind: directed_pair")
            )
        labels, mistakes = info.data["labels"], []
        known: dict[str, str] = {}
        for label, other in reverse.items():
            unknown = next((name for name in (label, other) if name not in labels), None)
            if unknown is not None:
                key = label if unknown == label else None
                mistakes.append(Mistake(f"{unknown!r} is none of the labels", (label,), labels, key=key))
            elif known.setdefault(label, other) != other or known.setdefault(other, label) != label:
                mistakes.append(Mistake(f"{label!r} can't be the reverse of two labels", (label,)))
        if mistakes:
            raise fail(*mistakes)
        return reverse

    @field_validator("neutral")
    @classmethod
    def _the_neutral_label_is_one(cls, neutral: str | None, info: ValidationInfo) -> str | None:
        if neutral is None or "kind" not in info.data or "labels" not in info.data:
            return neutral
        if info.data["kind"] == "multilabel":
            raise fail(Mistake("a multilabel task has no neutral label: its sets may be empty", hint="Leave it out"))
        if neutral not in info.data["labels"]:
            raise fail(Mistake(f"{neutral!r} is none of the labels", (), info.data["labels"]))
        return neutral

    @model_validator(mode="after")
    def _a_directed_pair_has_a_reverse(self) -> Self:
        if self.kind == "directed_pair" and self.reverse is None:
            hint = "Example: {positive_pq: positive_qp}; {} if every label means the same both ways"
            raise fail(
                Mistake("a directed_pair needs 'reverse': what labels are called the other way round", hint=hint)
            )
        return self

    @model_serializer(mode="wrap")
    def _keys_of_the_kind(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        optional = ("reverse", "neutral")
        return {key: value for key, value in serialise(self).items() if key not in optional or value is not None}

    @property
    def reversal(self) -> tuple[int, ...] | None:
        """Of a directed pair, the number of each label's reverse; None of other kinds."""
        if self.reverse is None:
            return None
        both = {**{other: label for label, other in self.reverse.items()}, **self.reverse}
        return tuple(self.labels.index(both.get(label, label)) for label in self.labels)

    @property
    def neutral_number(self) -> int | None:
        """The number of the neutral label, if there is one."""
        return None if self.neutral is None else self.labels.index(self.neutral)
