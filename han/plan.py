"""`python -m han.plan RUN [DATA]`: how much can be coded without people, how well."""

from __future__ import annotations

from collections.abc import Sequence

from han.cli import run_command
from han.planning.plan_arguments import check_arguments, parser


def main(argv: Sequence[str] | None = None) -> int:
    """Makes the plan, prints it, writes it."""
    given = parser().parse_args(argv)
    check_arguments(given)
    from han.commands.plan_command import carry_out

    return carry_out(given)


if __name__ == "__main__":
    run_command(main)
