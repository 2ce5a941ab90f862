"""Where independent work runs."""

from stancekit.engine.local import count_jobs, run_jobs

__all__ = ["count_jobs", "run_jobs"]
