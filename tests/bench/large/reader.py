"""
A process that serves from one database and answers questions on its standard input, one line each.

``page ID`` reads that learner's statement, signed in, and answers how many milliseconds it took; ``balance ID`` and
``award ID`` answer the same of those, ``rows ID`` how many rows the database touched for the balance. So two databases
are asked in turn.
"""

import sys
import time
from typing import Any

import django


def main() -> None:
    django.setup()

    from django.db import connection  # noqa: PLC0415 -- the settings are read only now
    from django.test import Client  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from credits.queries import ledger  # noqa: PLC0415
    from learners.models import Learner, Organization  # noqa: PLC0415
    from tests.factories.ledger import an_award  # noqa: PLC0415

    address = reverse("credits:statement")

    def page(learner: Learner) -> float:
        client = Client()
        client.force_login(learner)
        began = time.perf_counter()
        answer = client.get(address)
        took = time.perf_counter() - began
        if answer.status_code != 200 or b"20" not in answer.content:
            raise RuntimeError(f"the statement answered {answer.status_code}")
        return 1000 * took

    def balance(learner: Learner) -> float:
        ledger.balance(learner)  # what is timed is the work, not whether its pages were in memory
        began = time.perf_counter()
        ledger.balance(learner)
        return 1000 * (time.perf_counter() - began)

    issuer = Organization.objects.order_by("pk")[0]

    def award(learner: Learner) -> float:
        began = time.perf_counter()
        an_award(learner=learner, issuer=issuer, key=f"read:{learner.pk}:{began}")
        return 1000 * (time.perf_counter() - began)

    def rows(learner: Learner) -> float:
        plans: list[Any] = []

        def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            with connection.connection.cursor() as cursor:
                cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sql, params)
                plans.append(cursor.fetchone()[0][0]["Plan"])
            return execute(sql, params, many, context)

        with connection.execute_wrapper(explain):
            ledger.balance(learner)
        return float(sum(_touched(plan) for plan in plans))

    questions = {"page": page, "balance": balance, "rows": rows, "award": award}
    print("ready", flush=True)
    for line in sys.stdin:
        question, learner_id = line.split()
        print(questions[question](Learner.objects.get(pk=learner_id)), flush=True)


def _touched(plan: dict[str, Any]) -> float:
    """Rows that the leaves of a plan read, those they threw away included."""
    below = plan.get("Plans", [])
    if below:
        return sum(_touched(one) for one in below)
    thrown_away = plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
    return float((plan["Actual Rows"] + thrown_away) * plan["Actual Loops"])


if __name__ == "__main__":
    main()
