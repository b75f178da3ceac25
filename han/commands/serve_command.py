"""Serves runs and jobs over HTTP, as `han.serve` is asked to."""

from __future__ import annotations

import argparse

from han.service.model_shelf import ModelPlace, ModelShelf
from han.service.service_settings import ServiceSettings
from han.service_site.guard import check_reach
from han.service_site.service_app import service_app
from han.service_site.service_server import serve


def carry_out(given: argparse.Namespace) -> int:
    """Serves until Ctrl-C or SIGTERM."""
    settings = settings_of(given)
    check_reach(given.host, settings)
    shelf = ModelShelf([ModelPlace.of(text) for text in given.models], settings)
    serve(service_app(shelf, settings), given.host, given.port, _told)
    return 0


def settings_of(given: argparse.Namespace) -> ServiceSettings:
    """What the arguments say of limits."""
    return ServiceSettings(
        max_characters=given.max_characters,
        max_waiting=given.max_waiting,
        timeout=given.timeout,
        drain=given.drain,
    )


def _told(address: str) -> None:
    print(f"{address} (Ctrl-C ends it)", flush=True)
