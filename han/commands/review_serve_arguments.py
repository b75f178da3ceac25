"""Arguments of `python -m han.review serve`."""

from __future__ import annotations

import argparse
from typing import Any

EPILOG = """
examples:
  python -m han.review serve review.db
      then open http://127.0.0.1:8321/ in a browser of this machine
  ssh -L 8321:127.0.0.1:8321 server
      on another machine: its http://127.0.0.1:8321/ is then this page, encrypted
  python -m han.review serve review.db --behind-proxy
      where a server with HTTPS (nginx, Apache) hands requests on to this one

Who may sign in: python -m han.review people. Each decision is stored before the next
answer is shown, so the server may be stopped or killed at any time: start it again, and
everybody goes on where they were. Ctrl-C ends it. It writes method, route, status and
milliseconds of each request to standard error, never a text.
"""


def add_serve(actions: argparse._SubParsersAction[Any]) -> None:
    """Adds `serve`."""
    arguments = actions.add_parser(
        "serve",
        help="serve the page of clerks",
        description="Serve the page on which clerks code and adjudicators decide.",
        epilog=EPILOG,
    )
    add = arguments.add_argument
    add("queue", help="the queue: a file, or the address of a database")
    add("--host", default="127.0.0.1", help="where to listen (default: 127.0.0.1)")
    add(
        "--port",
        type=int,
        default=8321,
        help="port; 0 for any that is free (default: 8321)",
    )
    add(
        "--behind-proxy",
        action="store_true",
        help="a server with HTTPS stands before this one: cookies go over HTTPS alone, "
        "and --host may be other than of this machine alone",
    )
