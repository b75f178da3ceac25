"""The monthly cycle for Airflow 3: answers are coded, people decide, the run learns.

The Airflow variable `han_folder` is the survey's folder, `han_cycle` the path of
monthly_cycle.sh; `python` of the workers has han.
"""

from datetime import UTC, datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import DAG

BEGIN = datetime(2026, 12, 1, tzinfo=UTC)
MONTH = "{{ macros.ds_add(ds[:8] ~ '01', -1)[:7] }}"  # the one before, on any day


def step(name: str) -> BashOperator:
    """A step of the cycle; what a step does not finish, a person looks at."""
    return BashOperator(
        task_id=name,
        bash_command="{{ var.value.han_cycle }} " + name,
        cwd="{{ var.value.han_folder }}",
        env={"HAN_MONTH": MONTH},
        append_env=True,
    )


options = {"start_date": BEGIN, "catchup": False, "max_active_runs": 1}

with DAG("han_code", schedule="0 2 1 * *", **options):
    step("fetch") >> step("check") >> step("code") >> step("review")

with DAG("han_learn", schedule="0 2 21 * *", **options):
    learnt = step("lessons") >> step("train") >> step("plan") >> step("compare")
    learnt = learnt >> step("gate")
    asked = ApprovalOperator(
        task_id="ask",
        subject="Shall this run code from now on?",
        body="See the .comparison.md and .gate of the month, and its run folder.",
    )
    learnt >> asked >> step("approve")
