"""Arguments of `python -m han.review people`."""

from __future__ import annotations

import argparse
from typing import Any

EPILOG = """
examples:
  python -m han.review people review.db add "Ana Ruiz" --role coder
      asks for a password twice; in a script it is in the variable HAN_PASSWORD
  python -m han.review people review.db list
  python -m han.review people review.db password "Ana Ruiz"
      a new password, also for whom `export` added; it ends her sessions
  python -m han.review people review.db deactivate "Ana Ruiz"
      ends what she may do; her decisions stay, the answers that she holds go back
  python -m han.review people review.db activate "Ana Ruiz"
      she is back, with the password that she had

A coder codes. An adjudicator decides where two coders differ, and codes what needs one
coder alone: nobody decides on what they coded.
"""


def add_people(actions: argparse._SubParsersAction[Any]) -> None:
    """Adds `people`."""
    arguments = actions.add_parser(
        "people",
        help="add, list, deactivate and activate those who code",
        description="Say who may sign in to the page of clerks, and as what.",
        epilog=EPILOG,
    )
    arguments.add_argument(
        "queue", help="the queue: a file, or the address of a database"
    )
    what = arguments.add_subparsers(dest="action", metavar="ACTION", required=True)
    adds = what.add_parser("add", help="add somebody")
    adds.add_argument("name", metavar="NAME", help="with which they sign in")
    adds.add_argument(
        "--role",
        choices=["coder", "adjudicator"],
        default="coder",
        help="what they may do (default: coder)",
    )
    what.add_parser("list", help="list everybody")
    ends = what.add_parser("deactivate", help="end what somebody may do")
    ends.add_argument("name", metavar="NAME", help="who")
    returns = what.add_parser("activate", help="end that somebody is deactivated")
    returns.add_argument("name", metavar="NAME", help="who")
    changes = what.add_parser("password", help="give somebody a new password")
    changes.add_argument("name", metavar="NAME", help="who")
