"""Runs with thresholds that are written by hand."""

from dataclasses import replace

from han.decisions.guarantee import Promise
from han.decisions.threshold_bands import POOL, Thresholds
from han.runs.loading import load_classifier
from han.runs.manifest import bind_file
from han.runs.routing_policy import RoutingPolicy
from han.runs.run_files import THRESHOLDS_FILE
from han.runs.run_folder import RunFolder


def thresholds(*limits):
    """From which confidence on each level is coded without a person."""
    promises = tuple(Promise(0.9, limit, 100, 95, 30) for limit in limits)
    levels = tuple(range(1, len(limits) + 1))
    return Thresholds(levels, 0.95, {POOL: promises})


CODES_ALL = RoutingPolicy(thresholds(0.0, 0.0))


def apply(run, **settings):
    """Gives a run of two levels a policy that codes all but what the settings say."""
    policy = replace(CODES_ALL, **settings)
    tree = load_classifier(run).taxonomy
    RunFolder(run).write_json(THRESHOLDS_FILE, policy.to_dict(run, tree))
    bind_file(run, THRESHOLDS_FILE)
