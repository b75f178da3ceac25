"""Names that become folders: what would lead out of the place meant for them."""

from __future__ import annotations

import re
from pathlib import PureWindowsPath

from han.config.experiment_config import Config

LONGEST = 200  # most file systems take 255 bytes
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def name_problems(config: Config) -> dict[str, bool]:
    """What is wrong with `name` and with folders to be made, by message."""
    folders = {
        "logging.run_folder": config.logging.run_folder,
        "data.cache": config.data.cache,
    }
    return {
        "`name` is empty, and the run folder is named after it": not config.name,
        f"`name` is {config.name[:LONGEST]!r}, and the run folder is named after it. "
        f"Expected a name that stays in the folder runs, of at most {LONGEST} letters, "
        "such as occupations-2026": not stays_inside(config.name),
    } | {
        f"`{key}` is {folder}, and ~ stands for the home folder on a command line "
        "alone: write the whole path": (folder or "").startswith("~/")
        for key, folder in folders.items()
    }


def stays_inside(name: str) -> bool:
    """Whether a file or folder of this name lies below the folder meant for it.

    It must do so on any system, so that a run can be copied.

    Example:
        >>> stays_inside("wave 2/first"), stays_inside("../first"), stays_inside("nul")
        (True, False, False)
    """
    parts = re.split(r"[/\\]", name)
    is_plain = name.isprintable() and len(name.encode()) <= LONGEST
    has_root = PureWindowsPath(name).drive or PureWindowsPath(name).root
    return is_plain and not has_root and all(map(_is_folder_name, parts))


def _is_folder_name(part: str) -> bool:
    return part.strip(" .") != "" and not _RESERVED.fullmatch(part.strip())
