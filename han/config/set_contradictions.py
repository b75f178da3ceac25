"""Keys of records with sets of codes that contradict each other."""

from __future__ import annotations

from han.config.experiment_config import Config
from han.errors import listing

_OF_NUMBERS = frozenset("0123456789.+-e")


def set_problems(config: Config) -> dict[str, bool]:
    """What is wrong with keys of sets of codes, by what to say of it."""
    return {**_reading_problems(config), **_head_problems(config)}


def _reading_problems(config: Config) -> dict[str, bool]:
    data, names = config.data, config.data.label_columns
    given = {
        "label_sets": data.label_sets is not None,
        "more_codes": bool(data.more_codes),
        "codes_file": data.codes_file is not None,
    }
    columns = sum(data.more_codes, names)
    alone = [f"`data.{key}`" for key in ("more_codes", "codes_file") if given[key]]
    return {
        "`data.label_sets`, `data.more_codes` and `data.codes_file` each say where the "
        "codes of a record stand; give one of them": sum(given.values()) > 1,
        "each list of `data.more_codes` must have as many columns as "
        "`data.label_columns`": any(len(c) != len(names) for c in data.more_codes)
        and not config.tasks,
        "`data.more_codes` names a column twice, or one of `data.label_columns`": (
            len(set(columns)) < len(columns) and bool(data.more_codes)
        ),
        "`data.codes_file` says by `data.key_columns` whose code a row is; name them": (
            given["codes_file"] and not data.key_columns
        ),
        "`data.codes_file` is for records in files, and `data.in_memory` has others; "
        "put the codes into columns and name them in `data.more_codes`": (
            given["codes_file"] and bool(data.in_memory)
        ),
        f"{listing(alone)}: a record has several codes that are right together, which "
        "`model.head: multi_path` alone learns; set it": bool(alone)
        and not (config.model.gives_sets or config.tasks),
    }


def _head_problems(config: Config) -> dict[str, bool]:
    sets, recipe, given = config.model.gives_sets, config.training, config.logging
    by_code = {
        "class_weights": recipe.class_weights != "none",
        "sampling": recipe.sampling != "none",
    }
    asked = [f"`training.{name}`" for name, is_asked in by_code.items() if is_asked]
    shown = {
        "attention_records": bool(given.attention_records),
        "projector": given.projector,
    }
    lost = [f"`logging.{name}`" for name, is_asked in shown.items() if is_asked]
    kind, mark = config.model.kind, config.data.label_sets
    return {
        f"`data.label_sets`: {mark!r} may stand in a number, and han.predict joins the "
        "probabilities of a record by it, too; put another text between the codes, "
        'such as "|"': sets and bool(mark) and not set(mark or "") - _OF_NUMBERS,
        "`model.head: multi_path` is for `model.kind: han` or tfidf_linear, and "
        f"`model.kind` is {kind}, which gives each record one code; set the head to "
        "tree": sets and kind not in ("han", "tfidf_linear"),
        "`model.scope: per_level` asks for one code on each level, and with "
        "`model.head: multi_path` a record has several; set the scope to flat, "
        "per_parent or auto": sets and config.model.scope == "per_level",
        "`data.other_coders` are several opinions on one code, and with `model.head: "
        "multi_path` a record has several codes; for further codes use "
        "`data.more_codes`": sets and bool(config.data.other_coders),
        f"{listing(asked)} weighs a record by its one code, and with `model.head: "
        "multi_path` it has several; `training.logit_adjustment` favours rare codes "
        "there": sets and bool(asked),
        f"{listing(lost)} shows one code of each record, and with `model.head: "
        "multi_path` it has several; leave it out": sets and bool(lost),
    }
