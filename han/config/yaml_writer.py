"""Settings as a YAML file that people can read."""

from __future__ import annotations

from typing import Any

import yaml


def config_text(settings: dict[str, Any], note: str = "") -> str:
    """Settings as YAML; `note` is a comment above them.

    Example:
        >>> print(config_text({"seed": 3}, "The best."), end="")
        # The best.
        seed: 3
    """
    text = yaml.safe_dump(settings, sort_keys=False, allow_unicode=True)
    return "".join(f"# {line}\n" for line in note.splitlines()) + text
