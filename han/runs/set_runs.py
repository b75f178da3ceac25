"""Runs that give a record a set of codes, for who knows single codes alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from han.code_list.taxonomy import Taxonomy
from han.errors import InputError, listing
from han.layers.tree_groups import MULTI_PATH

if TYPE_CHECKING:
    from han.config import Config

SEPARATOR = "|"  # between the codes of a cell, where the data say nothing else


def gives_sets(model: object) -> bool:
    """Whether a model says of each code by itself whether a record has it.

    Args:
        model: A network in TensorFlow or NumPy, a baseline, or a mixture.
    """
    head = getattr(model, "head", None)
    return bool(getattr(head, "head", head) == MULTI_PATH)


def refuse_sets(config: Config, run: Path | str, what: str) -> None:
    """Raises InputError if a run gives sets of codes, before a single one is given.

    Args:
        config: Its settings.
        run: Its folder.
        what: The command or the function that knows single codes alone.
    """
    if config.model.gives_sets:
        raise one_code_alone(f"{run}", what)


def refuse_model_of_sets(model: object, run: Path | None, what: str) -> None:
    """The same for a model, and the folder of its run, if it has one."""
    if gives_sets(model):
        raise one_code_alone(str(run or "the model"), what)


def one_code_alone(run: str, what: str) -> InputError:
    """What to say of a run with sets of codes."""
    return InputError(
        f"{run}: the run gives a record a set of codes (`model.head: multi_path`), and "
        f"{what} does not work with sets yet. `han.evaluate`, "
        "`han.predict`, `han.plan` and `han.compare` do."
    )


def separator_of(folder: Path | None, tree: Taxonomy) -> str:
    """What stands between the codes of a cell in the data of a run.

    Args:
        folder: The run; None for a model without one.
        tree: Its code list.

    Raises:
        InputError: If its settings cannot be read, or its codes hold what stands there.
    """
    mark = SEPARATOR
    if folder is not None:
        from han.runs.run_folder import RunFolder  # YAML takes long to import

        mark = RunFolder(folder).config().data.label_sets or SEPARATOR
    check_separator(mark, tree, str(folder or "the model"))
    return mark


def check_separator(mark: str, tree: Taxonomy, where: str) -> None:
    """Raises InputError if codes hold what stands between the codes of a cell.

    Args:
        mark: What stands there.
        tree: The code list.
        where: What names the mark, or the run, for the message.
    """
    naming = tree.naming
    cells = [*tree.codes, *(naming.paths if naming.has_repeats else ())]
    held = [cell for cell in cells if mark in cell]
    if held:
        raise InputError(
            f"{where}: {mark!r} stands between the codes of a cell, but some codes "
            f"have it in them: {listing(held, 5)}, and nobody could take them apart. "
            "Write the codes of a record into one column with another mark between "
            "them, name it in `data.label_sets`, and train; or rename the codes."
        )
