"""Keys that contradict each other."""

from __future__ import annotations

from pathlib import Path

from han.config.augmentation_config import AugmentationConfig
from han.config.code_list_contradictions import (
    code_list_problems,
    code_list_text_problems,
)
from han.config.experiment_config import Config
from han.config.logging_contradictions import logging_problems, scrub_problems
from han.config.run_names import name_problems
from han.config.set_contradictions import set_problems
from han.config.single_tasks import task_configs
from han.config.task_config import label_options
from han.config.task_contradictions import task_problems
from han.config.vector_contradictions import vector_problems
from han.errors import InputError, listing
from han.tables.prediction_columns import is_prediction_column


def check_contradictions(where: Path | str, config: Config) -> None:
    """Finds keys that cannot stand together, in an experiment file or elsewhere.

    Raises:
        InputError: With the first of them.
    """
    problems = {
        **name_problems(config),
        **task_problems(config),
        **_source_problems(config),
        **code_list_problems(config),
        **_column_problems(config),
        **set_problems(config),
        **_split_problems(config),
        **_missing_problems(config),
        **_side_problems(config),
        **_augmentation_problems(config),
        **code_list_text_problems(config),
        **_loss_problems(config),
        **vector_problems(config),
        **_attention_problems(config),
        **_device_problems(config),
        **logging_problems(config),
        **_refit_problems(config),
        **scrub_problems(config),
    }
    problems |= {
        "`model.computation: packed` is not there for `model.encoder: lstm`; set it to "
        "auto or padded": (
            config.model.computation == "packed" and config.model.encoder == "lstm"
        ),
    }
    for message, is_wrong in problems.items():
        if is_wrong:
            raise InputError(f"{where}: {message}.")
    for name, alone in task_configs(config).items():
        check_contradictions(f"{where}, task {name}", alone)


def _source_problems(config: Config) -> dict[str, bool]:
    tree, data = config.taxonomy, config.data
    return {
        "`data.train` is empty; name the file of the training rows there": (
            not data.train and "train" not in data.in_memory
        ),
        "`data.reviewed`: a clerk gives an answer one code of one question, and "
        "`model.head: multi_path` and `tasks` have several; leave it out": (
            bool(data.reviewed) and (config.model.gives_sets or bool(config.tasks))
        ),
        "`data.reviewed` names a queue twice": _repeats(data.reviewed),
        "a role of `data.in_memory` has a file, too; give one of the two": (
            any(getattr(data, role) for role in data.in_memory)
        ),
        "give `taxonomy.file` or `taxonomy.digits`, not both": (
            tree.is_given and bool(tree.digits)
        ),
        "give `taxonomy.file` or `taxonomy.in_memory`, not both": (
            bool(tree.file) and tree.in_memory
        ),
    }


def _column_problems(config: Config) -> dict[str, bool]:
    tree, data, several = config.taxonomy, config.data, bool(config.data.other_coders)
    clashes = [
        repr(name)
        for name in data.key_columns
        if is_prediction_column(name, gives_sets=config.model.gives_sets)
    ]
    return {
        "`taxonomy.digits` must grow, like [2, 3, 4]": (
            list(tree.digits) != sorted({width for width in tree.digits if width > 0})
        ),
        "`taxonomy.digits` reads one code: `data.label_columns` must name one column": (
            bool(tree.digits) and len(data.label_columns) != 1
        ),
        "`data.fields` needs at least one field": not data.fields,
        "`data.label_columns` needs at least one column": (
            not data.label_columns and not config.tasks
        ),
        "`data.label_columns` names a column twice": _repeats(data.label_columns),
        "each list of `data.other_coders` must have as many columns as "
        "`data.label_columns`": (
            any(len(c) != len(data.label_columns) for c in data.other_coders)
        ),
        "`data.other_coders` names a column twice, or one of `data.label_columns`": (
            _repeats(sum(data.other_coders, data.label_columns))
        ),
        "`data.label_sets` is the text between the codes of a cell, and needs a single "
        "label column of a single coder": data.label_sets is not None
        and (not data.label_sets.strip() or len(data.label_columns) > 1 or several),
        "`data.key_columns` names a column twice": _repeats(data.key_columns),
        f"`data.key_columns` has {listing(clashes)}, and predictions have columns of "
        "their own with such names; rename the column in the data": bool(clashes),
    }


def _missing_problems(config: Config) -> dict[str, bool]:
    data = config.data
    known = [*data.fields, *data.side_features, *data.label_columns]
    known += label_options(config.tasks)
    unknown = [repr(name) for name in data.missing if name not in known]
    filled = [
        repr(name)
        for name, policy in data.missing.items()
        if policy == "most_frequent" and name not in data.side_features
    ]
    return {
        f"`data.missing` names {listing(unknown)}, which is no text field, side "
        f"feature or label column. Expected some of: {listing(map(repr, known))}": (
            bool(unknown)
        ),
        f"`data.missing`: most_frequent is for side features, and {listing(filled)} is "
        "none; set it to error, drop or unknown": bool(filled),
    }


