"""Sources are brought whole and right, or what was there stays."""

import io
import json
import random
import threading
import zipfile

import pytest
from support.published_site import Published, cut, drip, published, status

from han.config.sources_config import SourceConfig
from han.errors import InputError
from han.fetching.fetched_file import fetch_source
from han.fetching.polite_session import NotFetched, PoliteSession, _led_on
from han.tables.file_access import file_digest
from han.tables.provenance import read_provenance

CODES = "código;título\n0111;Cultivo de maíz\n".encode()


@pytest.fixture
def site():
    with published() as found:
        yield found


@pytest.fixture
def waits():
    return []


@pytest.fixture
def fetch(site, tmp_path, waits):
    def fetch(name="codes.csv", accept=False, attempts=4, **more):
        source = SourceConfig(site.address(name), **more)
        session = PoliteSession("me@example.org", 6000, 5, attempts, waits.append)
        given = ("codes", source, tmp_path, session, lambda size, total: None)
        return fetch_source(*given, accept=accept)

    return fetch


def left(folder):
    return sorted(file.name for file in folder.iterdir())


def test_a_file_is_there_with_where_it_comes_from(site, fetch, tmp_path):
    site.files["codes.csv"] = Published(CODES)
    found = fetch(publisher="INEGI", licence="CC BY 4.0", language="spanish")
    assert (found.outcome, found.size) == ("new", len(CODES))
    assert (tmp_path / "codes.csv").read_bytes() == CODES
    assert left(tmp_path) == ["codes.csv", "codes.csv.provenance.json"]
    said = read_provenance(tmp_path / "codes.csv")
    (source,) = said["from"]
    assert source["publisher"] == "INEGI" and source["licence"] == "CC BY 4.0"
    assert source["address"] == site.address("codes.csv")
    assert said["sha256"] == source["sha256"] == file_digest(tmp_path / "codes.csv")
    _, headers = site.asked[-1]
    assert headers["User-Agent"].startswith("han/")
    assert "me@example.org" in headers["User-Agent"]


def test_what_is_here_is_not_brought_again(site, fetch):
    site.files["codes.csv"] = Published(CODES)
    fetch()
    assert fetch().outcome == "same"
    assert site.asked[-1][1]["If-None-Match"] == '"1"'
    site.files["codes.csv"].etag = ""  # then all of it comes, and is the same
    assert fetch().outcome == "same"


def test_what_a_hash_names_is_not_asked_for(site, fetch, tmp_path):
    site.files["codes.csv"] = Published(CODES)
    fetch()
    asked = len(site.asked)
    digest = file_digest(tmp_path / "codes.csv")
    assert fetch(sha256=digest).outcome == "same" and len(site.asked) == asked


def test_changed_content_is_refused_and_kept_aside(site, fetch, tmp_path):
    site.files["codes.csv"] = Published(CODES)
    fetch()
    site.files["codes.csv"] = Published(b"other", etag='"2"')
    found = fetch()
    assert found.outcome == "refused" and "--accept codes" in found.reason
    assert (tmp_path / "codes.csv").read_bytes() == CODES
    assert (tmp_path / "codes.csv.refused").read_bytes() == b"other"
    assert fetch(accept=True).outcome == "changed"
    assert (tmp_path / "codes.csv").read_bytes() == b"other"
    assert fetch().outcome == "same"


def test_content_without_the_hash_is_refused_the_first_time_too(site, fetch, tmp_path):
    site.files["codes.csv"] = Published(CODES)
    found = fetch(sha256=64 * "0")
    assert found.outcome == "refused" and 64 * "0" in found.reason
    assert left(tmp_path) == ["codes.csv.refused"]


def test_what_may_change_takes_the_place(site, fetch, tmp_path):
    site.files["codes.csv"] = Published(CODES)
    fetch(may_change=True)
    site.files["codes.csv"] = Published(b"other", etag='"2"')
    assert fetch(may_change=True).outcome == "changed"
    assert (tmp_path / "codes.csv").read_bytes() == b"other"


def test_a_file_changed_by_hand_is_not_replaced(site, fetch, tmp_path):
    site.files["codes.csv"] = Published(CODES)
    fetch()
    (tmp_path / "codes.csv").write_bytes(b"mine")
    with pytest.raises(InputError, match="not as it was fetched"):
        fetch()
    (tmp_path / "codes.csv.provenance.json").unlink()
    with pytest.raises(InputError, match="not as it was fetched"):
        fetch()
    assert (tmp_path / "codes.csv").read_bytes() == b"mine"


