from __future__ import annotations

import pytest

from stancekit.report.html import _breakable, _ticked


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("linear_svc", "linear_<wbr>svc"),
        ("features.blocks.0", "features.<wbr>blocks.<wbr>0"),
        ("a_<b>_c", "a_&lt;b&gt;_<wbr>c"),
        ("plain", "plain"),
    ],
)
def test_names_may_break_behind_their_marks_and_are_escaped(name: str, shown: str) -> None:
    assert str(_breakable(name)) == shown


def test_what_stands_between_backticks_is_code_and_the_rest_is_escaped() -> None:
    assert str(_ticked("See `stancekit <x>` & co.")) == "See <code>stancekit &lt;x&gt;</code> &amp; co."
