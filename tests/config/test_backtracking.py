from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancekit.config.backtracking import may_take_without_end
from stancekit.config.features import Block

QUICK = [
    r"\w+", r"(?u)\b\w\w+\b", r"\w+(?:-\w+)*", r"[^\W\d_]+(?:[’'-][^\W\d_]+)*", r"#?\w+", r"https?://\S+|\w+", r"\S+",
    r"(?i)[a-zà-ÿ]+", r"(?:[A-Z]\.)+|\w+(?:['’-]\w+)*'?", r"\w+(?:[.]?\w+)*", r"\w{2,20}", r"(?<!\w)@\w+", r"[\w']+",
    r"\d{1,3}(?:\.\d{3})*", r"(\w+)", r"\w+|[^\w\s]", r"\w+(?=\s)", r"(?:\w+\s?)+",
]  # fmt: skip
ENDLESS = [
    (r"(\w+)+!", "a"), (r"(?:a+)+$", "a"), (r"(a|a)*b", "a"), (r"(a|aa)+$", "a"), (r"(.*)*x", "a"), (r"((a*)*)*b", "a"),
    (r"(\w+\s?)+!", "a"), (r"(?:\w?){30}!", "a"), (r"(?:x+x+)+y", "x"), (r"(?i)([a-z]+[A-Z]+)+!", "a"),
    (r"(?=(?:\w+)+!)a", "a"), (r"(?:a{1,9}){1,9}b", "a"), (r"(?:[^a]|[^b])*c", "x"), (r"(?:\w|\w\w)*!", "1"),
]  # fmt: skip
LONG = [r"\w*\w*\w*!", r"\s*\s+x", r".*,.*,.*,.*!", r"[^a]*[^b]*c"]
UNSURE = [r"(a)\1+", r"(a)?(?(1)b|c)", r"[\u0000-\uffff]+", "a" * 200, r"(?:ab|cd)" * 20, r"(?i:a)+b", r"(?:|)*"]


@pytest.mark.parametrize("pattern", QUICK)
def test_a_pattern_that_goes_one_way_is_taken(pattern):
    assert not may_take_without_end(pattern)
    assert Block(field="text", tokens=pattern).tokens == pattern


@pytest.mark.parametrize("pattern", QUICK)
def test_a_pattern_that_is_taken_ends(pattern):
    for text in ("a" * 3000 + "!", "a-" * 1500 + "\n", "1." * 1500, "a a " * 800, "'" * 3000):
        re.findall(pattern, text)


@pytest.mark.parametrize("pattern", [*(own for own, _ in ENDLESS), *LONG, *UNSURE])
def test_a_pattern_with_several_ways_is_not_taken(pattern):
    assert may_take_without_end(pattern)


@pytest.mark.parametrize(("pattern", "letter"), ENDLESS)
def test_a_pattern_that_is_said_to_be_endless_was_seen_to_be(pattern, letter):
    code = f"import re; re.search({pattern!r}, {letter * 60!r} + '\\n.')"
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run([sys.executable, "-S", "-c", code], timeout=0.8, check=True)


def test_a_config_is_told_what_to_write_instead():
    with pytest.raises(ValueError, match="may take time without end"):
        Block(field="text", tokens=r"(?:\w+)+!")


PIECES = st.recursive(
    st.sampled_from(["a", "b", ".", "[ab]", r"\w", "[^a]"]),
    lambda own: st.one_of(
        st.tuples(own, own).map("".join),
        st.tuples(own, own).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        st.tuples(own, st.sampled_from("*+?")).map(lambda two: f"(?:{two[0]}){two[1]}"),
    ),
    max_leaves=7,
)


def ways(pattern: str, text: str) -> int:
    """Count the steps of a matcher that tries one way after the other, up to a limit."""
    parsed = __import__("re._parser", fromlist=["parse"]).parse(pattern)
    steps = 0

    def match(items, at, then):
        nonlocal steps
        steps += 1
        if steps > 200_000:
            raise OverflowError
        if not items:
            return then(at)
        (operation, value), rest = items[0], items[1:]
        name = str(operation)
        if name == "BRANCH":
            return any(match(list(own) + rest, at, then) for own in value[1])
        if name == "SUBPATTERN":
            return match(list(value[3]) + rest, at, then)
        if name == "MAX_REPEAT":
            least, most, inner = value

            def again(end, count):
                if count < most and match(list(inner), end, lambda e: e > end and again(e, count + 1)):
                    return True
                return count >= least and match(rest, end, then)

            return again(at, 0)
        spelled = {"LITERAL": "{}", "NOT_LITERAL": "[^{}]", "ANY": "."}.get(name)
        one = re.compile(_class(value) if spelled is None else spelled.format(value and re.escape(chr(value))))
        return at < len(text) and bool(one.fullmatch(text[at])) and match(rest, at + 1, then)

    try:
        match(list(parsed), 0, lambda end: end == len(text) + 1)
    except OverflowError:
        return 200_000
    return steps


def _class(value) -> str:
    parts = {"LITERAL": lambda own: re.escape(chr(own)), "NEGATE": lambda _: "^", "CATEGORY": lambda _: r"\w"}
    parts["RANGE"] = lambda own: f"{chr(own[0])}-{chr(own[1])}"
    return "[" + "".join(parts[str(kind)](own) for kind, own in value) + "]"


@settings(max_examples=400, deadline=None)
@given(PIECES, st.text("ab", min_size=8, max_size=8))
def test_what_is_taken_has_few_ways_though_it_must_fail(pattern, piece):
    # A look-ahead that fails makes it try all ways.
    if not may_take_without_end(pattern + "(?=!)"):
        short, long = ways(pattern, piece), ways(pattern, piece * 3)
        assert long <= 40 * short + 4000


def test_what_is_no_pattern_never_comes_to_matching():
    assert not may_take_without_end("(")