def _side_problems(config: Config) -> dict[str, bool]:
    data = config.data
    columns = {name: side.column or name for name, side in data.side_features.items()}
    told = {*data.label_columns, *label_options(config.tasks)}
    labels = [n for n, column in columns.items() if column in told]
    fields = [repr(name) for name in columns if name in data.fields]
    return {
        f"`data.side_features.{labels[0] if labels else ''}` is a label column: the "
        "model would be told the code that it must find; remove it": bool(labels),
        f"`data.side_features` and `data.fields` both have {listing(fields)}; give one "
        "of them another name, and its column with `column`": bool(fields),
    }


def _split_problems(config: Config) -> dict[str, bool]:
    split = config.data.split
    ungrouped = split.column or split.time_column
    return {
        "give `data.split.column` or `data.split.time_column`, not both": (
            bool(split.column and split.time_column)
        ),
        "`data.split.group_by` is not used with `data.split.column` or "
        "`data.split.time_column`; remove one of the two": (
            bool(ungrouped) and split.group_by != "text"
        ),
        "the shares of validation, calibration and test in `data.split` must leave "
        "something to train on: they add up to 1 or more": (
            split.validation + split.calibration + split.test >= 1
        ),
    }


def _augmentation_problems(config: Config) -> dict[str, bool]:
    given, text = config.augmentation, config.text
    usual = vars(AugmentationConfig())
    asked = {  # what is not there by default, but for the share itself
        name
        for name, value in vars(given).items()
        if name != "share" and value and value != usual[name]
    }
    alone = len(config.data.fields) < 2
    problems = {
        f"`augmentation.{name}` is for documents of several fields, and `data.fields` "
        "has one; set it to 0": alone and getattr(given, name) > 0
        for name in ("field_dropout", "field_shuffle")
    }
    return problems | {
        "`augmentation.share: 0` touches no document, and other keys of `augmentation` "
        "are set; raise it, or remove them": given.share == 0 and bool(asked),
        "`augmentation.accent_loss` does nothing with `text.fold_accents`, which takes "
        "all accents away; remove one of the two": (
            "accent_loss" in asked and text.fold_accents
        ),
        "`augmentation.synonyms` needs a list in `augmentation.synonyms_file`": (
            given.synonyms > 0 and not given.synonyms_file
        ),
        "`augmentation.synonyms_file` is not used while `augmentation.synonyms` is 0; "
        "set a probability, or remove the file": (
            given.synonyms == 0 and bool(given.synonyms_file)
        ),
        "`augmentation.phonetic` knows Spanish only, and `text.language` is "
        f"{text.language}; set it to 0": (
            given.phonetic > 0 and text.language != "spanish"
        ),
    }


def _loss_problems(config: Config) -> dict[str, bool]:
    recipe = config.training
    for_rare_codes = [
        recipe.class_weights != "none",
        recipe.sampling != "none",
        recipe.logit_adjustment > 0,
    ]
    return {
        "`training.loss_q` is of `training.loss: generalised`; set both or none": (
            recipe.loss_q is not None and recipe.loss != "generalised"
        ),
        "`training.class_weights`, `training.sampling` and `training.logit_adjustment` "
        "favour rare codes each in its way; choose one of them": (
            sum(for_rare_codes) > 1
        ),
    }


def _attention_problems(config: Config) -> dict[str, bool]:
    given = config.model
    is_per_level = given.attention == "per_level"
    return {
        "`model.attention: per_level` is not there for `model.head: leaf`, which takes "
        "no decision by itself above the leaves; set the head to tree or levels, or "
        "the attention to shared": is_per_level and given.head == "leaf",
        "`model.attention: per_level` is not there for `model.encoder: mean`, which "
        "has no attention; set the encoder to gru, or the attention to shared": (
            is_per_level and given.encoder == "mean"
        ),
        f"`model.attention: per_level` is for `model.kind: han`, and `model.kind` is "
        f"{given.kind}, which has no attention; set it to shared": (
            is_per_level and given.kind != "han"
        ),
    }


def _device_problems(config: Config) -> dict[str, bool]:
    given, kind = config.distribution, config.model.kind
    alone = given.strategy == "none"
    return {
        "`distribution.devices` is of `distribution.strategy: mirrored` or "
        "multi_worker; set one of them, or remove it": (
            alone and given.devices is not None
        ),
        f"`distribution.strategy: {given.strategy}` is for `model.kind: han`, and "
        f"`model.kind` is {kind}, which trains in one process; set it to none": (
            not alone and kind != "han"
        ),
    }


def _refit_problems(config: Config) -> dict[str, bool]:
    refit = config.training.refit_of is not None
    return {
        "`training.restarts` goes back when validation is no better, and with "
        "`training.refit_of` nothing validates; set it to 0 in both runs": (
            refit and config.training.restarts > 0
        ),
        "`logging.attention_records` are validation records, and with "
        "`training.refit_of` these train; set it to 0": (
            refit and bool(config.logging.attention_records)
        ),
    }


def _repeats(names: tuple[str, ...]) -> bool:
    return len(set(names)) < len(names)
