"""The planned run, for all tests of plans."""

from support.planned_runs import made, run  # noqa: F401
