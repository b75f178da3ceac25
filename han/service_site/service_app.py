"""The Flask application of the service: its parts."""

from __future__ import annotations

from flask import Flask

from han.service.coding_queue import CodingQueue
from han.service.model_shelf import ModelShelf
from han.service.service_settings import ServiceSettings
from han.service_site.code_list_routes import code_list_routes
from han.service_site.code_routes import code_routes
from han.service_site.guard import guard_of, register_guard
from han.service_site.openapi import openapi_routes
from han.service_site.service_metrics import register_metrics
from han.service_site.state_routes import state_routes
from han.service_site.try_page import try_page


def service_app(shelf: ModelShelf, settings: ServiceSettings) -> Flask:
    """The service.

    Args:
        shelf: Its models.
        settings: Its limits.
    """
    app = Flask(__name__)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.config.update(
        SHELF=shelf,
        SETTINGS=settings,
        QUEUE=CodingQueue(settings),
        MAX_CONTENT_LENGTH=settings.max_bytes,
    )
    app.register_blueprint(state_routes)
    app.register_blueprint(code_routes)
    app.register_blueprint(code_list_routes)
    app.register_blueprint(openapi_routes)
    app.register_blueprint(try_page)
    register_guard(app, guard_of(settings))
    register_metrics(app)
    return app
