"""Section `tasks`: several questions about one text, each with a code list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from han.config.data_config import TaxonomyConfig
from han.config.model_config import Head

TaskAttention = Literal["shared", "own"]
TASK_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")


@dataclass(frozen=True)
class TaskConfig:
    """One question: its labels and its code list. All else is shared by the tasks.

    A record without a label for a task teaches that task nothing, and the others all
    the same.

    Attributes:
        label_columns: As `data.label_columns`.
        label_sets: As `data.label_sets`.
        more_codes: As `data.more_codes`, for `head: multi_path`.
        taxonomy: As the section `taxonomy`.
        head: As `model.head`; that of the experiment if not given.
        attention: `shared` is one attention for all tasks that say so; `own` gives this
            task context vectors of its own for words and sentences, and so a document
            vector of its own, over the one reading of the words (not with `encoder:
            mean`).
        weight: What the loss of this task counts beside those of the others, and its hF
            when the best epoch is chosen.
    """

    label_columns: tuple[str, ...]
    label_sets: str | None = None
    more_codes: tuple[tuple[str, ...], ...] = ()
    taxonomy: TaxonomyConfig = field(default_factory=TaxonomyConfig)
    head: Head | None = None
    attention: TaskAttention = "shared"
    weight: float = field(default=1.0, metadata={"above": 0.0})


def label_options(tasks: Mapping[str, TaskConfig]) -> dict[str, str]:
    """Each label column, those of further codes included, and the key that names it.

    Example:
        >>> label_options({"job": TaskConfig(("isco",))})
        {'isco': 'tasks.job.label_columns'}
    """
    found: dict[str, str] = {}
    for name, task in tasks.items():
        further = sum(task.more_codes, ())
        found |= {column: f"tasks.{name}.more_codes" for column in further}
        found |= {
            column: f"tasks.{name}.label_columns" for column in task.label_columns
        }
    return found


def attention_places(tasks: Mapping[str, TaskConfig]) -> dict[str, tuple[int, int]]:
    """Which of the attentions of one encoder each task reads, and how many there are.

    Example:
        >>> asked = {"job": TaskConfig(("isco",), attention="own")}
        >>> asked |= {n: TaskConfig((n,)) for n in ("place", "product")}
        >>> attention_places(asked)
        {'job': (1, 2), 'place': (0, 2), 'product': (0, 2)}
    """
    own = [name for name, task in tasks.items() if task.attention == "own"]
    first = int(len(own) < len(tasks))  # that of all others stands before them
    count = first + len(own)
    return {n: (first + own.index(n) if n in own else 0, count) for n in tasks}
