"""Requests to be called back, made through their action."""

from datetime import datetime
from itertools import count
from typing import Any
from uuid import uuid4

from learners.actions import help as actions
from learners.choices import Language
from learners.models import HelpRequest, Learner, Place
from tests.factories.people import NINH_KIEU, NOW

_number = count(1)


def a_help_request(*, learner: Learner | None = None, now: datetime = NOW, **more: Any) -> HelpRequest:
    """Return a request by somebody in Ninh Kiều that waits for a call."""
    said: dict[str, Any] = {
        "name": "Bà Sáu",
        "reach": f"0901 234 {next(_number):03d}, buổi sáng",
        "about": "Không biết ghi danh thế nào.",
        "place": Place.objects.get(code=NINH_KIEU),
        "language": Language.VI,
        "once": uuid4(),
    }
    return actions.ask(learner=learner, now=now, **(said | more))
