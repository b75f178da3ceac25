"""Arguments of `python -m han.plan` about a sample of the records to be coded."""

from __future__ import annotations

import argparse

from han.errors import InputError


def add_sample(arguments: argparse.ArgumentParser) -> None:
    """Adds them, as a group of their own."""
    sample = arguments.add_argument_group(
        "a sample of the records to be coded",
        "Codes given by people to records drawn at random from DATA, or from what "
        "DATA is a part of. It promises texts that the run has seen in training, and "
        "estimates the accuracy of all that is coded.",
    )
    sample.add_argument("--sample", metavar="FILE", help="the coded random sample")
    sample.add_argument(
        "--sample-weight",
        metavar="COLUMN",
        help="its design weights: 1 / the chance of being drawn",
    )
    sample.add_argument(
        "--strata", metavar="COLUMN", help="the strata that it was drawn from"
    )
    sample.add_argument(
        "--sample-cluster",
        metavar="COLUMN",
        help="what was drawn together, such as a household (default: records)",
    )


def check_sample(given: argparse.Namespace) -> None:
    """Raises InputError for what cannot be meant."""
    for name in ("cluster", "sample_weight", "strata", "sample_cluster"):
        value = getattr(given, name)
        if value is not None and not value.strip():
            raise InputError(
                f"--{name.replace('_', '-')} is blank. Give the name of a column."
            )
    if given.sample is None:
        for name in ("sample_weight", "strata", "sample_cluster"):
            if getattr(given, name) is not None:
                option = name.replace("_", "-")
                raise InputError(
                    f"--{option} says how a sample was drawn: give --sample FILE, too."
                )
    elif given.weighted:
        raise InputError(
            "--weighted goes with the calibration records. A sample has design weights "
            "of its own: --sample-weight COLUMN."
        )
