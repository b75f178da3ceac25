"""The script of the whole way, on small data: each step is in a row's lineage."""

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.experiments import ROOT, ROWS
from support.published_site import Published, published

pytestmark = pytest.mark.slow

SCRIPT = ROOT / "experiments" / "whole_way" / "whole_way.sh"
CANARIES = ("5512345678", "zenobia", "canario@")
SECRET = ", tel. 5512345678, doña Zenobia, canario@correo.mx"
CODES = "code,parent,title\n1,,Comida\n2,,Fierro\n" + "".join(
    f"{top}{one},{top},{top}{one} algo\n{top}{one}1,{top}{one},cosa {top}{one}1\n"
    for top in "12"
    for one in "12"
)
STEPS = [
    "ana (coder) gave ",
    "input: file answers.csv",
    "approved ",
    "by Berta Ruiz: as good as the last one",
    "planned ",
    "trained ",
    "data.train: file records.csv",
    "scrubbed ",
    "fetched ",
    "publisher: Tax Office",
    "taxonomy.file: code list codes.csv",
    "drawn for clerks ",
    "learnt from clerks ",
]


def record(number, labelled):
    text, one, two = ROWS[number % len(ROWS)]
    words = f"{text} n{number % 37} x{number}{SECRET if number % 5 == 0 else ''}"
    codes = f",{one},{two},{two}1" if labelled else ""
    return f'{number:05d},"{words}"{codes}\n'


@pytest.fixture
def done(tmp_path):
    """What the script printed, in a folder that was empty."""
    records = "clave,descripcion,level_1,level_2,level_3\n"
    records += "".join(record(number, True) for number in range(900))
    answers = tmp_path / "answers.csv"
    rows = "".join(record(number, False) for number in range(5000, 5300))
    answers.write_text("folio,producto\n" + rows, "utf-8")
    (tmp_path / "office").mkdir()
    with published() as site:
        site.files["codes.csv"] = Published(CODES.encode())
        content = gzip.compress(records.encode(), mtime=0)
        site.files["records.csv.gz"] = Published(content, "application/gzip")
        env = {**os.environ, "SITE": site.address("")[:-1], "ANSWERS": str(answers)}
        env |= {"TARGET": "leaf=0.99", "PYTHONPATH": str(ROOT)}
        env["PATH"] = f"{Path(sys.executable).parent}:{env['PATH']}"
        run = ["sh", str(SCRIPT)]
        office = tmp_path / "office"
        yield (
            office,
            subprocess.run(run, cwd=office, env=env, capture_output=True, text=True),
        )


def test_every_step_is_in_the_lineage_of_a_row(done):
    office, ended = done
    assert ended.returncode == 0, ended.stderr
    lineage = ended.stdout[ended.stdout.index("Row folio=") :]
    assert [step for step in STEPS if step not in lineage] == []
    assert "CHANGED" not in lineage and "no longer" not in lineage
    assert (office / "events.jsonl").read_text().count("COMPLETE") >= 9
    # What people wrote of themselves is in what the publisher gave, and nowhere else.
    leaks = {
        file.relative_to(office).parts[0]
        for file in office.rglob("*")
        if file.is_file()
        and any(c.encode() in file.read_bytes().lower() for c in CANARIES)
    }
    assert leaks <= {"sources"} and not any(c in ended.stderr for c in CANARIES)
