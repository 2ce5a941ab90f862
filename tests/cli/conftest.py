"""What tests of the command line share."""

from __future__ import annotations

import pytest


@pytest.fixture
def wide_plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests, what is printed is 200 columns wide and without colours."""
    for name in ("FORCE_COLOR", "PY_COLORS", "GITHUB_ACTIONS", "TERMINAL_WIDTH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
