"""nginx before the service: the same limit, and errors of the same form."""

import json
import re

from support.deployed import DEPLOY

from han.service.problem import Problem
from han.service.service_settings import ServiceSettings

CONF = (DEPLOY / "proxy" / "nginx.conf").read_text(encoding="utf-8")


def test_as_much_may_be_sent_as_to_the_service():
    size = re.search(r"client_max_body_size (\d+);", CONF).group(1)
    assert int(size) == ServiceSettings.max_bytes


def test_errors_of_nginx_are_problems():
    text = re.search("return 200 '(.*)';", CONF).group(1)
    found = json.loads(text.replace("$status", "502"))
    assert set(found) == set(Problem(502, "Not there.").as_json("7f3a"))
    assert "default_type application/problem+json;" in CONF
    assert re.search(r"error_page [0-9 ]*\b413 [0-9 ]*\b502 [0-9 ]*/problem;", CONF)
