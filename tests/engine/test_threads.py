from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
from threadpoolctl import threadpool_info
from stancekit.engine.local import run_jobs

def job():
    import sklearn.svm
    blas = [library for library in threadpool_info() if library["user_api"] == "blas"]
    return len(blas) > 1, {library["num_threads"] for library in blas}

print(list(run_jobs([job, job], at_once=JOBS)))
"""


@pytest.mark.parametrize("jobs", [1, 2])
def test_linear_algebra_keeps_to_one_thread_even_if_a_job_loads_it(jobs: int) -> None:
    """A library that is loaded after the limit was set doesn't know of it: the first fit took seconds, not 60 ms."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.replace("JOBS", str(jobs))], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[(True, {1}), (True, {1})]"
