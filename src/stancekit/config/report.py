"""What the page of a run looks like: its language, and how much of the texts it shows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stancekit.config.section import Section

Language = Literal["en", "fr"]
TextsShown = Literal["full", "snippets", "none"]


class Report(Section):
    """The page of a run; nothing that is computed depends on it, so it isn't part of the run's id."""

    language: Language = "en"
    """Of the page; texts, labels and names stay as they are."""
    texts: TextsShown = "full"
    """`snippets`: of each sentence only the mentions with a few words around; `none`: no text at all. For articles
    that must not be passed on."""
    license: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.+-]{0,63}$")] | None = None
    """Of the model, for its card: an identifier such as `cc-by-4.0` or `apache-2.0`."""