@pytest.mark.parametrize("seed", range(5))
def test_cuts_at_any_byte_lose_nothing(site, fetch, tmp_path, seed):
    draw = random.Random(seed)
    content = draw.randbytes(300_000)
    faults = [cut(draw.randrange(60_000)) for _ in range(3)]
    site.files["codes.csv"] = Published(content, faults=faults)
    assert fetch().outcome == "new"
    assert (tmp_path / "codes.csv").read_bytes() == content
    assert len(site.asked) == 5  # robots.txt, and four attempts


def test_the_next_command_goes_on_where_this_one_was_cut(site, fetch, tmp_path):
    site.files["codes.csv"] = Published(CODES * 999, faults=[cut(20_000)])
    found = fetch(attempts=1)
    assert found.outcome == "failed" and "goes on" in found.reason
    assert not (tmp_path / "codes.csv").exists()
    assert fetch().outcome == "new"
    assert site.asked[-1][1]["Range"] == "bytes=20000-"
    assert (tmp_path / "codes.csv").read_bytes() == CODES * 999


@pytest.mark.parametrize("etag", ['"2"', 'W/"2"', ""])
def test_content_that_changes_between_two_attempts_is_not_mixed(
    site, fetch, tmp_path, etag
):
    site.files["codes.csv"] = Published(CODES * 999, faults=[cut(20_000)])
    fetch(attempts=1)
    site.files["codes.csv"] = Published(b"new" * 5000, etag=etag)
    assert fetch().outcome == "new"
    assert (tmp_path / "codes.csv").read_bytes() == b"new" * 5000


@pytest.mark.parametrize("etag", ['W/"1"', ""])
def test_without_a_strong_mark_it_begins_anew(site, fetch, tmp_path, etag):
    faults = [cut(20_000)]
    site.files["codes.csv"] = Published(CODES * 999, etag=etag, faults=faults)
    assert fetch().outcome == "new"
    assert "Range" not in site.asked[-1][1]
    assert (tmp_path / "codes.csv").read_bytes() == CODES * 999


def test_a_part_that_is_too_long_is_dropped(site, fetch, tmp_path):
    site.files["codes.csv"] = Published(CODES * 9, faults=[cut(200)])
    fetch(attempts=1)
    (tmp_path / ".codes.csv.part").write_bytes(CODES * 20)
    assert fetch().outcome == "new"
    assert (tmp_path / "codes.csv").read_bytes() == CODES * 9


def test_busy_servers_are_asked_when_they_say(site, fetch, waits):
    faults = [status(429, Retry_After="7"), status(503)]
    site.files["codes.csv"] = Published(CODES, faults=faults)
    assert fetch().outcome == "new"
    assert 7.0 in waits and 4.0 in waits
    site.files["b.csv"] = Published(CODES, faults=[status(503, Retry_After="9000")])
    found = fetch("b.csv")
    assert found.outcome == "failed" and "9,000 seconds" in found.reason


def test_a_server_that_is_asked_too_often_is_let_alone(site, tmp_path, waits):
    site.files["codes.csv"] = Published(CODES)
    session = PoliteSession("me@example.org", 30, 5, 1, waits.append)
    source = SourceConfig(site.address("codes.csv"))
    fetch_source("codes", source, tmp_path, session, lambda size, total: None)
    assert len(waits) == 1 and 1.5 < waits[0] <= 2.0  # after robots.txt


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (status(404), "there is nothing at this address (404)"),
        (status(403), "~/.netrc"),
        (status(418), "the server says 418"),
    ],
)
def test_what_does_not_come_is_said(site, fetch, tmp_path, answer, expected):
    site.files["codes.csv"] = Published(CODES, faults=[answer])
    found = fetch()
    assert found.outcome == "failed" and expected in found.reason
    assert not left(tmp_path)


def test_a_page_in_place_of_the_file_is_refused(site, fetch, tmp_path):
    site.files["codes.csv"] = Published(b"<html>", kind="text/html; charset=utf-8")
    found = fetch()
    assert found.outcome == "failed" and "in a browser" in found.reason
    site.files["a.html"] = Published(b"<html>", kind="text/html")
    assert fetch("a.html").outcome == "new"


def test_robots_are_obeyed_where_one_is_led_to(site, fetch):
    faults = [status(302, Location="/no/2.csv")]
    site.files["codes.csv"] = Published(CODES, faults=faults)
    site.files["no/2.csv"] = Published(CODES)
    rules = b"User-agent: *\nDisallow: /no/\n"
    site.files["robots.txt"] = Published(rules, kind="text/plain")
    assert fetch().outcome == "failed"
    assert "no/2.csv" not in {path for path, _ in site.asked}


