"""Serves runs and jobs over HTTP, as `han.serve` is asked to."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from han.catalogue.registration import check_approved, open_store
from han.service.model_shelf import ModelPlace, ModelShelf
from han.service.service_settings import ServiceSettings
from han.service_site.guard import check_reach
from han.service_site.safe_headers import check_origin
from han.service_site.service_app import service_app
from han.service_site.service_server import serve
from han.tables.whole_files import check_place


def carry_out(given: argparse.Namespace) -> int:
    """Serves until Ctrl-C or SIGTERM."""
    settings = settings_of(given)
    check_reach(given.host, settings)
    if settings.log is not None:
        check_place(settings.log)
    places = [ModelPlace.of(text) for text in given.models]
    shelf = ModelShelf(places, settings, _approved(given.only_approved))
    serve(service_app(shelf, settings), given.host, given.port, _told)
    return 0


def _approved(place: str | None) -> Callable[[Path], None]:
    """Asks the catalogue anew each time, since what is approved changes."""
    open_store(place)
    return lambda run: check_approved(open_store(place), [run])


def settings_of(given: argparse.Namespace) -> ServiceSettings:
    """What the arguments say of limits."""
    return ServiceSettings(
        max_characters=given.max_characters,
        max_waiting=given.max_waiting,
        timeout=given.timeout,
        drain=given.drain,
        behind_proxy=given.behind_proxy,
        keys=Path(given.keys) if given.keys else None,
        requests_a_minute=given.requests_a_minute,
        records_a_minute=given.records_a_minute,
        origins=tuple(check_origin(origin) for origin in given.cors),
        log=Path(given.log) if given.log else None,
    )


def _told(address: str) -> None:
    print(f"{address} (Ctrl-C ends it)", flush=True)
