"""The house polices itself: floors, rooms without TensorFlow, homes, sizes, docs."""

import ast
import doctest
import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import han

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "han"
FILES = sorted(PACKAGE.rglob("*.py"))

FLOORS = {
    "errors": 0,
    "taxonomy": 0,
    "codes": 0,
    "encodings": 0,
    "files": 0,
    "code_lists": 0,
    "code_tables": 0,
    "config": 0,
    "cluster": 1,
    "text": 1,
    "data": 2,
    "kernels": 3,
    "linear": 5,
    "layers": 4,
    "document_encoder": 5,
    "baselines": 5,
    "losses": 5,
    "model": 5,
    "learning": 5,
    "twins": 5,
    "numpy_network": 5,
    "keras_weights": 5,
    "metrics": 5,  # the network holds the streaming metrics
    "decisions": 6,
    "mixture": 6,
    "attention": 6,
    "applied": 7,
    "classifier": 7,
    "loading": 7,
    "reports": 7,
    "training": 8,
    "evaluation": 8,
    "coding": 8,
    "demo": 8,
    "search": 8,
    "exploration": 8,
    "plan_arguments": 8,
    "doors": 9,
    "train": 9,
    "evaluate": 9,
    "predict": 9,
    "explain": 9,
    "embed": 9,
    "plan": 9,
    "combine": 9,
    "compare": 9,
    "submit": 9,
    "sweep": 9,
}
DOORS = {
    "train",
    "evaluate",
    "predict",
    "combine",
    "compare",
    "explain",
    "embed",
    "plan",
    "submit",
    "sweep",
}
HOMES = {
    "nltk": {"text.splitting", "text.cleaning"},
    "gensim": {"text.embeddings", "text.topic_learning"},
    "yaml": {
        "config.reader",
        "config.writer",
        "training.run_folder",
        "training.tensorboard",
    },
    "optuna": {"search.pictures", "search.results", "search.study", "search.work"},
    "sklearn": {
        "baselines.planes",
        "baselines.tfidf",
        "baselines.tfidf_svm",
        "data.splits",
    },
    "matplotlib": {
        "attention.maps",
        "attention.plot",
        "exploration.pictures",
        "reports.pictures",
        "reports.plots",
        "search.pictures",
    },
    "jinja2": {"attention.page", "reports.page"},
    "fasttext": {"baselines.fasttext"},
}
WITH_TENSORFLOW = {
    "losses",
    "data.batches",
    "metrics.streaming",
    "model",
    "learning",
    "twins",
    "document_encoder",
    "training.attention_board",
    "training.averaging",
    "training.backup",
    "training.balance",
    "training.batch_curves",
    "training.callbacks",
    "training.company",
    "training.gradients",
    "training.graph",
    "training.loop",
    "training.optimizers",
    "training.profiling",
    "training.projector",
    "training.replicas",
    "training.schedules",
    "training.tensorboard",
}


def module_name(file):
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(p for p in parts if p != "__init__")


def imports(file, everywhere=True):
    """Full names that a file imports; at its top level alone if not `everywhere`."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    nodes = ast.walk(tree) if everywhere else tree.body
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_a_file_imports_from_floors_below_its_own(file):
    name = module_name(file)
    if not name:
        return  # the package itself hands out names from every floor, late
    room = name.split(".")[0]
    for imported in imports(file):
        if not imported.startswith("han."):
            continue
        other = imported.split(".")[1]
        below = FLOORS[other] <= FLOORS[room] if other != room else True
        assert below, f"{name} (floor {FLOORS[room]}) imports {imported}"
        assert other not in DOORS, f"{name} imports the door {imported}"
        if room == "layers":
            assert other in {"layers", "kernels"}, "layers import kernels alone"


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_a_package_has_one_home(file):
    name = module_name(file)
    for imported in imports(file):
        homes = HOMES.get(imported.split(".")[0])
        assert homes is None or name in homes, f"{imported} in {name}"


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_rooms_are_small(file):
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 300


def test_no_room_for_leftovers():
    forbidden = {"utils", "common", "helpers", "misc", "util"}
    assert not forbidden & {file.stem for file in FILES}


def test_doors_and_rooms_without_tensorflow_load_none():
    """Bad YAML and bad data must show in a second, on a machine without TensorFlow."""
    light = [
        f"han.{module_name(file)}" if module_name(file) else "han"
        for file in FILES
        if module_name(file) not in WITH_TENSORFLOW
        and not module_name(file).startswith("layers")
    ]
    code = (
        "import importlib, sys\n"
        f"for name in {light}: importlib.import_module(name)\n"
        "heavy = {'tensorflow', 'keras', 'gensim'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def public_objects():
    for info in pkgutil.walk_packages([str(PACKAGE)], "han."):
        module = importlib.import_module(info.name)
        for name, value in vars(module).items():
            is_own = getattr(value, "__module__", None) == info.name
            if is_own and not name.startswith("_") and callable(value):
                yield f"{info.name}.{name}", value


@pytest.mark.tensorflow
def test_public_functions_and_classes_are_documented():
    bare = [name for name, value in public_objects() if not value.__doc__]
    assert not bare


@pytest.mark.tensorflow
@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_examples_in_docstrings_run(file):
    name = module_name(file)
    module = importlib.import_module(f"han.{name}" if name else "han")
    result = doctest.testmod(module)
    assert result.failed == 0


def test_version_and_extras():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    dependencies = re.search(r"^dependencies = \[(.*?)^\]", text, re.S | re.M)
    assert dependencies and '"tensorflow' not in dependencies[1]
    assert "tensorflow-cpu" in text and "tensorflow[and-cuda]" in text


def test_clash_with_other_packages_is_said(monkeypatch):
    def installed(name):
        if name == "han":
            raise han.metadata.PackageNotFoundError

    monkeypatch.setattr(han.metadata, "distribution", installed)
    with pytest.warns(RuntimeWarning, match="pip uninstall hierarchical-attention"):
        han._warn_of_clash()
