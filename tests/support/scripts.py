"""Scripts as modules."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


SCRIPTS = ROOT / "scripts"


def load_script(name: str) -> ModuleType:
    """Imports a script from its file; the scripts are not a package."""
    if str(SCRIPTS) not in sys.path:
        sys.path.append(str(SCRIPTS))  # simulate_census imports census_text
    spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
