"""Independent jobs on the cores of this machine.

Threads, since solvers release the GIL and matrices need no copying; linear algebra inside a job is held to one
thread, so that a sum is added up in the same order whatever the number of jobs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from stancekit.errors import InputError, Problem

Result = TypeVar("Result")


def count_jobs(jobs: int) -> int:
    """Return how many jobs run at once: `jobs`, or every core for -1.

    Raises
    ------
    InputError
        For 0 and numbers below -1.
    """
    if jobs == -1:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if jobs < 1:
        raise InputError(Problem(f"{jobs} jobs can't run", where="--jobs", hint="Give 1 or more, or -1 for every core"))
    return jobs


def run_jobs(jobs: Sequence[Callable[[], Result]], at_once: int) -> Iterator[Result]:
    """Run jobs and yield their results in the order of the jobs.

    Examples
    --------
    >>> list(run_jobs([lambda: 1, lambda: 2], at_once=2))
    [1, 2]
    """
    import scipy.linalg.cython_blas  # noqa: F401 # a BLAS that is loaded after the limit was set would not keep to it
    from joblib import Parallel, delayed
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        if at_once == 1:
            for job in jobs:
                yield job()
            return
        parallel = Parallel(n_jobs=at_once, prefer="threads", return_as="generator")
        results: Iterable[Result] = parallel(delayed(job)() for job in jobs)
        yield from results
