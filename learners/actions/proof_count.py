"""Counting who is asked again who they are, and who goes on: whether that step keeps people out, week by week."""

from datetime import date, datetime, timedelta

from django.db.models import F
from django.utils import timezone

from learners.models import ProofCount


def ask(*, now: datetime) -> date:
    """Count somebody who is asked, and return the week they are counted in, for ``prove``."""
    today = timezone.localdate(now)
    week = today - timedelta(days=today.weekday())
    ProofCount.objects.bulk_create([ProofCount(week=week)], ignore_conflicts=True)
    ProofCount.objects.filter(week=week).update(asked=F("asked") + 1)
    return week


def prove(*, week: date) -> None:
    """Count that one of those asked in a week has gone on; once for each who was asked."""
    ProofCount.objects.filter(week=week).update(proved=F("proved") + 1)
