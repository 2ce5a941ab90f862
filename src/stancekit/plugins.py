"""Plug-ins: a user's own functions, which a config then names as it names what stancekit has itself.

They come from files that the caller names (`--code FILE`, `code=`), or from installed packages by entry points of the
group `stancekit.plugins`. No config and no saved model can name a file or a module: all they can do is ask for a name.
"""

from __future__ import annotations

import hashlib
import inspect
import linecache
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, TypeVar

from stancekit.errors import InputError, PluginError, Problem

Kind = Literal["field", "lexicon", "analyzer", "model", "metric"]
Function = TypeVar("Function", bound=Callable[..., Any])
GROUP = "stancekit.plugins"
"""Entry points of this group name a module; importing it has to register something."""
LONGEST_MESSAGE = 300

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True)
class Plugin:
    """A registered function.

    Attributes
    ----------
    kind : {"field", "lexicon", "analyzer", "model", "metric"}
    name : str
        What a config calls it.
    function : callable
    file : str
    line : int
        Where the function begins.
    sha256 : str
        Of the source file: other code makes another run.
    """

    kind: Kind
    name: str
    function: Callable[..., Any]
    file: str
    line: int
    sha256: str

    @property
    def where(self) -> str:
        """`file:line`."""
        return f"{self.file}:{self.line}"

    def __str__(self) -> str:
        return f"the {self.kind} {self.name!r}"

    def call(self, *arguments: Any, about: str = "", **named: Any) -> Any:
        """Call the function; see `guarded`."""
        with self.guarded(about):
            return self.function(*arguments, **named)

    @contextmanager
    def guarded(self, about: str = "") -> Iterator[None]:
        """Run what is the plug-in's own.

        Raises
        ------
        PluginError
            If it raises: with the line of the plug-in's file where it did; `about` says on what.
        """
        try:
            yield
        except (Exception, SystemExit) as error:  # what a user's function raises can be anything
            said = f"{self} failed{about}: {_in_words(error)}"
            raise PluginError(Problem(said, _place_in(self.file, error) or self.where)) from error

    def misbehaved(self, message: str, hint: str = "") -> PluginError:
        """Return the error that says what is wrong with what the function returned."""
        return PluginError(Problem(f"{self} {message}", self.where, hint=hint))


@dataclass(frozen=True)
class _File:
    """The code file that is being loaded."""

    name: str
    sha256: str


_registry: dict[tuple[Kind, str], Plugin] = {}
_built_in: dict[Kind, tuple[str, ...]] = {}
_loaded: dict[Path, str] = {}
_loading: list[_File] = []
_installed = False


def field(name: str) -> Callable[[Function], Function]:
    """Register a view of the examples, for `field` of a block.

    The function is given the columns of the examples, without their labels, as a dict of lists of the same length, and
    returns one str for each example.

    Examples
    --------
    >>> @field("last_word")  # doctest: +SKIP
    ... def last_word(columns):
    ...     return [text.split()[-1] for text in columns["text"]]
    """
    return _register("field", name)


def lexicon(name: str) -> Callable[[Function], Function]:
    """Register a lexicon, for `lexicon` of a block.

    The function is called once, without arguments, and returns entries `(term, class, strength, benefits)`, the last of
    which may be left out. They then stand in the resolved config and in the saved model, which needs no plug-in for
    them.

    Examples
    --------
    >>> @lexicon("sanctions")  # doctest: +SKIP
    ... def sanctions():
    ...     return [("sanction*", "punish", -2, "object"), ("embargo", "punish", -1)]
    """
    return _register("lexicon", name)


def analyzer(name: str) -> Callable[[Function], Function]:
    """Register a tokenizer, for `analyzer` of a block.

    The function is given one text, lower-cased if the block says so, and returns its tokens, of which n-grams are made.

    Examples
    --------
    >>> @analyzer("capitals")  # doctest: +SKIP
    ... def capitals(text):
    ...     return [word for word in text.split() if word.istitle()]
    """
    return _register("analyzer", name)


