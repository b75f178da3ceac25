"""Every field of the log is in the mapping of the Elasticsearch example."""

import ast
import json
import logging
import re

import yaml
from support.experiments import ROOT

from han.service.event_log import EventLog, LibraryEvents

FOLDER = ROOT / "deploy" / "logs"
TEMPLATE = json.loads((FOLDER / "index_template.json").read_text())
FIELDS = TEMPLATE["template"]["mappings"]["properties"]["han"]["properties"]
ROOMS = ("service", "service_site", "jobs", "commands")


def events():
    """Calls that add to a log: the file, and the names of what they say."""
    for room in ROOMS:
        for file in sorted((ROOT / "han" / room).glob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                is_said = isinstance(node, ast.Call) and re.fullmatch(
                    r".*\b_?(log|events)\.say", ast.unparse(node.func)
                )
                if is_said:
                    yield file.name, {k.arg for k in node.keywords if k.arg}


def test_all_that_is_said_has_a_field():
    found = list(events())
    assert len(found) > 15 and {"guard.py", "reading_step.py"} <= {f for f, _ in found}
    assert not {(f, name) for f, names in found for name in names - {*FIELDS}}


def test_what_is_made_of_parts_has_fields_too(tmp_path):
    texts = [
        (ROOT / "han" / "service_site" / f).read_text()
        for f in ("guard.py", "service_server.py")
    ]
    dicts = [
        node
        for text in texts
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Dict) and node.keys
    ]
    names = {
        key.value for d in dicts for key in d.keys if isinstance(key, ast.Constant)
    }
    assert {"request_id", "ms", "reason", "places"} <= names <= {*FIELDS}
    log = EventLog(tmp_path / "log.jsonl", version="1")
    handler = LibraryEvents(log)
    try:
        raise ValueError
    except ValueError as error:
        known = (type(error), error, error.__traceback__)
    handler.emit(_record("han.runs", known))
    log.lost = 1
    log.say("begun")
    for line in log.file.read_text().splitlines():
        assert set(json.loads(line)) <= {*FIELDS}


def _record(name, error):
    return logging.LogRecord(name, logging.INFO, __file__, 1, "read", (), error)


def test_filebeat_reads_both_logs_and_their_time():
    read = yaml.safe_load((FOLDER / "filebeat.yml").read_text())
    assert [one["id"] for one in read["filebeat.inputs"]] == ["han-serve", "han-code"]
    for one in read["filebeat.inputs"]:
        assert one["parsers"][0]["ndjson"]["target"] == "han"
    assert read["processors"][0]["timestamp"]["field"] == "han.time"
    pattern = TEMPLATE["index_patterns"][0].replace("*", ".*")
    assert re.fullmatch(pattern, read["output.elasticsearch"]["index"])
