"""`python -m han.plan RUN [DATA]`: how much can be coded without people, how well.

Of a job that is coded it says the same from what was coded.
"""

from __future__ import annotations

from collections.abc import Sequence

from han.cli import run_command
from han.jobs.job_folder import JobFolder
from han.planning.plan_arguments import check_arguments, parser


def main(argv: Sequence[str] | None = None) -> int:
    """Makes the plan, prints it, writes it."""
    given = parser().parse_args(argv)
    is_job = JobFolder(given.run).is_job
    if not is_job:
        check_arguments(given)
    from han.commands.plan_command import carry_out, carry_out_for_job

    if is_job:
        return carry_out_for_job(given)
    from han.commands.each_task import for_each_task

    return for_each_task(given, carry_out)


if __name__ == "__main__":
    run_command(main)
