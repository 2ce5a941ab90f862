from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stancekit.config import load_config
from stancekit.experiment.files import Scored
from stancekit.report.sections.part import Part
from stancekit.report.words import Words

MakePart = Callable[..., Part]
AXE = "axe-core@4.14.1"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@pytest.fixture
def make_part(repository: Path) -> MakePart:
    """Make a part of given labels: `gold` of each example, `said` of each repeat and example."""

    def make(
        gold: Sequence[str],
        said: Sequence[Sequence[str]],
        *,
        columns: dict[str, list[Any]] | None = None,
        probabilities: Any = None,
        scores: dict[str, Any] | None = None,
        overrides: Sequence[str] = (),
        language: Any = "en",
    ) -> Part:
        config = load_config(repository / "configs" / "mali.yaml", overrides)
        labels = np.array(config.task.labels)

        def chosen(names: Any) -> Any:
            sets = [[set(cell.split("|")) for cell in row] for row in names]
            return np.array([[[label in own for label in labels] for own in row] for row in sets])

        own = {"id": [f"e{at}" for at in range(len(gold))], **(columns or {})}
        shares = None if probabilities is None else np.array(probabilities, dtype=float)
        whole = {"n": len(gold), "groups": 2, "repeats": len(said), "warnings": [], "baselines": {}, **(scores or {})}
        scored = Scored("cross-validation", whole, own, chosen([gold])[0], chosen(said), shares, None)
        return Part("cv", scored, config, Words(language))

    return make


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as engine:
        own = Path(engine.chromium.executable_path)
        path = next(filter(None, map(shutil.which, CHROMIUMS)), own if own.exists() else None)
        if path is None:
            pytest.skip("there is no Chromium on this machine: tests/report/install-browser installs one")
        started = engine.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@dataclass
class Opened:
    """A page in the browser, and all that went wrong on it."""

    page: Any
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def opened(browser: Any) -> Iterator[Any]:
    contexts = []

    def show(path: Path, width: int = 1400, **options: Any) -> Opened:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, reduced_motion="reduce", **{"color_scheme": "light", **options}
        )
        contexts.append(context)
        own = Opened(context.new_page())
        own.page.on("console", lambda message: own.said.append(message.text))
        own.page.on("pageerror", lambda error: own.said.append(str(error)))
        own.page.on("dialog", lambda dialog: (own.said.append(dialog.message), dialog.dismiss()))
        own.page.on("request", lambda request: own.asked.append(request.url))
        own.page.goto(path.as_uri())
        return own

    yield show
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core, fetched once by the npm client; it is a tool of the tests and not kept with them."""
    kept = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stancekit-tests" / f"{AXE}.js"
    if not kept.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("there is no npm to fetch axe-core with")
        folder = tmp_path_factory.mktemp("axe")
        try:
            subprocess.run([npm, "pack", AXE], cwd=folder, capture_output=True, check=True, timeout=120)
        except (subprocess.SubprocessError, OSError) as error:
            pytest.skip(f"axe-core can't be fetched: {error}")
        with tarfile.open(next(folder.glob("*.tgz"))) as archive:
            script = archive.extractfile("package/axe.min.js")
            assert script is not None
            kept.parent.mkdir(parents=True, exist_ok=True)
            partial = kept.with_suffix(f".{os.getpid()}")
            partial.write_bytes(script.read())
            partial.replace(kept)
    return kept.read_text(encoding="utf-8")


@pytest.fixture
def faults(axe: str) -> Callable[[Any], str]:
    """Return what axe-core finds on a page whose content security policy is bypassed; nothing if all is well."""

    def find(page: Any) -> str:
        page.add_script_tag(content=axe)
        return "\n".join(
            f"{own['impact']} {own['id']}: {own['nodes'][0]['html'][:160]} {own['nodes'][0]['failureSummary']}"
            for own in page.evaluate("axe.run()")["violations"]
        )

    return find
