"""`han.fetch` from its file of sources to its exit code."""

import json

import pytest
from support.published_site import Published, published

from han import fetch
from han.config.sources_config import read_sources
from han.errors import InputError
from han.tables.provenance import provenance_file, read_provenance

CODES = b"code,title\n0111,Maize\n"


@pytest.fixture
def site():
    with published() as found:
        found.files["codes.csv"] = Published(CODES)
        found.files["notes.csv"] = Published(b"code,note\n")
        yield found


@pytest.fixture
def sources(site, tmp_path):
    file = tmp_path / "sources.yaml"
    file.write_text(
        f"""contact: me@example.org
folder: {tmp_path}/here
requests_a_minute: 6000
attempts: 1
sources:
  codes: {{address: "{site.address("codes.csv")}", publisher: Office}}
  notes: {{address: "{site.address("notes.csv")}"}}
"""
    )
    return file


def test_all_and_then_nothing(sources, site, tmp_path, capsys):
    assert fetch.main([str(sources), "--lang", "en"]) == 0
    assert (tmp_path / "here" / "codes.csv").read_bytes() == CODES
    assert "2 of 2 sources are here." in capsys.readouterr().out
    assert fetch.main([str(sources), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [one["outcome"] for one in said] == ["same", "same"]


def test_what_does_not_come_is_an_exit_code_of_its_own(sources, site, tmp_path, capsys):
    del site.files["codes.csv"]
    assert fetch.main([str(sources), "--lang", "es"]) == 4
    said = capsys.readouterr()
    assert "no llegó" in said.out and "Están aquí 1 de 2 fuentes." in said.out
    assert said.err.startswith("han: codes: there is nothing at this address")
    assert (tmp_path / "here" / "notes.csv").exists()


def test_one_source_alone_and_what_is_accepted(sources, site, tmp_path, capsys):
    assert fetch.main([str(sources), "--only", "codes"]) == 0
    assert not (tmp_path / "here" / "notes.csv").exists()
    site.files["codes.csv"] = Published(b"new", etag='"2"')
    assert fetch.main([str(sources), "--only", "codes"]) == 3
    del site.files["notes.csv"]
    assert fetch.main([str(sources)]) == 3  # what is refused needs a person
    assert fetch.main([str(sources), "--only", "codes", "--accept", "codes"]) == 0
    assert (tmp_path / "here" / "codes.csv").read_bytes() == b"new"
    with pytest.raises(InputError, match=r"no source other\. Known: codes, notes"):
        fetch.main([str(sources), "--only", "other"])


def test_a_check_asks_nobody(sources, site, capsys):
    assert fetch.main([str(sources), "--check", "--lang", "en"]) == 0
    assert "would be brought" in capsys.readouterr().out and not site.asked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("contact: me@x.org\nsources: {}", "`sources` is empty"),
        ("contact: me\nsources: {a: {address: 'http://x.org/a.csv'}}", "`contact`"),
        ("contact: me@x.org\nsources: {a: {address: 'ftp://x.org/a'}}", "http://"),
        ("contact: me@x.org\nsources: {a: {address: 'http://u:p@x.org/a'}}", "netrc"),
        ("contact: me@x.org\nsources: {a: {address: 'http://x.org/'}}", "`sources.a.f"),
        (
            "contact: me@x.org\nsources: {a: {address: 'http://x.org/a', file: ../b}}",
            "without folders",
        ),
        (
            "contact: me@x.org\nsources: {a: {address: 'http://x.org/a', sha256: 12}}",
            "64 digits",
        ),
        (
            "contact: me@x.org\nsources: {a: {address: 'http://x.org/a'}, "
            "b: {address: 'http://y.org/A'}}",
            "both written to",
        ),
        ("contact: me@x.org\nsources: {a: {adress: 'http://x.org/a'}}", "Did you mean"),
    ],
)
def test_mistakes_are_said_before_anybody_is_asked(tmp_path, text, expected):
    file = tmp_path / "sources.yaml"
    file.write_text(text)
    with pytest.raises(InputError, match=expected) as error:
        read_sources(file)
    assert "u:p" not in str(error.value)


def test_a_damaged_record_is_said(tmp_path):
    file = tmp_path / "a.csv"
    assert read_provenance(file) is None
    for content in ("{", "[]", "{}"):
        provenance_file(file).write_text(content)
        with pytest.raises(InputError, match="no record of where"):
            read_provenance(file)
