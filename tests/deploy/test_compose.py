"""docker-compose: services that fit together, and what Prometheus looks at."""

import re
import shutil
import subprocess

import pytest
import yaml
from support.deployed import DEPLOY, accepted
from support.served_run import client_of

FOLDER = DEPLOY / "compose"


def read(name):
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


COMPOSE = read("docker-compose.yaml")
SERVICES = COMPOSE["services"]
OURS = [name for name, one in SERVICES.items() if one["image"].startswith("han:")]


@pytest.mark.parametrize("name", OURS)
def test_a_service_is_a_command_that_listens_where_it_is_published(name):
    one = SERVICES[name]
    given = accepted(one["command"])
    assert given.host == "0.0.0.0" and given.behind_proxy
    assert one["ports"] == [f"127.0.0.1:{given.port}:{given.port}"]
    assert one["read_only"] and one["cap_drop"] == ["ALL"] and one["tmpfs"] == ["/tmp"]
    assert one["mem_limit"]


def test_files_are_where_they_are_looked_for():
    image = SERVICES["service"]["build"]
    context = (FOLDER / image["context"]).resolve()
    assert (context / image["dockerfile"]).is_file()
    assert (context / "pyproject.toml").is_file()
    for volume in SERVICES["prometheus"]["volumes"]:
        source = volume.split(":")[0]
        assert source in COMPOSE["volumes"] or (FOLDER / source).is_file()
    given = accepted(SERVICES["service"]["command"])
    folder = str(given.keys).rpartition("/")[0]
    assert f"./keys:{folder}:ro" in SERVICES["service"]["volumes"]
    for one in SERVICES.values():
        assert set(one.get("secrets", [])) <= set(COMPOSE["secrets"])


def test_the_page_of_clerks_finds_its_database():
    queue, given = SERVICES["queue"], accepted(SERVICES["review"]["command"])
    user, host, name = re.fullmatch(
        r"postgresql\+psycopg://(\w+)@(\w+)/(\w+)", given.queue
    ).groups()
    assert host in SERVICES and host in SERVICES["review"]["depends_on"]
    assert (user, name) == tuple(
        queue["environment"][key] for key in ("POSTGRES_USER", "POSTGRES_DB")
    )
    secret = SERVICES["review"]["environment"]["PGPASSWORD"]
    assert secret == queue["environment"]["POSTGRES_PASSWORD"]
    assert secret.startswith("${HAN_DB_PASSWORD:?")  # nobody starts without one


def test_prometheus_looks_at_the_service():
    [job] = read("prometheus.yaml")["scrape_configs"]
    port = accepted(SERVICES["service"]["command"]).port
    assert job["static_configs"] == [{"targets": [f"service:{port}"]}]
    file = job["authorization"]["credentials_file"]
    assert file in [f"/run/secrets/{n}" for n in SERVICES["prometheus"]["secrets"]]
    mounts = [volume.split(":")[1] for volume in SERVICES["prometheus"]["volumes"]]
    [rules] = read("prometheus.yaml")["rule_files"]
    assert f"/etc/prometheus/{rules}" in mounts


def test_alerts_name_what_is_measured(baseline_run):
    client = client_of(baseline_run)
    client.get("/ready")
    text = client.get("/metrics").get_data(as_text=True)
    names = set(re.findall(r"^# TYPE (\w+)", text, re.M))
    names |= {f"{name}_bucket" for name in names}
    rules = [rule for g in read("alerts.yaml")["groups"] for rule in g["rules"]]
    asked = [(re.findall(r"\bhan_\w+", rule["expr"]), rule) for rule in rules]
    assert sum(bool(found) for found, _ in asked) >= 4
    for found, rule in asked:
        assert set(found) <= names, rule
        assert {"alert", "expr", "annotations"} <= set(rule)
    labels = set(re.findall(r"(\w+)=~?\"", "".join(r["expr"] for r in rules)))
    assert labels == {"job", "status", "address", "route", "result", "plan"}
    assert re.search('^han_model_info{[^}]*plan="', text, re.M)
    assert "/v1/code" in {rule.rule for rule in client.application.url_map.iter_rules()}


@pytest.mark.deploy
def test_prometheus_takes_the_rules():
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed (apt-get install prometheus)")
    command = ["promtool", "check", "rules", FOLDER / "alerts.yaml"]
    subprocess.run(command, check=True, capture_output=True)
