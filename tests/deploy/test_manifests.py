"""Kubernetes: what is started, who may reach it, and the coding job in steps."""

import os
import shutil
import subprocess

import pytest
import yaml
from support.deployed import DEPLOY, accepted, documents, texts_of

from han import code

FOLDER = DEPLOY / "kubernetes"
JOB = FOLDER / "job" / "coding_job.yaml"
FILES = [*FOLDER.glob("*.yaml"), *FOLDER.glob("job/*.yaml")]
FOUND = [
    one
    for file in FILES
    if file.name != "kustomization.yaml"
    for one in documents(file)
]
PODS = {
    one["metadata"]["name"]: one["spec"]["template"]
    for one in FOUND
    if one["kind"] in ("Deployment", "Job")
}


def only(kind, name="han"):
    [found] = [
        one for one in FOUND if one["kind"] == kind and one["metadata"]["name"] == name
    ]
    return found["spec"]


def test_all_files_are_in_a_kustomization():
    for folder in (FOLDER, FOLDER / "job"):
        [kustomization] = documents_of(folder / "kustomization.yaml")
        names = {file.name for file in folder.glob("*.yaml")} - {"kustomization.yaml"}
        assert set(kustomization["resources"]) == names


def documents_of(file):
    return list(yaml.safe_load_all(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", PODS)
def test_pods_have_no_rights(name):
    pod = PODS[name]["spec"]
    user = texts_of("base", "USER")[0].split(":")
    known = pod["securityContext"]
    assert [str(known["runAsUser"]), str(known["runAsGroup"])] == user
    assert known["runAsNonRoot"] and known["seccompProfile"]["type"] == "RuntimeDefault"
    assert not pod["automountServiceAccountToken"]
    [container] = pod["containers"]
    rights = container["securityContext"]
    assert rights["readOnlyRootFilesystem"] and rights["capabilities"]["drop"] == [
        "ALL"
    ]
    assert not rights["allowPrivilegeEscalation"]
    assert container["resources"]["limits"]["memory"]
    mounts = {one["mountPath"]: one["name"] for one in container["volumeMounts"]}
    assert "/tmp" in mounts
    assert set(mounts.values()) == {one["name"] for one in pod["volumes"]}


@pytest.mark.parametrize("name", PODS)
def test_what_pods_start_is_a_command(name):
    [container] = PODS[name]["spec"]["containers"]
    accepted(container["args"])


def test_the_service_is_found_probed_and_scaled():
    [container] = PODS["han"]["spec"]["containers"]
    given = accepted(container["args"])
    mounts = [one["mountPath"] for one in container["volumeMounts"]]
    assert str(given.keys).rpartition("/")[0] in mounts
    assert not any(
        "subPath" in one for one in container["volumeMounts"]
    )  # never changes
    assert container["ports"] == [{"name": "http", "containerPort": given.port}]
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        asked = container[probe]["httpGet"]
        assert asked["port"] == "http" and asked["path"] in ("/health", "/ready")
    labels = PODS["han"]["metadata"]["labels"]
    assert only("Service")["selector"] == labels
    assert only("Service")["ports"][0]["targetPort"] == "http"
    assert only("PodDisruptionBudget")["selector"]["matchLabels"] == labels
    scaled = only("HorizontalPodAutoscaler")
    assert scaled["scaleTargetRef"]["name"] == "han"
    assert scaled["minReplicas"] > only("PodDisruptionBudget")["minAvailable"]
    assert "cpu" in container["resources"]["requests"]  # a share of it is measured


@pytest.mark.parametrize(("policy", "pods"), [("han", "han"), ("han-code", "han-code")])
def test_no_pod_reaches_out(policy, pods):
    spec = only("NetworkPolicy", policy)
    assert spec["podSelector"]["matchLabels"] == PODS[pods]["metadata"]["labels"]
    assert spec["policyTypes"] == ["Ingress", "Egress"] and "egress" not in spec
    if policy == "han":
        assert spec["ingress"][0]["ports"] == [{"port": "http"}]


def test_the_steps_of_a_job_give_what_one_command_gives(small_job, tmp_path):
    file = str(small_job)
    assert code.main([file, f"output.folder={tmp_path}/alone"]) == 0
    for step in ("read", "code", "write"):
        [job] = [
            one for one in documents(JOB) if one["metadata"]["labels"]["step"] == step
        ]
        [container] = job["spec"]["template"]["spec"]["containers"]
        for index in range(job["spec"].get("completions", 1)):
            _, _, *more = container["args"]
            words = [w.replace("$(JOB_COMPLETION_INDEX)", str(index)) for w in more]
            assert code.main([file, f"output.folder={tmp_path}/steps", *words]) == 0
    one, other = (
        sorted((tmp_path / n / "coded").iterdir()) for n in ("alone", "steps")
    )
    assert [f.name for f in one] == [f.name for f in other]
    assert [f.read_bytes() for f in one] == [f.read_bytes() for f in other]


KUBECTL = """#!/bin/sh
echo "$*" | sed -E 's/^-n han //; s/ .*step=([a-z]*).*/ \\1/' >> "$CALLS"
case $* in *get*) echo "$STATE" ;; esac
"""


@pytest.mark.parametrize(
    ("state", "ended"),
    [("SuccessCriteriaMet Complete", 0), ("FailureTarget Failed", 1)],
)
def test_each_wave_has_jobs_of_its_own_and_a_failure_ends_it(tmp_path, state, ended):
    (tmp_path / "kubectl").write_text(KUBECTL)
    (tmp_path / "kubectl").chmod(0o755)
    path, calls = f"{tmp_path}:{os.environ['PATH']}", tmp_path / "calls"
    env = {**os.environ, "PATH": path, "STATE": state, "CALLS": str(calls)}
    done = subprocess.run(
        ["sh", JOB.parent / "run_job.sh"], env=env, capture_output=True, text=True
    )
    assert done.returncode == ended and ("read failed" in done.stderr) == bool(ended)
    steps = ["read"] if ended else ["read", "code", "write"]
    wanted = [f"{what} {s}" for s in steps for what in ("delete", "apply", "get")]
    assert calls.read_text().splitlines() == wanted
    labels = [one["metadata"]["labels"]["step"] for one in documents(JOB)]
    assert set(steps) <= set(labels)


def test_each_part_has_an_index():
    spec = only("Job", "han-code")
    assert spec["completionMode"] == "Indexed"
    assert spec["parallelism"] <= spec["completions"]
    [container] = spec["template"]["spec"]["containers"]
    parts = container["args"][-1].rpartition("/")[2]
    assert int(parts) == spec["completions"]


@pytest.mark.deploy
@pytest.mark.parametrize("folder", [FOLDER, FOLDER / "job"], ids=["service", "job"])
def test_kubernetes_knows_all_keys(folder):
    validate = pytest.importorskip("kubernetes_validate").validate
    built = built_by_kubectl(folder)
    for one in built:
        validate(one, "1.33", strict=True)
    with pytest.raises(Exception, match="replica"):
        validate({**built[0], "replica": 1}, "1.33", strict=True)


def built_by_kubectl(folder):
    """What kubectl would apply; the files as they are where there is none."""
    if shutil.which("kubectl") is None:
        files = [f for f in folder.glob("*.yaml") if f.name != "kustomization.yaml"]
        return [one for file in files for one in documents(file)]
    done = subprocess.run(
        ["kubectl", "kustomize", folder], check=True, capture_output=True, text=True
    )
    built = [*yaml.safe_load_all(done.stdout)]
    names = {(one["kind"], one["metadata"]["name"]) for one in built}
    assert len(names) == len(built)
    assert all(one["metadata"].get("namespace", "han") == "han" for one in built)
    return built
