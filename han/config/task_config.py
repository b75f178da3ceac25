"""Section `tasks`: several questions about one text, each with a code list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from han.config.data_config import TaxonomyConfig
from han.config.model_config import Head

TASK_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")


@dataclass(frozen=True)
class TaskConfig:
    """One question: its labels and its code list. All else is shared by the tasks.

    A record without a label for a task teaches that task nothing, and the others all
    the same.

    Attributes:
        label_columns: As `data.label_columns`.
        label_sets: As `data.label_sets`.
        taxonomy: As the section `taxonomy`.
        head: As `model.head`; that of the experiment if not given.
        weight: What the loss of this task counts beside those of the others, and its hF
            when the best epoch is chosen.
    """

    label_columns: tuple[str, ...]
    label_sets: str | None = None
    taxonomy: TaxonomyConfig = field(default_factory=TaxonomyConfig)
    head: Head | None = None
    weight: float = field(default=1.0, metadata={"above": 0.0})


def label_options(tasks: Mapping[str, TaskConfig]) -> dict[str, str]:
    """Each label column, and the key that names it.

    Example:
        >>> label_options({"job": TaskConfig(("isco",))})
        {'isco': 'tasks.job.label_columns'}
    """
    return {
        column: f"tasks.{name}.label_columns"
        for name, task in tasks.items()
        for column in task.label_columns
    }