def model(name: str) -> Callable[[Function], Function]:
    """Register a linear model, for `kind` of `model`.

    The function is called with `C` and `seed` for each label by itself, and returns an estimator as scikit-learn has
    them: with `fit(X, y, sample_weight)`, after which it has `coef_` and `intercept_`. X is a sparse array of shape
    (n_examples, n_features); y is 1 for the label and 0 for the rest; `class_weight: balanced` is in the weights of the
    examples. Only coefficients and intercept are kept, so that the saved model stays arrays.

    Examples
    --------
    >>> @model("huber")  # doctest: +SKIP
    ... def huber(C, seed):
    ...     return SGDClassifier(loss="modified_huber", alpha=1e-4 / C, random_state=seed)
    """
    return _register("model", name)


def metric(name: str) -> Callable[[Function], Function]:
    """Register a metric, for `evaluation.metrics`, `evaluation.primary` and `search.metric`.

    The function is given what is right and what was predicted, two arrays of bool of shape (n_examples, n_labels), and
    returns a number: higher is better, NaN where it is undefined. For an interval it is called on every resample.

    Examples
    --------
    >>> @metric("share_predicted")  # doctest: +SKIP
    ... def share_predicted(gold, predicted):
    ...     return predicted.any(axis=1).mean()
    """
    return _register("metric", name)


def can_be_a_name(text: str) -> bool:
    """Tell whether a plug-in may be called so.

    Examples
    --------
    >>> can_be_a_name("last_word"), can_be_a_name("own.csv")
    (True, False)
    """
    return _NAME.fullmatch(text) is not None


def find(kind: Kind, name: str) -> Plugin | None:
    """Return a plug-in; installed packages are loaded first if it isn't there yet."""
    if (kind, name) not in _registry:
        _load_installed()
    return _registry.get((kind, name))


def get(kind: Kind, name: str) -> Plugin:
    """Return a plug-in that has to be there.

    Raises
    ------
    PluginError
        If it isn't.
    """
    plugin = find(kind, name)
    if plugin is None:
        hint = "Name the file that has it: --code FILE, or code=[FILE]"
        raise PluginError(Problem(f"the plug-in that has the {kind} {name!r} is not loaded", hint=hint))
    return plugin


def names(kind: Kind) -> tuple[str, ...]:
    """Return the names of all plug-ins of a kind, those of installed packages too."""
    _load_installed()
    return tuple(sorted(name for known, name in _registry if known == kind))


def loaded() -> list[Plugin]:
    """Return what was registered so far, by kind and name."""
    return [_registry[key] for key in sorted(_registry)]


def reserve(kind: Kind, own: Sequence[str]) -> None:
    """Say which names of a kind stancekit has itself; no plug-in may take one."""
    _built_in[kind] = tuple(own)
    for plugin in loaded():
        _refuse_built_in(plugin)


def load_code(files: Sequence[str | Path]) -> None:
    """Run files that register plug-ins; one that was run before and has not changed since is left alone.

    Raises
    ------
    InputError
        If a file can't be read.
    PluginError
        If one fails, registers nothing, or takes a name that is taken.
    """
    for file in files:
        _load_file(Path(file))


def _load_file(file: Path) -> None:
    try:
        place, code = file.resolve(), file.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(Problem(f"can't read the code: {reason}", f"--code {file}")) from error
    sha256 = hashlib.sha256(code).hexdigest()
    if _loaded.get(place) == sha256:
        return
    module = ModuleType(f"stancekit_code_{sha256[:12]}")
    module.__file__ = str(file)
    before = set(_registry.values())
    with _all_or_nothing():
        for own in before:
            if place in _loaded and Path(own.file).resolve() == place:
                del _registry[own.kind, own.name]
        sys.modules[module.__name__] = module
        _loading.append(_File(str(file), sha256))
        try:
            exec(compile(code, str(file), "exec"), module.__dict__)  # noqa: S102 # the caller named the file to be run
        except PluginError:
            raise
        except (Exception, SystemExit) as error:  # what a user's file raises can be anything
            said = f"the code can't be loaded: {_in_words(error)}"
            raise PluginError(Problem(said, _place_in(str(file), error) or str(file))) from error
        finally:
            _loading.pop()
        if not any(own.file == str(file) and own.sha256 == sha256 for own in loaded()):
            hint = "Put `@stancekit.plugins.field(NAME)` or another of its decorators before a function"
            raise PluginError(Problem("the code registers no plug-in", str(file), hint=hint))
    _loaded[place] = sha256


