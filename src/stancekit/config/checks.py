"""What `train` does about the findings of the checks."""

from __future__ import annotations

from typing import Literal, get_args

from stancekit.config.section import Section

CheckCode = Literal[
    "SK001",
    "SK002",
    "SK003",
    "SK004",
    "SK005",
    "SK006",
    "SK101",
    "SK102",
    "SK103",
    "SK104",
    "SK105",
    "SK106",
    "SK201",
    "SK202",
    "SK203",
    "SK204",
    "SK205",
    "SK301",
]
CHECK_CODES: tuple[CheckCode, ...] = get_args(CheckCode)


class Checks(Section):
    """What is done about findings of the checks; see docs/checks.md."""

    errors: Literal["stop", "report"] = "stop"
    """`stop`: nothing is trained; `report`: they stand in the report only."""
    skip: tuple[CheckCode, ...] = ()
    """Codes that are not checked."""
