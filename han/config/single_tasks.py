"""The experiment of each task by itself."""

from __future__ import annotations

from dataclasses import replace

from han.config.experiment_config import Config
from han.config.task_config import TaskConfig, label_options


def task_configs(config: Config) -> dict[str, Config]:
    """The experiment of each task by itself, in a run folder below that of all.

    Args:
        config: An experiment with `tasks`.
    """
    return {name: _alone(config, name, task) for name, task in config.tasks.items()}


def _alone(config: Config, name: str, task: TaskConfig) -> Config:
    data = config.data
    own = label_options({name: task})
    read = {*data.fields, *data.side_features, *own}
    others = label_options(config.tasks).keys() - read  # label columns of other tasks
    return replace(
        config,
        name=f"{config.name}-{name}",
        tasks={},
        pairs=None,
        data=replace(
            data,
            label_columns=task.label_columns,
            label_sets=task.label_sets,
            more_codes=task.more_codes,
            missing={n: p for n, p in data.missing.items() if n not in others},
        ),
        taxonomy=task.taxonomy,
        model=replace(config.model, head=task.head or config.model.head),
        logging=replace(config.logging, run_folder=f"{config.run_folder}/{name}"),
    )
