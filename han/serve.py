"""`python -m han.serve RUN ...`: codes over HTTP."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from han.cli import CommandParser, run_command
from han.commands.serve_guard_arguments import add_guard, is_about_keys
from han.errors import InputError

EPILOG = """
examples:
  python -m han.serve runs/demo
      then, from another terminal of this machine:
  curl -s http://127.0.0.1:8000/v1/code -H "Content-Type: application/json" \\
    -d '{"records": [{"name": "Jugo de naranja", "synonyms": ""}], "top_k": 3}'
  python -m han.serve products=runs/demo experiments/jobs/demo.yaml
      two models, which requests name: /v1/code?model=products; of a job file each task
      is a model, and its answers say which stage has given a code, and why
  python -m han.serve --keys keys.jsonl --add-key survey
      prints a key, once; then serve with --keys keys.jsonl

A record has the text fields and side features of the run, by name, or the columns that
the job reads; "" or null where there is nothing. Answers have the columns of
python -m han.predict RUN, as JSON, and the same codes: which records come together
changes nothing, unless the plan of the run counts how often a text stands (column
`repeats`). With such a plan `code` and `route` depend on what comes in one request; a
record that is sent alone stands once, and may get a code that the plan leaves to people
in a file. Its promise is for files, not for records one by one.

POST /v1/code takes 1 to 1,000 records; requests that wait are coded together, so that
many small ones are no slower than a few large ones.

  /health   the process answers
  /ready    models are loaded, and the service is not being stopped
  /version  the version, and hashes of each run, its code list and its plan
  /metrics  requests, times, records by route and flag, for Prometheus

kill -HUP loads the models anew and takes them when all are there; requests that run end
with the old ones, and if one cannot be loaded all stay. Plan a new run before
(python -m han.plan RUN --target leaf=0.95 --apply), or it codes everything. Ctrl-C or
kill answers what has come in, and ends. Nothing that a respondent has written stands
in the log, in metrics or in errors.

A GPU and TensorFlow are not used. One process codes on one core: for more, start more
of them behind one address (docs/user_guide/service.md).
"""


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = CommandParser(
        "serve",
        description="Serve trained runs and coding jobs over HTTP, as JSON.",
        epilog=EPILOG,
    )
    add = arguments.add_argument
    add(
        "models",
        nargs="*",
        metavar="MODEL",
        help="a run folder, NAME=RUN, or a job file; without NAME= a run is called as "
        "its folder is",
    )
    add("--host", default="127.0.0.1", help="where to listen (default: 127.0.0.1)")
    add(
        "--port",
        type=int,
        default=8000,
        help="port; 0 for any that is free (default: 8000)",
    )
    add(
        "--only-approved",
        metavar="STORE",
        help="serve only runs that this catalogue says are approved, as they are now; "
        "asked again at each reload",
    )
    _add_limits(arguments)
    add_guard(arguments)
    return arguments


def _add_limits(arguments: argparse.ArgumentParser) -> None:
    add = arguments.add_argument
    add(
        "--max-characters",
        type=int,
        default=10_000,
        metavar="N",
        help="characters that a field of a record may have (default: 10000)",
    )
    add(
        "--max-waiting",
        type=int,
        default=10_000,
        metavar="N",
        help="records that may wait to be coded; beyond it a request is told to come "
        "again (status 503, default: 10000)",
    )
    add(
        "--timeout",
        type=float,
        default=30.0,
        metavar="SECONDS",
        help="how long a request may take to come in, and then to be coded (default: "
        "30)",
    )
    add(
        "--drain",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="how long requests are still taken after the signal to stop, while /ready "
        "says 503; behind a load balancer as long as it takes to notice (default: 0)",
    )


def _check_arguments(given: argparse.Namespace) -> None:
    if not 0 <= given.port <= 65535:
        raise InputError(f"--port {given.port}: expected 0 to 65535.")
    for name in ("max_characters", "max_waiting"):
        if getattr(given, name) < 1:
            raise InputError(f"--{name.replace('_', '-')}: expected 1 or more.")
    if not 0.1 <= given.timeout <= 3600:
        raise InputError(f"--timeout {given.timeout}: expected 0.1 to 3600 seconds.")
    if not 0 <= given.drain <= 3600:
        raise InputError(f"--drain {given.drain}: expected 0 to 3600 seconds.")
    for model in given.models:
        if model.startswith("=") or model.endswith("="):
            raise InputError(f"{model}: expected RUN, NAME=RUN or a job file.")


def main(argv: Sequence[str] | None = None) -> int:
    """Serves until it is told to stop."""
    given = parser().parse_args(argv)
    _check_arguments(given)
    if is_about_keys(given):
        from han.commands import serve_keys_command

        return serve_keys_command.carry_out(given)
    with _signals_held():
        from han.commands.serve_command import carry_out

        return carry_out(given)


@contextmanager
def _signals_held() -> Iterator[None]:
    """SIGTERM and SIGHUP wait until models are loaded: the server lets them through."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    held = {signal.SIGTERM, signal.SIGHUP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, held)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


if __name__ == "__main__":
    run_command(main)
