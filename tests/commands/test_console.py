"""`han COMMAND` is `python -m han.COMMAND`."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from support.experiments import ROOT

import han
from han import console


def run_han(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "han", *arguments],
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
    )


def leave(*arguments):
    with pytest.raises(SystemExit) as left:
        console.main(arguments)
    return left.value.code


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_one_line():
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "han", "--help"]
        done = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, encoding="utf-8", cwd=ROOT
        )
    assert (done.returncode, done.stderr) == (1, "han: No space left on device.\n")


@pytest.mark.parametrize("arguments", [(), ("--help",)])
def test_all_commands_are_listed_with_a_line_each(arguments, capsys):
    assert leave(*arguments) == 0
    shown = capsys.readouterr().out
    for name, line in console.COMMANDS.items():
        assert f"  {name} " in shown and line in shown
        assert callable(importlib.import_module(f"han.{name}").main)


def test_version_is_said(capsys):
    assert leave("--version") == 0
    assert capsys.readouterr().out == f"han {han.__version__}\n"


def test_an_unknown_command_is_one_line(capsys):
    assert leave("trian") == 2
    err = capsys.readouterr().err
    assert err == "han: there is no command 'trian'. Did you mean train?\n"


def test_a_command_is_run_and_called_by_its_name():
    helped = run_han("train", "--help")
    assert helped.stdout.startswith("usage: han train ")
    wrong = run_han("train", "missing.yaml")
    assert wrong.returncode == 2
    assert wrong.stderr.startswith(
        "han: missing.yaml: there is no such experiment file. Expected"
    )
    assert wrong.stderr.count("\n") == 1


def test_only_the_command_asked_for_is_imported():
    code = (
        "import sys, han.console as console\n"
        "try: console.main(['plan', '--help'])\n"
        "except SystemExit: pass\n"
        "others = {f'han.{name}' for name in console.COMMANDS} - {'han.plan'}\n"
        "sys.exit(str(others & set(sys.modules)) if others & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_console_script_is_declared():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'han = "han.console:main"' in text
