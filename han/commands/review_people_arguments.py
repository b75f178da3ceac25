"""Arguments of `python -m han.review people`."""

from __future__ import annotations

from typing import Any

EPILOG = """
examples:
  python -m han.review people review.db add "Ana Ruiz" --role coder
      asks for a password twice; in a script it is in the variable HAN_PASSWORD
  python -m han.review people review.db list
  python -m han.review people review.db deactivate "Ana Ruiz"
      ends her sessions; her decisions stay, the answer that she holds goes back

A coder codes. An adjudicator decides where two coders differ, and codes what needs one
coder alone: nobody decides on what they coded.
"""


def add_people(subparsers: Any) -> None:
    """Adds the sub-command."""
    arguments = subparsers.add_parser(
        "people",
        help="add, list and deactivate those who code",
        description="Say who may sign in to the page of clerks, and as what.",
        epilog=EPILOG,
    )
    arguments.add_argument("queue", metavar="QUEUE", help="file or address of the queue")
    actions = arguments.add_subparsers(dest="action", metavar="ACTION", required=True)
    adds = actions.add_parser("add", help="add somebody")
    adds.add_argument("name", metavar="NAME", help="with which they sign in")
    adds.add_argument(
        "--role",
        choices=["coder", "adjudicator"],
        default="coder",
        help="what they may do (default: coder)",
    )
    actions.add_parser("list", help="list everybody")
    ends = actions.add_parser("deactivate", help="end what somebody may do")
    ends.add_argument("name", metavar="NAME", help="who")
    arguments.set_defaults(command="review_people_command")
