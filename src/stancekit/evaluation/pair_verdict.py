"""What the scores of two models allow one to say, in one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stancekit.evaluation.significance import Difference
from stancekit.evaluation.verdict import count_groups


@dataclass(frozen=True)
class Setting:
    """What is compared, and on what.

    Attributes
    ----------
    metric : str
    first, second : str
        Names of the models.
    n : int
        Examples.
    by : str
        The column whose groups are resampled.
    level : float
        Of intervals; a p-value below 1 − level counts as evidence.
    n_tests : int
        How many p-values were adjusted together; 1 if none was.
    lower_is_better : bool
    """

    metric: str
    first: str
    second: str
    n: int
    by: str
    level: float = 0.95
    n_tests: int = 1
    lower_is_better: bool = False


def pair_verdict(setting: Setting, difference: Difference, p_value: float | None, *, same: bool = False) -> str:
    """Return one sentence on a difference.

    Parameters
    ----------
    setting : Setting
    difference : Difference
        Second minus first.
    p_value : float or None
        Adjusted, where several pairs were tested.
    same : bool, default=False
        Whether both predict the same for every example.

    Examples
    --------
    >>> difference = Difference(0.085, 0.02, 0.15, 0.012, 0.09, 24)
    >>> pair_verdict(Setting("macro_f1", "a", "b", 212, "article"), difference, 0.012)[:58]
    'b scores higher than a in macro_f1: +0.085 (95 % interval '
    """
    metric, a, b = setting.metric, setting.first, setting.second
    data = f"n = {setting.n} in {count_groups(difference.n_groups, setting.by)}"
    found = judge(setting, difference, p_value, same=same)
    if found == "same":
        return f"{a} and {b} predict the same for every example, {data}."
    if found == "undefined" or difference.value is None:
        return f"{metric} is not defined for both {a} and {b}: there is nothing to compare, {data}."
    value = signed(difference.value)
    if found == "one_group":
        alone = "one group leaves nothing to resample, so there is neither an interval nor a test"
        return f"{b} minus {a} is {value} in {metric}, {data}: {alone}."
    interval = _interval(difference, setting.level)
    if p_value is None:
        return f"{b} minus {a} is {value} ({interval}) in {metric}, {data}: no test can be had."
    tested = format_p(p_value)
    if setting.n_tests > 1:
        tested += f" (Holm, {setting.n_tests} pairs)"
    if found in ("higher", "lower"):
        word: str = found
        if setting.lower_is_better:
            word += ", which is worse," if found == "higher" else ", which is better,"
        return f"{b} scores {word} than {a} in {metric}: {value} ({interval}), {tested}, {data}."
    unseen = difference.detectable
    tail = "" if unseen is None else f"; a true difference smaller than about {unseen:.3f} would often go unseen"
    return f"No evidence that {a} and {b} differ in {metric}: {value} for {b} ({interval}), {tested}, {data}{tail}."


Found = Literal["same", "undefined", "one_group", "no_test", "higher", "lower", "no_evidence"]


def judge(setting: Setting, difference: Difference, p_value: float | None, *, same: bool = False) -> Found:
    """Return what a difference allows one to say, as a word; parameters are those of `pair_verdict`."""
    if same:
        return "same"
    if difference.value is None:
        return "undefined"
    if difference.n_groups < 2:
        return "one_group"
    if p_value is None:
        return "no_test"
    if p_value < 1.0 - setting.level and difference.value != 0.0:
        return "higher" if difference.value > 0.0 else "lower"
    return "no_evidence"


def _interval(difference: Difference, level: float) -> str:
    if difference.low is None or difference.high is None:
        return "no interval"
    return f"{level * 100:g} % interval {signed(difference.low)} to {signed(difference.high)}"


def signed(value: float) -> str:
    """Return a difference with its sign, and a minus that is as wide as a plus.

    Examples
    --------
    >>> signed(0.0123), signed(-0.5), signed(-0.0001)
    ('+0.012', '−0.500', '0.000')
    """
    text = f"{value:+.3f}"
    return "0.000" if float(text) == 0.0 else text.replace("-", "−")


def format_p(p_value: float) -> str:
    """Return a p-value in words.

    Examples
    --------
    >>> format_p(0.0004), format_p(0.25)
    ('p < 0.001', 'p = 0.250')
    """
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}"
