"""Jobs on this machine: results in order, and the same whatever the number of jobs."""

from __future__ import annotations

import os
import threading
from functools import partial

import numpy as np
import pytest

from stancekit.config.decision import Tune
from stancekit.config.features import Block, Features
from stancekit.config.model import Model
from stancekit.config.schema import Folds
from stancekit.config.settings import Setting
from stancekit.corpus.folds import cut_folds
from stancekit.engine.local import count_jobs, run_jobs
from stancekit.errors import InputError
from stancekit.evaluation.crossval import out_of_fold
from stancekit.models.instances import count_instances

WAIT = 30
"""Seconds before a test that would wait for ever is given up."""


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_results_come_in_the_order_of_the_jobs(at_once):
    assert list(run_jobs([partial(int, number) for number in range(50)], at_once)) == list(range(50))


def test_results_come_in_the_order_of_the_jobs_though_the_first_ends_last():
    second_is_done = threading.Event()

    def first():
        assert second_is_done.wait(WAIT)
        return "first"

    def second():
        second_is_done.set()
        return "second"

    assert list(run_jobs([first, second], 2)) == ["first", "second"]


def test_two_jobs_run_at_once():
    both = threading.Barrier(2, timeout=WAIT)
    assert sorted(run_jobs([both.wait, both.wait], 2)) == [0, 1]


def test_one_job_at_a_time_runs_where_it_is_asked_for():
    here = threading.get_ident()
    assert list(run_jobs([threading.get_ident] * 3, 1)) == [here] * 3


@pytest.mark.parametrize("at_once", [1, 2])
def test_no_jobs_have_no_results(at_once):
    assert list(run_jobs([], at_once)) == []


@pytest.mark.parametrize("at_once", [1, 2])
def test_a_job_that_fails_is_not_passed_over(at_once):
    def fail():
        raise LookupError("this job")

    with pytest.raises(LookupError, match="this job"):
        list(run_jobs([partial(int, 1), fail, partial(int, 2)], at_once))


VOTE = Model(kind="vote", of=(Model(kind="linear_svc"), Model(calibration="isotonic"), Model(kind="complement_nb")))


@pytest.mark.parametrize(
    ("model", "decision"),
    [(Model(), "argmax"), (Model(kind="linear_svc"), "argmax"), (VOTE, "argmax"), (VOTE, Tune(tune="macro_f1"))],
)
def test_fits_are_equal_to_the_last_bit_for_one_and_two_jobs(model, decision):
    random = np.random.default_rng(0)
    labels = np.arange(80)[:, None] % 3 == np.arange(3)
    texts = [" ".join(f"mot{word}" for word in random.integers(0, 30, 12)) for _ in range(80)]
    blocks = (Block(field="text", ngrams=(1, 2)), Block(field="text", analyzer="char_wb", ngrams=(2, 4)))
    setting = Setting({}, Features(blocks=blocks), model, decision)
    folds = cut_folds(labels, ["a", "b", "c"], np.arange(80), Folds(scheme="stratified", n=4, repeats=3), 0)
    counted = count_instances({"text": texts}, blocks)
    found = []
    for at_once in (1, 2, 2, 4):
        run = partial(run_jobs, at_once=at_once)
        own = out_of_fold(counted, [[setting] * 4] * 3, labels, folds, 0, run, cut_inner=lambda rows: rows // 7 % 3)
        found.append(own.scores.tobytes())
    assert found[0] == found[1] == found[2] == found[3]


def test_jobs_are_counted_and_minus_one_is_every_core():
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    assert (count_jobs(1), count_jobs(7), count_jobs(-1)) == (1, 7, cores)


@pytest.mark.parametrize("jobs", [0, -2, -100])
def test_other_numbers_of_jobs_are_refused(jobs):
    with pytest.raises(InputError, match=f"{jobs} jobs can't run; Give 1 or more, or -1"):
        count_jobs(jobs)