def _load_installed() -> None:
    global _installed
    if _installed:
        return
    for entry in sorted(entry_points(group=GROUP), key=lambda own: own.name):
        package = entry.dist.name if entry.dist is not None else "?"
        with _all_or_nothing():
            try:
                entry.load()
            except PluginError:
                raise
            except (Exception, SystemExit) as error:  # what a package raises can be anything
                said = f"the plug-in {entry.name!r} of the package {package!r} can't be loaded: {_in_words(error)}"
                hint = "Repair the package, or uninstall it"
                raise PluginError(Problem(said, entry.value, hint=hint)) from error
    _installed = True


@contextmanager
def _all_or_nothing() -> Iterator[None]:
    """Leave nothing registered by code that fails half-way."""
    before = dict(_registry)
    try:
        yield
    except BaseException:
        _registry.clear()
        _registry.update(before)
        raise


def _register(kind: Kind, name: str) -> Callable[[Function], Function]:
    if not isinstance(name, str) or not can_be_a_name(name):
        hint = f"Example: @{kind}({'own'!r}), with letters, digits, '_' and '-', a letter first, 64 at most"
        raise PluginError(Problem(f"{name!r} can't be the name of a {kind}", _caller(), hint=hint))

    def decorate(function: Function) -> Function:
        plugin = _plugin_of(kind, name, function)
        _refuse_built_in(plugin)
        other = _registry.get((kind, name))
        if other is not None and (_loading or not _is_anew(plugin, other)):
            hint = "Give one of the two another name"
            raise PluginError(Problem(f"{plugin} is there already, from {other.where}", plugin.where, hint=hint))
        _registry[kind, name] = plugin
        return function

    return decorate


def _plugin_of(kind: Kind, name: str, function: Callable[..., Any]) -> Plugin:
    if not callable(function):
        raise PluginError(Problem(f"the {kind} {name!r} is no function but {function!r}", _caller()))
    code = getattr(inspect.unwrap(function), "__code__", None)
    line = code.co_firstlineno if code is not None else 1
    if _loading:
        return Plugin(kind, name, function, _loading[-1].name, line, _loading[-1].sha256)
    try:
        file = inspect.getfile(inspect.unwrap(function))
    except TypeError:
        file = ""
    linecache.checkcache(file)
    source = "".join(linecache.getlines(file))
    if not source:
        said = f"the source of the {kind} {name!r} can't be found, so no run could say what it was made with"
        raise PluginError(Problem(said, file, hint="Put it into a file"))
    return Plugin(kind, name, function, file, line, hashlib.sha256(source.encode()).hexdigest())


def _is_anew(plugin: Plugin, other: Plugin) -> bool:
    """Tell whether a function is one that was defined before, as when a cell of a notebook is run again."""
    own, known = plugin.function, other.function
    return all(
        getattr(own, key, None) == getattr(known, key, None) is not None for key in ("__module__", "__qualname__")
    )


def _refuse_built_in(plugin: Plugin) -> None:
    if plugin.name in _built_in.get(plugin.kind, ()):
        said, hint = f"{plugin} is there already: stancekit has one of that name itself", "Give it another name"
        raise PluginError(Problem(said, plugin.where, hint=hint))


def _in_words(error: BaseException) -> str:
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    text = text if len(text) <= LONGEST_MESSAGE else text[:LONGEST_MESSAGE] + "..."
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _place_in(file: str, error: BaseException) -> str | None:
    """Return the last line of a file that an error went through."""
    if isinstance(error, SyntaxError) and error.filename == file and error.lineno:
        return f"{file}:{error.lineno}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return f"{file}:{lines[-1]}" if lines else None


def _caller() -> str:
    """Return where a decorator was called."""
    frame = inspect.currentframe()
    while frame is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    return "" if frame is None else f"{frame.f_code.co_filename}:{frame.f_lineno}"
