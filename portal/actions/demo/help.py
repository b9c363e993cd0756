"""Who helps in the communes of the demonstration world, and who asked to be called."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from learners.actions import help as asking
from learners.actions import helper as helpers
from learners.choices import HelpOutcome, HelpTag, Language
from learners.models import Learner
from portal.actions.demo.organizations import Body


def ask_all(
    rows: Mapping[str, Any],
    *,
    named: Mapping[str, Learner],
    bodies: Mapping[str, Body],
    curator: Learner,
    now: datetime,
) -> None:
    for row in rows["helpers"]:
        organization = bodies[row["for"]].organization
        manager = organization.registered_by
        said = {"phone": row["phone"], "hours_vi": row["hours_vi"], "hours_en": row["hours_en"]}
        helpers.name(organization=organization, actor=manager, full_name=row["name"], **said, now=now)
    for row in rows["requests"]:
        learner = named.get(row.get("by", ""))
        asked_at = now - timedelta(hours=row["hours_ago"])
        asked = asking.ask(
            name=learner.full_name if learner else row["name"],
            reach=str(row["reach"]),
            about=row["about"],
            place=learner.place if learner else bodies[row["near"]].organization.place,
            learner=learner,
            language=Language.VI,
            once=uuid4(),
            now=asked_at,
        )
        if answered := row.get("answered"):
            asking.answer(
                asked=asked,
                actor=curator,
                organization=None,
                tag=HelpTag(answered["tag"].upper()),
                outcome=HelpOutcome(answered["outcome"].upper()),
                note=answered["note"],
                now=asked_at + timedelta(hours=answered["after_hours"]),
            )
