"""What README and docs/ say can be done, can be done."""

import ast
import doctest
import importlib
import inspect
import re
import shlex
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_args, get_type_hints

import documentation_docstrings
import documentation_pages
import griffe
import pytest
from support.documented_run import demo_folder  # noqa: F401
from support.experiments import ROOT

from han.config import Config, ModelConfig, read_config
from han.config.job_config import read_job
from han.config.sources_config import read_sources
from han.config.yaml_reader import read_section, read_yaml
from han.search.sweep_config import SweepConfig

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md")]
TEXTS = {
    str(page.relative_to(ROOT)): page.read_text(encoding="utf-8") for page in PAGES
}
README = TEXTS["README.md"]
NEEDS_A_RUN = "<!-- needs a trained run -->\n"
CODE = re.compile(rf"({NEEDS_A_RUN})?^```(\w*)\n(.*?)^```", re.S | re.M)
BLOCKS = [
    (page, bool(needs), kind, text)
    for page, content in TEXTS.items()
    for needs, kind, text in CODE.findall(content)
]
SECTIONS = {
    name: {key.name for key in fields(kind)}
    for name, kind in get_type_hints(Config).items()
    if is_dataclass(kind)
}
NO_SETTINGS = {"model.fit", "model.joblib", "model.keras", "taxonomy.csv"}
NO_SETTINGS |= {"pretrained.json", "scrub.py"}
INLINE = re.compile(r"`((?:python|pip|make) [^`]*)`")


def command_lines():
    """Lines of blocks without a language, and commands within sentences."""
    lines = [
        line.split("#")[0].strip()
        for _, _, kind, text in BLOCKS
        if not kind
        for line in text.splitlines()
    ]
    for text in TEXTS.values():
        prose = CODE.sub("", text).replace("\n", " ")
        lines += INLINE.findall(prose)
    # What comes after a pipe is a command like others.
    return sorted({part.strip() for line in lines for part in line.split(" | ")})


def starting(words):
    return [line for line in command_lines() if line.startswith(words)]


def test_readme_is_a_page():
    assert len(README.splitlines()) <= 170


@pytest.mark.parametrize("page", TEXTS)
def test_links_lead_to_files(page):
    links = documentation_pages.LINK.findall(TEXTS[page])
    folder = (ROOT / page).parent
    broken = [link[1] for link in links if not (folder / link[1]).is_file()]
    assert not broken


def test_there_are_links_and_none_is_passed_over():
    links = documentation_pages.LINK.findall(README)
    assert len(links) >= README.count("](") - README.count("](http") >= 20


def test_files_named_are_there():
    named = {
        name
        for text in TEXTS.values()
        for name in re.findall(
            r"`((?:han|scripts|tests|experiments|docs)/[\w/]+\.\w+)`", text
        )
    }
    assert len(named) > 20
    assert not [name for name in named if not (ROOT / name).is_file()]


def test_rooms_of_the_table_are_those_of_the_package():
    first_cells = re.findall(r"^\| (`[^|]*`) \|", TEXTS["CONTRIBUTING.md"], re.M)
    named = set(re.findall(r"`([\w.]+)`", " ".join(first_cells)))
    rooms = {file.parent.name for file in (ROOT / "han").glob("*/__init__.py")}
    files = {file.name for file in (ROOT / "han").glob("*.py")} - {"__init__.py"}
    assert not (rooms | files) - named


@pytest.mark.parametrize("line", starting("python -m han."))
def test_command_is_accepted(line):
    _, _, module, *arguments = shlex.split(line)
    # In a sentence the command may stand alone, or with dots for what comes before.
    if not arguments or {"...", "--help"} & set(arguments):
        importlib.import_module(module)
        return
    importlib.import_module(module).parser().parse_intermixed_args(arguments)
    for word in arguments:
        if word.startswith("experiments/"):
            assert (ROOT / word).is_file()


@pytest.mark.parametrize("line", starting("python scripts/"))
def test_script_is_accepted(line):
    _, file, *arguments = shlex.split(line)
    script = importlib.import_module(Path(file).stem)
    if hasattr(script, "parser"):
        script.parser().parse_intermixed_args(arguments)
    else:
        assert not arguments


def test_commands_were_found():
    assert len(starting("python -m han.")) > 30
    assert len(starting("python scripts/")) > 8


def test_make_targets_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for line in starting("make "):
        assert re.search(rf"^{line.split()[1]}:", makefile, re.M), line
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "make test\n" in ci and "make docs\n" in ci


def test_extras_exist():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for text in TEXTS.values():
        for extra in re.findall(r"'\.\[([a-z]+)\]'", text):
            assert re.search(rf"^{extra} = \[", project, re.M), extra


def test_settings_named_exist():
    named = {
        (page, section, key)
        for page, text in TEXTS.items()
        for section, key in re.findall(r"`([a-z]+)\.(\w+)[^`]*`", text)
        if section in SECTIONS and f"{section}.{key}" not in NO_SETTINGS
    }
    assert len(named) > 40
    unknown = {name for name in named if name[2] not in SECTIONS[name[1]]}
    assert not unknown


def test_overrides_shown_are_known(monkeypatch):
    monkeypatch.chdir(ROOT)
    pattern = r"(?:\s|`)((?:training|model|logging|augmentation)\.\w+=[\w/.-]*\w)"
    shown = {found for text in TEXTS.values() for found in re.findall(pattern, text)}
    assert len(shown) >= 8
    for setting in shown:  # one by one: two of them may contradict each other
        read_config(Path("experiments/demo.yaml"), [setting])


