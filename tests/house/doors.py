"""One small function for each cell of ``learners/rights.csv``: what a person does to try that door over HTTP."""

from collections.abc import Callable
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.factories.world import World

Door = Callable[[Client, World], HttpResponse]


def _get(name: str, **arguments: object) -> Callable[[Client], HttpResponse]:
    return lambda client: client.get(reverse(name, kwargs=arguments))


def _at(world: World, **more: object) -> dict[str, object]:
    return {"organization_id": world.organization.public_id, **more}


def _admin(model: str, act: str, *arguments: object) -> str:
    return reverse(f"admin:{model}_{act}", args=arguments)


DOORS: dict[str, Door] = {
    "course.view_published": lambda c, w: c.get(
        reverse("courses:course", kwargs={"course_id": w.version.course_id, "slug": w.slug})
    ),
    "course.view_draft": lambda c, w: c.get(reverse("courses:proposal", kwargs=_at(w, course_id=w.proposal.course_id))),
    "course.create_for_A": lambda c, w: c.post(reverse("courses:proposal_new", kwargs=_at(w)), {}),
    "course.edit_draft": lambda c, w: c.post(
        reverse("courses:proposal_edit", kwargs=_at(w, course_id=w.draft.course_id)), {}
    ),
    "course.submit": lambda c, w: c.post(
        reverse("courses:proposal", kwargs=_at(w, course_id=w.draft.course_id)), {"submit": "1"}
    ),
    "course.publish": lambda c, w: c.post(_admin("courses_courseversion", "change", w.proposal.pk), {"_publish": "1"}),
    "course.return_with_reasons": lambda c, w: c.post(
        _admin("courses_courseversion", "change", w.proposal.pk), {"_return": "1", "reasons": "Thiếu địa điểm."}
    ),
    "run.create": lambda c, w: c.post(reverse("courses:run_new", kwargs=_at(w, course_id=w.version.course_id)), {}),
    "run.roster_view": lambda c, w: c.get(reverse("courses:run", kwargs=_at(w, run_id=w.run.pk))),
    "enrol.learner_LR": lambda c, w: c.post(reverse("courses:enroll", kwargs={"run_id": w.run.pk})),
    "enrol.withdraw_LR": lambda c, w: c.post(reverse("courses:withdraw", kwargs={"public_id": w.enrollment.public_id})),
    "attendance.mark": lambda c, w: c.post(
        reverse("courses:attendance", kwargs=_at(w, run_id=w.run.pk, position=1)),
        {f"status-{w.enrollment.pk}": "PRESENT"},
    ),
    "unit.view_enrolled": lambda c, w: c.get(
        reverse("courses:unit", kwargs={"public_id": w.online.public_id, "position": 1})
    ),
    "statement.view_LR": lambda c, w: c.get(reverse("credits:statement")),
    "org.register": lambda c, w: c.post(reverse("learners:organization_new"), {}),
    "org.verify_or_suspend": lambda c, w: c.get(_admin("learners_organization", "change", w.organization.pk)),
    "profile.edit_LR": lambda c, w: c.post(reverse("learners:profile"), {}),
    "admin.site": lambda c, w: c.get(reverse("admin:index")),
    "admin.ledger_pages": lambda c, w: c.get(_admin("credits_journalentry", "changelist")),
    "message.requeue": lambda c, w: c.get(_admin("learners_message", "changelist")),
    "unsubscribe.by_token": lambda c, w: c.get(reverse("learners:unsubscribe", kwargs={"token": w.token})),
    "dev.mailbox": lambda c, w: c.get(reverse("dev_mailbox")),
    "health.live": lambda c, w: c.get("/health/live"),
}

# The same door with an id nobody has: the answer to a stranger must be the same as this one.
UNKNOWN: dict[str, Door] = {
    "course.view_draft": lambda c, w: c.get(reverse("courses:proposal", kwargs=_at(w, course_id=10**9))),
    "run.roster_view": lambda c, w: c.get(reverse("courses:run", kwargs=_at(w, run_id=10**9))),
    "enrol.withdraw_LR": lambda c, w: c.post(reverse("courses:withdraw", kwargs={"public_id": uuid4()})),
    "unit.view_enrolled": lambda c, w: c.get(reverse("courses:unit", kwargs={"public_id": uuid4(), "position": 1})),
}