def test_robots_are_obeyed(site, fetch):
    site.files["codes.csv"] = Published(CODES)
    rules = b"User-agent: han\nDisallow: /codes\nCrawl-delay: 0.01\n"
    site.files["robots.txt"] = Published(rules, kind="text/plain")
    found = fetch()
    assert found.outcome == "failed" and "robots.txt of 127.0.0.1" in found.reason
    assert [path for path, _ in site.asked] == ["robots.txt"]


def test_whoever_is_led_on_is_asked_as_the_first(site, fetch):
    site.files["codes.csv"] = Published(b"", faults=[status(302, Location="b/2.csv")])
    site.files["b/2.csv"] = Published(CODES)
    assert fetch().outcome == "new"


@pytest.mark.parametrize("place", ["ftp://127.0.0.1/a", "file:///etc/passwd"])
def test_nobody_is_led_out_of_http(site, fetch, place):
    faults = [status(302, Location=place)] * 3
    site.files["codes.csv"] = Published(CODES, faults=faults)
    found = fetch()
    assert found.outcome == "failed" and "leads on to another" in found.reason


def test_from_encryption_to_none_nobody_is_led():
    with pytest.raises(NotFetched, match="without encryption"):
        _led_on("https://example.org/a", "http://example.org/b")
    assert _led_on("https://example.org/a/", "b") == "https://example.org/a/b"


def test_without_end(site, fetch):
    faults = [status(302, Location="codes.csv")] * 20
    site.files["codes.csv"] = Published(CODES, faults=faults)
    assert "without end" in fetch().reason


def test_a_server_that_says_nothing_is_left(site, tmp_path, waits):
    hold = threading.Event()
    faults = [lambda handler: hold.wait(20)] * 2
    site.files["codes.csv"] = Published(CODES, faults=faults)
    session = PoliteSession("me@example.org", 6000, 0.2, 2, waits.append)
    source = SourceConfig(site.address("codes.csv"))
    done = fetch_source("codes", source, tmp_path, session, lambda size, total: None)
    hold.set()
    assert done.outcome == "failed" and "did not answer in time, 2" in done.reason


@pytest.mark.parametrize("asked", ["codes.csv", "robots.txt"])
def test_a_server_that_drips_is_left(site, tmp_path, waits, asked):
    site.files["codes.csv"] = Published(CODES)
    site.files.setdefault(asked, Published(b"")).faults = [drip]
    session = PoliteSession("me@example.org", 6000, 5, 1, waits.append)
    session.most_seconds = 0.2
    source = SourceConfig(site.address("codes.csv"))
    done = fetch_source("codes", source, tmp_path, session, lambda size, total: None)
    assert done.outcome == "failed" and "`max_minutes`" in done.reason


def test_what_is_too_large_is_not_kept(site, fetch, tmp_path):
    site.files["codes.csv"] = Published(b"x" * 300_000)
    found = fetch(max_mb=0.1)
    assert found.outcome == "failed" and "max_mb" in found.reason
    assert not left(tmp_path)


def zipped(**files):
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return found.getvalue()


def test_one_file_of_an_archive(site, fetch, tmp_path):
    content = zipped(**{"../evil.csv": b"x", "a/codes.csv": CODES})
    site.files["all.zip"] = Published(content, kind="application/zip")
    assert fetch("all.zip", unpack="a/codes.csv").outcome == "new"
    assert (tmp_path / "codes.csv").read_bytes() == CODES
    assert left(tmp_path) == ["codes.csv", "codes.csv.provenance.json"]
    assert fetch("all.zip", unpack="a/codes.csv").outcome == "same"
    (source,) = json.loads((tmp_path / "codes.csv.provenance.json").read_text())["from"]
    assert source["unpack"] == "a/codes.csv"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (zipped(**{"b.csv": CODES}), "It has b.csv"),
        (b"no archive", "no ZIP archive"),
        (zipped(**{"codes.csv": bytes(3_000_000)}), "unpacked it has more than 1 MB"),
        (zipped(**{"codes.csv": CODES})[:-30], "no ZIP archive"),
    ],
)
def test_archives_that_are_not_as_they_must_be(
    site, fetch, tmp_path, content, expected
):
    site.files["all.zip"] = Published(content, kind="application/zip")
    found = fetch("all.zip", unpack="codes.csv", max_mb=1)
    assert found.outcome == "failed" and expected in found.reason
    assert not (tmp_path / "codes.csv").exists()
