"""Who takes part."""

from __future__ import annotations

import importlib.util
import json
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from accuracy.comparison import NETWORKS
from han.errors import InputError, listing
from product.costs import Cost, Limits, run_process
from product.works import EXPERIMENT_FILE


@dataclass(frozen=True)
class Contestant:
    """A model, from records to codes.

    Attributes:
        title: What the tables say.
        needs: Import package that must be there.
        settings: What `han.train` is told; None: it learns in `product.alone`.
    """

    title: str
    needs: str
    settings: tuple[str, ...] | None = None


SKLEARN, LINEAR, HAN = "sklearn", "tfidf_linear", "han"
CONTESTANTS = {
    SKLEARN: Contestant("TfidfVectorizer + LinearSVC", "sklearn"),
    LINEAR: Contestant("`tfidf_linear` of han", "han", ("model.kind=tfidf_linear",)),
    "fasttext": Contestant("fastText, letters too", "fasttext"),
    "torch": Contestant("packed PyTorch HAN", "torch"),
    HAN: Contestant("**han**", "tensorflow", NETWORKS["han"]),
    "han-distilled": Contestant("han, distilled", "tensorflow", NETWORKS["distilled"]),
    "han-plain": Contestant("han, no encoder", "tensorflow", NETWORKS["plain"]),
}
USUAL = (SKLEARN, LINEAR, "fasttext", "torch", HAN)
MISSING = "missing"


def check_known(names: list[str]) -> None:
    """Raises InputError if a name is none of the contestants."""
    unknown = [name for name in names if name not in CONTESTANTS]
    if unknown:
        raise InputError(
            f"--only does not know {listing(unknown)}. Choose among "
            f"{', '.join(CONTESTANTS)}."
        )


def measure(name: str, folder: Path, seed: int, limits: Limits) -> dict[str, Any]:
    """Lets a contestant learn and code a work.

    Args:
        name: The contestant.
        folder: What `Work.write` wrote.
        seed: Its seed.
        limits: Of each of its processes.

    Returns:
        `state`: `done`, or why it did not come to its end; `fit` (`cpu` and `wall`
        seconds), `coding` (`records`, seconds), `memory` in GB, `leaf` and `hf`, as far
        as it came.
    """
    contestant = CONTESTANTS[name]
    if importlib.util.find_spec(contestant.needs) is None:
        return {"state": MISSING}
    with tempfile.TemporaryDirectory(prefix="han-product-") as made:
        result = Path(made) / "result.json"
        alone = ["-m", "product.alone", name, str(folder), str(result), str(seed)]
        if contestant.settings is None:
            done = run_process(alone, limits)
            return _read(result) | _state(done)
        run = Path(made) / "run"
        options = [*contestant.settings, f"seed={seed}", f"logging.run_folder={run}"]
        train = ["-m", "han.train", str(folder / EXPERIMENT_FILE), *options]
        trained = run_process(train, limits)
        if trained.state != "done":
            return _state(trained)
        fit = {"fit": {"cpu": trained.cpu, "wall": trained.wall}}
        coded = run_process([*alone, str(run)], limits)
        memory = max(trained.memory, coded.memory)
        return fit | _read(result) | _state(coded) | {"memory": memory}


def _state(cost: Cost) -> dict[str, Any]:
    found = asdict(cost)
    kept = ("state", "memory", "said") if cost.said else ("state", "memory")
    return {name: found[name] for name in kept}


def _read(result: Path) -> dict[str, Any]:
    if not result.exists():
        return {}
    found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return found


def versions() -> str:
    """Of Python and of what contestants are made of."""
    from importlib.metadata import PackageNotFoundError, version

    found = [f"Python {sys.version.split()[0]}"]
    for name in ("scikit-learn", "fasttext-community", "torch", "tensorflow-cpu"):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)