@pytest.mark.parametrize("text", {t for _, _, kind, t in BLOCKS if kind == "yaml"})
def test_yaml_shown_is_valid(text, tmp_path):
    file = tmp_path / "shown.yaml"
    begins = "\ntaxonomy:" in text or text.startswith("scrub:")
    is_part = begins and "data:" not in text  # a section alone
    data = "data: {train: a, fields: {b: {}}, label_columns: [c], key_columns: [d]}\n"
    file.write_text(data + text if is_part else text, encoding="utf-8")
    if "tasks:\n  occupation:" in text:
        others = "name: a\ninput: {files: [a]}\noutput: {folder: b}\n"
        file.write_text(text if "\ninput:" in text else others + text, encoding="utf-8")
        assert read_job(file).tasks
    elif text.startswith("contact:"):
        file.write_text(text.replace("0f1e...", 64 * "0"), encoding="utf-8")
        assert read_sources(file).sources
    elif text.startswith("experiment:"):
        assert read_section(SweepConfig, read_yaml(file)).space
    else:
        assert read_config(file).data.key_columns


def test_every_key_stands_in_the_reference():
    page = documentation_pages.settings_markdown()
    for title, file in documentation_pages.FILES.items():
        names = documentation_pages.section_names(file)
        for name, kind in documentation_pages.sections(file):
            hints = get_type_hints(kind)
            _, meanings = documentation_pages.documented(kind)
            assert list(meanings) == [key.name for key in fields(kind)]
            for key in fields(kind):
                assert len(meanings[key.name]) > 8, (name, key.name)
                place = documentation_pages.place(title, name, key.name)
                below = names.get(hints[key.name], "?")
                is_section = f"### `{below}`\n" in page
                assert is_section or page.count(f"{{ #{place} }}") == 1, place


def test_reference_has_types_limits_and_defaults():
    page = documentation_pages.settings_markdown()
    row = next(line for line in page.splitlines() if "#training.epochs " in line)
    assert "whole number, at least 1" in row and "default: `10`" in row
    row = next(line for line in page.splitlines() if "#model.encoder " in line)
    for choice in get_args(get_type_hints(ModelConfig)["encoder"]):
        assert f"`{choice}`" in row


def test_every_command_stands_in_the_reference():
    page = documentation_pages.commands_markdown()
    for file in (ROOT / "han").glob("*.py"):
        if "run_command(main)" in file.read_text(encoding="utf-8"):
            assert f"\n## `python -m han.{file.stem}`" in page
    assert "--must-not-regress" in page


def test_links_of_the_repository_become_those_of_the_site():
    def on_site(link, source, page):
        found = documentation_pages.LINK.search(f"[text]({link})")
        return documentation_pages.site_link(found, source, page)

    guide = documentation_pages.PurePosixPath("docs/user_guide/data.md")
    readme = documentation_pages.PurePosixPath("README.md")
    there = "user_guide/data.md"
    assert on_site("planning.md#a", guide, there) == "](planning.md#a)"
    assert on_site("../../data/README.md", guide, there) == "](../shipped_data.md)"
    picture = "notebooks/images/report.png"
    assert on_site(f"../../{picture}", guide, there) == "](../images/report.png)"
    assert on_site(picture, readme, "index.md") == "](images/report.png)"
    assert on_site("docs/reference/han.md", readme, "index.md") == "](reference/han.md)"


def test_references_of_docstrings_are_shown():
    text = (
        "What.\n\nReference:\n    Somebody 2020,\n    something.\n\nExample:\n    >>> 1"
    )
    shown = documentation_docstrings.known_sections(text)
    assert "**Reference:**\n\nSomebody 2020,\nsomething.\n" in shown
    assert "Examples:\n    >>> 1" in shown
    assert not doctest.testmod(documentation_docstrings).failed


def test_defaults_are_shown_as_values():
    name = "han.estimator.text_classifier"
    shown = griffe.load(
        name,
        search_paths=[ROOT],
        extensions=griffe.Extensions(documentation_docstrings.Sections()),
    )["HierarchicalTextClassifier.__init__"].parameters
    real = inspect.signature(importlib.import_module(name).HierarchicalTextClassifier)
    for parameter in real.parameters.values():
        assert ast.literal_eval(str(shown[parameter.name].default)) == parameter.default


def python_of(page, needs_a_run):
    blocks = [b for b in BLOCKS if b[:3] == (page, needs_a_run, "python")]
    return "\n".join(text for *_, text in blocks)


def pages_with_python(needs_a_run):
    return [page for page in TEXTS if python_of(page, needs_a_run)]


@pytest.mark.tensorflow
@pytest.mark.parametrize("page", pages_with_python(False))
def test_python_shown_runs(page, tmp_path, monkeypatch):
    (tmp_path / "data").symlink_to(ROOT / "data")  # as in the folder of the repository
    monkeypatch.chdir(tmp_path)
    exec(python_of(page, False), {})


@pytest.mark.tensorflow
@pytest.mark.parametrize("page", pages_with_python(True))
def test_python_shown_runs_on_a_run(page, demo_folder, monkeypatch):  # noqa: F811
    monkeypatch.chdir(demo_folder)
    exec(python_of(page, True), {})


@pytest.mark.parametrize("folder, command", [(".", "train"), ("jobs", "code")])
def test_every_experiment_opens_with_its_command(folder, command):
    files = sorted((ROOT / "experiments" / folder).glob("*.yaml"))
    assert files
    for file in files:
        head = file.read_text(encoding="utf-8").splitlines()
        name = file.relative_to(ROOT)
        assert head[0] == f"# {name}"
        assert f"python -m han.{command} {name}" in "\n".join(head[:4])
