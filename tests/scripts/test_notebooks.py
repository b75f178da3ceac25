"""Notebooks: without outputs, short functions, honest openings; and that they run."""

import ast
import importlib
import re
import shlex
import subprocess
import sys

import nbformat
import pytest
from support.experiments import ROOT

from han.errors import InputError
from run_notebooks import all_notebooks, copy_of_repository, executed

FOLDER = ROOT / "notebooks"
FILES = all_notebooks()
LONGEST = 5  # lines of a function
FOREIGN = re.compile(
    r"(?:^|[\s'\"(=:])(?:/(?:home|work|tmp|usr|root|mnt|Users)\b|[A-Z]:\\)"
)
COMMAND = re.compile(r"`(python -m han\.[^`]*)`")

each = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def cells(file, kind):
    book = nbformat.read(file, as_version=4)
    return [cell.source for cell in book.cells if cell.cell_type == kind]


def python(source):
    """A cell as Python: what only a notebook understands does nothing."""
    return re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.M)


def long_functions(source):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [n for n in ast.walk(ast.parse(python(source))) if isinstance(n, kinds)]
    return [n.name for n in nodes if n.end_lineno - n.lineno + 1 > LONGEST]


def test_there_are_notebooks_and_the_readme_names_them():
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    names = [file.name for file in FILES]
    assert [name.split("_")[0] for name in names] == [
        str(k + 1) for k in range(len(names))
    ]
    assert len(names) >= 4 and all(name in readme for name in names)


@each
def test_a_notebook_is_valid_and_holds_no_outputs(file):
    book = nbformat.read(file, as_version=4)
    nbformat.validate(book)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert code and not any(cell.outputs or cell.execution_count for cell in code)
    assert set(book.metadata) <= {"kernelspec", "language_info"}


@each
def test_a_notebook_says_what_one_learns_and_what_to_try(file):
    book = nbformat.read(file, as_version=4)
    first, last = book.cells[0], book.cells[-1]
    assert first.cell_type == last.cell_type == "markdown"
    assert first.source.startswith("# ") and "you will learn" in first.source.lower()
    assert re.search(r"^## What to try", last.source, re.M | re.I)


@each
def test_functions_are_short(file):
    assert not [
        name for source in cells(file, "code") for name in long_functions(source)
    ]


def test_a_long_function_is_found():
    body = "\n".join(f"    x = {k}" for k in range(LONGEST))
    assert long_functions(f"%cd x\ndef f():\n{body}") == ["f"]
    assert long_functions("def f():\n    !ls\n    return 1") == []


@each
def test_no_path_of_one_machine(file):
    assert not FOREIGN.search(file.read_text(encoding="utf-8"))
    assert FOREIGN.search("'/home/me/x'") and FOREIGN.search('"C:\\x"')


@each
def test_commands_that_are_named_are_accepted(file):
    text = " ".join(" ".join(cells(file, "markdown")).split())
    for line in COMMAND.findall(text):
        _, _, module, *arguments = shlex.split(line)
        importlib.import_module(module).parser().parse_intermixed_args(arguments)


def notebook(folder, *sources):
    book = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in sources]
    )
    file = folder / "some.ipynb"
    nbformat.write(book, file)
    return file


def run(*arguments):
    """Runs notebooks as the command does: kernels in a process of their own."""
    command = [sys.executable, str(ROOT / "scripts/run_notebooks.py"), *arguments]
    return subprocess.run(
        list(map(str, command)), capture_output=True, text=True, timeout=1800, cwd=ROOT
    )


def test_what_is_copied_is_enough_and_a_run_stays(tmp_path):
    (tmp_path / "runs").mkdir()
    copied = copy_of_repository(copy_of_repository(tmp_path))
    assert (copied / "experiments/demo.yaml").is_file() and (copied / "runs").is_dir()
    assert (copied / "data/productos/taxonomy.csv").is_file()


@pytest.mark.notebooks
@pytest.mark.filterwarnings("default")  # of the client, not of ours
def test_an_error_in_a_cell_is_told(tmp_path):
    assert executed(notebook(tmp_path, "1 + 1")).cells[0].outputs[0].data
    with pytest.raises(InputError, match=r"some\.ipynb: a cell failed(.|\n)*ZeroDiv"):
        executed(notebook(tmp_path, "1 + 1", "1 / 0"))


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """One copy for all, so that the demo is trained once."""
    return tmp_path_factory.mktemp("repository")


@pytest.mark.notebooks
@each
def test_a_notebook_runs(file, copy):
    done = run(file, "--folder", copy, "--html", copy / "pages")
    assert done.returncode == 0, done.stderr[-4000:]
    assert (copy / "pages" / f"{file.stem}.html").stat().st_size > 10_000
    assert file.name in done.stdout and not (ROOT / "notebooks/runs").exists()


def test_a_notebook_that_is_missing_is_said():
    done = run("none.ipynb")
    assert done.returncode == 2 and "no such notebook" in done.stderr
