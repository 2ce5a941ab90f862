"""What a terminal can show: how wide it is, whether it has colours, which characters its encoding has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from stancekit.errors import printable

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions

PLAIN_WIDTH = 80
"""For how many columns tables are laid out where there is no terminal."""
_PLAIN = str.maketrans({"·": "-", "–": "-", "−": "-", "×": "x", "…": "~", "’": "'", "“": '"', "”": '"'})


@dataclass(frozen=True)
class Canvas:
    """What can be shown where something is printed.

    Attributes
    ----------
    width : int
        Columns.
    colours : bool
    encoding : str
    """

    width: int = PLAIN_WIDTH
    colours: bool = False
    encoding: str = "utf-8"

    def text(self, said: str) -> str:
        r"""Return text as it is printed: nothing that a terminal acts on, and only what the encoding has.

        Examples
        --------
        >>> Canvas(encoding="ascii").text("0.1–0.2 of é"), Canvas().text("[red]\n0.1–0.2")
        ('0.1-0.2 of \\xe9', '[red] 0.1–0.2')
        """
        shown = printable(said)
        try:
            shown.encode(self.encoding)
        except UnicodeEncodeError:
            shown = shown.translate(_PLAIN).encode(self.encoding, "backslashreplace").decode(self.encoding)
        return shown

    def cut(self, said: str, room: int) -> str:
        """Return text as it is printed, cut to so many columns; wide characters take two.

        Examples
        --------
        >>> Canvas().cut("power_vacuum", 8), Canvas().cut("支持合同", 6), Canvas().cut("deal", 4)
        ('power_v…', '支持…', 'deal')
        """
        shown = self.text(said)
        if cell_len(shown) <= room:
            return shown
        return set_cell_size(shown, max(0, room - 1)).rstrip() + self.text("…")


def canvas_of(console: Console, options: ConsoleOptions) -> Canvas:
    """Return what a console of rich can show; where it is no terminal, always the same."""
    width = options.max_width if console.is_terminal else min(options.max_width, PLAIN_WIDTH)
    return Canvas(width, console.color_system is not None and not console.no_color, options.encoding)


def padded(shown: str, room: int, *, right: bool = False) -> str:
    """Return text with spaces to so many columns, before it if it stands on the right.

    Examples
    --------
    >>> padded("支持", 6), padded("7", 3, right=True)
    ('支持  ', '  7')
    """
    spaces = " " * (room - cell_len(shown))
    return spaces + shown if right else shown + spaces
