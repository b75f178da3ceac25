"""`/health`, `/ready`, `/version`, `/metrics`: how the service is, and what it is."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST

from han.service_site.request_parts import queue, shelf
from han.service_site.service_metrics import metrics

state_routes = Blueprint("state", __name__)


@state_routes.get("/health")
def health() -> Response:
    """The process answers."""
    return jsonify(status="alive")


@state_routes.get("/ready")
def ready() -> tuple[Response, int]:
    """Whether requests may come: 503 from the moment that the service is stopped."""
    if queue().is_closing:
        return jsonify(status="stopping"), 503
    return jsonify(status="ready"), 200


@state_routes.get("/version")
def version() -> Response:
    """The version of the package, and the hashes of each model."""
    return jsonify(shelf().version())


@state_routes.get("/metrics")
def metrics_page() -> Response:
    """Counters for Prometheus."""
    return Response(metrics().text(), content_type=CONTENT_TYPE_LATEST)
