"""Complaints about organizations, made through their action."""

from datetime import datetime

from learners.actions import complaint
from learners.choices import ComplaintSubject
from learners.models import Learner, Organization, OrganizationComplaint
from tests.factories.people import NOW, a_learner, an_organization


def a_complaint(
    *,
    learner: Learner | None = None,
    organization: Organization | None = None,
    text: str = "Hai buổi liền không ai đến dạy.",
    now: datetime = NOW,
) -> OrganizationComplaint:
    return complaint.complain(
        learner=learner or a_learner(),
        organization=organization or an_organization(),
        subject=ComplaintSubject.NOT_HELD,
        text=text,
        now=now,
    )
