"""The examples of experiments/sources read pages into code lists."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from support.published_site import Published, published

from han import fetch
from han.code_list.code_list_files import read_code_list
from han.config.sources_config import read_sources
from han.tables.file_access import file_digest
from han.tables.provenance import read_provenance

EXAMPLES = Path(__file__).resolve().parents[2] / "experiments" / "sources"
TABLE = """<html><table><tr><td>menu</td></tr></table>
<table><tr><th>Section</th><th>Code</th><th>Title</th></tr>
<tr><td rowspan="2">A</td><td>0111</td><td>Cultivo de <b>maíz</b></td></tr>
<tr><td>0112</td><td>Cultivo de ñame</td></tr>
<tr><td>B</td><td>0510</td><td>Extracción de carbón</td></tr>
<tr><td colspan="3">Source: Office</td></tr></table>"""


@pytest.fixture
def site():
    with published() as found:
        yield found


def run(script, *arguments):
    words = [sys.executable, str(EXAMPLES / script), *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True)


def test_the_file_of_sources_is_right():
    config = read_sources(EXAMPLES / "sources.yaml")
    assert {*config.sources} == {"isic4", "isco08"}


def test_a_table_of_a_page_that_was_fetched(site, tmp_path):
    site.files["codes.html"] = Published(TABLE.encode(), kind="text/html")
    sources = tmp_path / "sources.yaml"
    sources.write_text(
        f"contact: me@example.org\nfolder: {tmp_path}\nrequests_a_minute: 6000\n"
        f"sources: {{codes: {{address: '{site.address('codes.html')}', "
        "licence: CC BY 4.0}}"
    )
    assert fetch.main([str(sources)]) == 0
    page, target = tmp_path / "codes.html", tmp_path / "codes.csv"
    done = run("code_table.py", page, "-o", target)
    assert done.returncode == 0, done.stderr
    table = pd.read_csv(target, dtype=str)
    assert table["Code"].tolist() == ["0111", "0112", "0510"]
    assert table["Title"].tolist()[:2] == ["Cultivo de maíz", "Cultivo de ñame"]
    assert table["Section"].tolist() == ["A", "A", "B"]
    (made_of,) = read_provenance(target)["from"]
    assert made_of["sha256"] == file_digest(page)
    assert made_of["from"][0]["licence"] == "CC BY 4.0"
    done = run("code_table.py", page, "-o", target, "--columns", "clave")
    assert done.returncode == 2 and "Section, Code, Title" in done.stderr


def page(code, title, parent="", includes="", links=()):
    linked = "".join(f'<a class="below" href="{link}">more</a>' for link in links)
    return Published(
        f"""<html><h1 class="code">{code}</h1><p class="title">{title}</p>
        <p class="parent">{parent}</p><p class="includes">{includes}</p>
        {linked}<a class="below" href="/private/secret.html">no</a></html>""".encode(),
        kind="text/html; charset=utf-8",
    )


def test_pages_of_a_site(site, tmp_path):
    links = ["01.html", "02.html"]
    site.files["codes/"] = page("", "", links=links)
    site.files["codes/01.html"] = page("01", "Agrícola", links=["0111.html"])
    site.files["codes/02.html"] = page("02", "Forestal", links=["closed/x.html"])
    site.files["codes/0111.html"] = page("0111", "Maíz", "01", "elote, choclo")
    site.files["codes/closed/x.html"] = page("0222", "no")
    rules = b"User-agent: *\nDisallow: /codes/closed/\n"
    site.files["robots.txt"] = Published(rules, kind="text/plain")
    target = tmp_path / "codes.csv"
    given = (site.address("codes/"), "--contact", "me@example.org", "--pause", "0")
    done = run("code_pages.py", *given, "-o", target)
    assert done.returncode == 0, done.stderr
    table = pd.read_csv(target, dtype=str, keep_default_na=False)
    assert table["code"].tolist() == ["01", "0111", "02"]
    assert table["includes"].tolist() == ["", "elote, choclo", ""]
    assert "private/secret.html" not in {path for path, _ in site.asked}
    (made_of,) = read_provenance(target)["from"]
    assert made_of == {"address": site.address("codes/"), "pages": 3}
    tree = read_code_list(target)
    assert sorted(tree.codes) == ["01", "0111", "02"]
