"""What cannot stand together in the sections `logging` and `scrub`."""

from __future__ import annotations

from han.config.experiment_config import Config
from han.config.scrub_config import ScrubConfig
from han.errors import listing


def scrub_problems(config: Config) -> dict[str, bool]:
    """Mistakes in `scrub`, and whether an experiment makes them."""
    return {
        "`scrub` says what to take out, and `scrub.enabled` is false; set it to true": (
            config.scrub != ScrubConfig() and not config.scrub.enabled
        ),
    }


def logging_problems(config: Config) -> dict[str, bool]:
    """Mistakes in `logging`, and whether an experiment makes them."""
    given = config.logging
    steps, rows = given.profile_steps, given.attention_records
    wanted = {
        "every_batches": given.every_batches is not None,
        "gradient_norms": given.gradient_norms,
        "graph": given.graph,
        "profile_steps": bool(steps),
        "projector": given.projector,
        "attention_records": bool(rows),
    }
    lost = [f"`logging.{name}`" for name, is_wanted in wanted.items() if is_wanted]
    return {
        f"`logging.tensorboard` is false, and {listing(lost)} would go nowhere; set it "
        "to true, or leave them out": bool(lost) and not given.tensorboard,
        "`logging.profile_steps` must be the first and the last step, counted from 1, "
        "like [10, 20]": (
            bool(steps) and not (len(steps) == 2 and 1 <= steps[0] <= steps[1])
        ),
        "`logging.attention_records` must be a number of records, 0 for none, or a "
        "list of row numbers, counted from 1 and each once": (
            rows < 0
            if isinstance(rows, int)
            else min(rows, default=1) < 1 or len(set(rows)) < len(rows)
        ),
    }
