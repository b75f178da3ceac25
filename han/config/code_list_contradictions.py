"""Keys of the code list that contradict each other."""

from __future__ import annotations

from han.config.experiment_config import Config
from han.errors import listing


def code_list_problems(config: Config) -> dict[str, bool]:
    """Keys of `taxonomy` that cannot stand together, each with whether it is so."""
    tree = config.taxonomy
    by_rule = tree.parent in {"prefix", "order"}
    widths = [1 if isinstance(level, str) else len(level) for level in tree.levels]
    return {
        "`taxonomy.columns`, `parent` and `levels` are about the code list in "
        "`taxonomy.file`; name it, or remove them": (
            bool(tree.columns.named or tree.parent or tree.levels) and not tree.is_given
        ),
        "`taxonomy.levels` says where parents come from; remove `taxonomy.parent`": (
            bool(tree.levels and tree.parent)
        ),
        "`taxonomy.levels` needs two levels or more, each a column of codes or "
        "[codes, titles]": bool(widths)
        and (len(widths) < 2 or not {1, 2} >= {*widths}),
        "`taxonomy.columns` names code or parent, and `taxonomy.levels` names the "
        "columns of codes; remove one of them": (
            bool(tree.levels and (tree.columns.code or tree.columns.parent))
        ),
        f"`taxonomy.parent: {tree.parent}` does not read a column of parents; remove "
        "`taxonomy.columns.parent`, or set it to column": (
            by_rule and bool(tree.columns.parent)
        ),
        "`taxonomy.missing_parents` is of `taxonomy.parent: prefix` or order; set one "
        "of them, or remove it": tree.missing_parents != "error" and not by_rule,
    }


def code_list_text_problems(config: Config) -> dict[str, bool]:
    """What is wrong with the texts of the code list, by what to say of it."""
    tree, texts = config.taxonomy, config.taxonomy.texts
    fields = config.data.fields
    return {
        "`taxonomy.notes` is about the codes of a list; name it in `taxonomy.file`": (
            bool(tree.notes) and not tree.is_given
        ),
        "`taxonomy.notes` is read with `taxonomy.texts: all` alone; set it, or remove "
        "the file": bool(tree.notes) and texts != "all",
        f"`taxonomy.text_field` must be one of `data.fields`: {listing(fields)}": (
            tree.text_field is not None and tree.text_field not in fields
        ),
    }
