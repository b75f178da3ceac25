"""What a service counts, as Prometheus reads it; nothing of a respondent."""

from __future__ import annotations

import time
from collections import Counter as Tally
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Flask, Response, current_app, g, request
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import InfoMetricFamily, Metric

from han.service.coding_queue import CodingQueue
from han.service.model_shelf import ModelShelf

# From a suggestion to a thousand long records.
SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
METHODS = ("GET", "POST", "HEAD", "OPTIONS")


class ServiceMetrics:
    """Counters of one service, in a registry of their own.

    Labels have few values: patterns of addresses, statuses, names of models, routes,
    flags and stages.

    Args:
        shelf: The models, whose versions are told.
        queue: What codes.
    """

    def __init__(self, shelf: ModelShelf, queue: CodingQueue) -> None:
        self.registry = registry = CollectorRegistry()
        self.requests = Counter(
            "han_requests",
            "Requests answered.",
            ["method", "address", "status"],
            registry=registry,
        )
        self.seconds = Histogram(
            "han_request_seconds",
            "Seconds from a request, once all of it was there, to its answer.",
            ["address"],
            buckets=SECONDS,
            registry=registry,
        )
        self.records = Counter(
            "han_records",
            "Records coded; none: without thresholds, flags or stages.",
            ["model", "route", "flag", "method"],
            registry=registry,
        )
        self.reloads = Counter(
            "han_reloads", "Models loaded anew.", ["result"], registry=registry
        )
        waiting = Gauge(
            "han_waiting_records", "Records that wait to be coded.", registry=registry
        )
        waiting.set_function(lambda: queue.waiting)
        for result in ("done", "failed"):
            self.reloads.labels(result)
        registry.register(_ModelVersions(shelf))
        ProcessCollector(registry=registry)

    def count(self, model: str, answers: Sequence[Mapping[str, Any]]) -> None:
        """Counts coded records.

        Args:
            model: Name of the model.
            answers: As of `ServedModel.code`.
        """
        names = ("route", "flag", "method")
        tally = Tally(tuple(a.get(n) or "none" for n in names) for a in answers)
        for labels, number in tally.items():
            self.records.labels(model, *labels).inc(number)

    def text(self) -> bytes:
        """All of it, in the form of Prometheus."""
        return generate_latest(self.registry)


class _ModelVersions:
    """The models that are served now: their names and hashes."""

    def __init__(self, shelf: ModelShelf) -> None:
        self._shelf = shelf

    def collect(self) -> Iterator[Metric]:
        """Is asked whenever metrics are read: a reload changes them."""
        version = self._shelf.version()
        package = InfoMetricFamily("han_version", "Version of the package.")
        package.add_metric([], {"version": version["version"]})
        yield package
        models = InfoMetricFamily(
            "han_model", "Hashes of each model.", labels=["model"]
        )
        for facts in version["models"]:
            hashes = {k: v or "" for k, v in facts.items() if k != "name"}
            models.add_metric([facts["name"]], hashes)
        yield models


def metrics() -> ServiceMetrics:
    """Those of the service that answers."""
    found: ServiceMetrics = current_app.config["METRICS"]
    return found


def register_metrics(app: Flask) -> None:
    """Counts the requests of an application."""
    disable_created_metrics()  # type: ignore[no-untyped-call]
    app.config["METRICS"] = ServiceMetrics(app.config["SHELF"], app.config["QUEUE"])
    app.after_request(_counted)


def _counted(response: Response) -> Response:
    address = request.url_rule.rule if request.url_rule else "none"
    method = request.method if request.method in METHODS else "other"
    metrics().requests.labels(method, address, str(response.status_code)).inc()
    if "began" in g:
        metrics().seconds.labels(address).observe(time.monotonic() - g.began)
    return response
