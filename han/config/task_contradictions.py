"""What `tasks` and `pairs` of an experiment cannot be combined with."""

from __future__ import annotations

from collections import Counter

from han.config.data_config import TaxonomyConfig
from han.config.experiment_config import Config
from han.config.run_names import stays_inside
from han.config.task_config import TASK_NAME
from han.errors import listing
from han.tables.prediction_columns import clashing_names, is_prediction_column

# What a run folder has already: a task's folder would stand in its place.
TAKEN = ("members", "tensorboard", "backup", "plan")


def task_problems(config: Config) -> dict[str, bool]:
    """What is wrong with `tasks` and `pairs`, by message."""
    if not config.tasks:
        return {
            "`pairs` are codes of two `tasks`, and there are none; name the tasks, or "
            "remove it": config.pairs is not None
        }
    return {**_name_problems(config), **_place_problems(config), **_others(config)}


def _name_problems(config: Config) -> dict[str, bool]:
    names = list(config.tasks)
    bad = [n for n in names if not TASK_NAME.fullmatch(n) or not stays_inside(n)]
    clashes = [
        repr(key)
        for key in config.data.key_columns
        for name in names
        if key.startswith(f"{name}_")
        and is_prediction_column(
            key[len(name) + 1 :], gives_sets=name in _giving_sets(config)
        )
    ]
    twins = [
        repr(name)
        for name, count in Counter(
            column
            for task in config.tasks.values()
            for column in {*task.label_columns, *sum(task.more_codes, ())}
        ).items()
        if count > 1
    ]
    mixed = clashing_names(names)
    kept = ("pair", "pair_") if config.pairs else ()
    paired = [
        repr(name)
        for name in (*names, *config.data.key_columns)
        if kept and (name == kept[0] or name.startswith(kept[1]))
    ]
    return {
        f"`tasks` has {listing(map(repr, mixed))}, whose columns would be called like "
        "columns of another task; give the task another name": bool(mixed),
        f"{listing(paired)} of `tasks` or `data.key_columns` is called like columns of "
        "`pairs`; give it another name": bool(paired),
        f"`tasks` has {listing(map(repr, bad))}, and folders and columns are named "
        "after a task. Expected small letters, digits and _, such as occupation": (
            bool(bad)
        ),
        f"`tasks` has {listing(t for t in names if t in TAKEN)}, and a run folder has "
        "a folder of that name; give the task another one": (
            any(name in TAKEN for name in names)
        ),
        "`tasks` names one task; give two or more, or write its keys into `data` and "
        "`taxonomy`": len(names) < 2,
        f"`tasks`: {listing(twins)} is a label column of two tasks; each has columns "
        "of its own": bool(twins),
        f"`data.key_columns` has {listing(clashes)}, and predictions have columns of "
        "their own with such names; rename the column in the data": bool(clashes),
    }


def _giving_sets(config: Config) -> list[str]:
    """Names of the tasks whose records have sets of codes."""
    heads = {n: task.head or config.model.head for n, task in config.tasks.items()}
    return [name for name, head in heads.items() if head == "multi_path"]


def _place_problems(config: Config) -> dict[str, bool]:
    """Keys that stand where each task has its own."""
    data = config.data
    given = [task.taxonomy.in_memory for task in config.tasks.values()]
    sets = _giving_sets(config)
    return {
        "`data.label_columns` is given, and `tasks`, too; write the label columns into "
        "the tasks": bool(data.label_columns),
        "`data.label_sets` is given, and `tasks`, too; write it into the task whose "
        "cells have several codes": data.label_sets is not None,
        "`data.more_codes` is given, and `tasks`, too; write it into the task whose "
        "records have several codes": bool(data.more_codes),
        "`data.codes_file` is not there for `tasks`; put the codes into columns and "
        "name them in `more_codes` of the task, or train the question by itself": (
            data.codes_file is not None
        ),
        f"`pairs` are of tasks that give each record one code, and "
        f"{listing(sets)} gives sets (`head: multi_path`); leave `pairs` out, or set "
        "the head to tree": bool(config.pairs and sets),
        "`data.other_coders` is not there for `tasks`; train each task by itself": (
            bool(data.other_coders)
        ),
        "`taxonomy` is given, and `tasks`, too; write it into the task that it is of": (
            config.taxonomy != TaxonomyConfig()
        ),
        "`data.in_memory` is not there for `tasks`; name files": (
            bool(data.in_memory) or any(given)
        ),
    }


def _others(config: Config) -> dict[str, bool]:
    recipe, given = config.training, config.logging
    watched = {
        "every_batches": given.every_batches is not None,
        "gradient_norms": given.gradient_norms,
        "graph": given.graph,
        "profile_steps": bool(given.profile_steps),
        "projector": given.projector,
        "attention_records": bool(given.attention_records),
    }
    kind, encoder = config.model.kind, config.model.encoder
    without = f"`model.kind` is {kind}" if kind != "han" else ""
    without = without or ("`model.encoder` is mean" if encoder == "mean" else "")
    asked = [f"`logging.{name}`" for name, is_asked in watched.items() if is_asked]
    return {
        f"{listing(asked)} shows one network, and `tasks` train several as one; leave "
        "it out": bool(asked),
        f"`attention: own` of `tasks` is for a network with attention, and {without}; "
        "leave it out": bool(without)
        and any(task.attention == "own" for task in config.tasks.values()),
        "`model.attention: per_level` has one for each level of a code list, and "
        "`tasks` share one, or have one each (`attention: own`); set it to shared": (
            config.model.attention == "per_level"
        ),
        "`distribution.strategy: multi_worker` is not there for `tasks`, which train "
        "in one process; set it to mirrored, for the GPUs of a machine, or to none": (
            config.distribution.strategy == "multi_worker"
        ),
        "`training.sampling` draws the records of one code list; with `tasks` set "
        "`training.class_weights`": recipe.sampling != "none",
        "`training.refit_of` is not there for `tasks`; train each task by itself": (
            recipe.refit_of is not None
        ),
    }
