"""From templates, style and script to one self-contained page."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancekit.errors import printable
from stancekit.report.findings import listed

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

STATIC = Path(__file__).parent / "static"
KEPT_SPACES = {"\u00a0": "&#160;", "\u202f": "&#8239;"}
"""Spaces that don't break a line: harmless, and French has one before a colon."""


def render(template: str, **values: Any) -> str:
    """Return a template with its values filled in; what ends in `.html.j2` is escaped."""
    return _environment(template.endswith(".html.j2")).get_template(template).render(**values)


def render_page(
    template: str, *, styles: Sequence[str] = ("report.css",), scripts: Sequence[str] = ("report.js",), **values: Any
) -> str:
    """Return an HTML page with its style and script inside, in which no other script can run.

    Names and texts are not to be trusted: what turns the direction of writing or begins an escape sequence is a space.
    `styles` and `scripts` are files of `static/`; the one script of the page begins with tables.js.
    """
    style = "\n".join(map(_static, styles))
    script = "\n".join(map(_static, ("tables.js", *scripts)))
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src '{_hash(script)}';"
        " base-uri 'none'; form-action 'none'"
    )
    page = render(template, style=style, script=script, policy=policy, **values)
    for space, entity in KEPT_SPACES.items():
        page = page.replace(space, entity)
    return "\n".join(map(printable, page.split("\n")))


def _breakable(name: object) -> Markup:
    """Return a name that may be broken behind its dots, strokes and underscores, and only there if that is enough."""
    from markupsafe import Markup, escape

    pieces = re.split(r"(?<=[._/\-])(?=\w)", str(name))
    return Markup("<wbr>").join(map(escape, pieces))


def _ticked(text: str) -> Markup:
    """Return a text in which what stands between backticks is code."""
    from markupsafe import Markup, escape

    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 # escaped


def _static(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8").strip()


def _hash(script: str) -> str:
    """Return how a content security policy names a script that may run."""
    digest = hashlib.sha256(f"\n{script}\n".encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _environment(html: bool) -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("stancekit.report"),
        autoescape=html,  # noqa: S701 # the other template is Markdown, where HTML entities would show
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["score"] = lambda value: "n/a" if value is None else f"{value:.3f}"
    environment.filters["signed"] = lambda value: "n/a" if value is None else f"{value:+.3f}"
    environment.filters["listed"] = listed
    environment.filters["capital"] = lambda text: text[:1].upper() + text[1:]
    environment.filters["ticked"] = _ticked
    environment.filters["breakable"] = _breakable
    environment.filters["words"] = lambda name: str(name).replace("_", " ")
    return environment
