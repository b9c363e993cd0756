"""Exports of one's data, through the actions that make them."""

from datetime import datetime

from learners.actions import data_export
from learners.choices import Language
from learners.models import DataExport, Learner
from tests.factories.people import NOW


def a_ready_export(learner: Learner, *, content: bytes = b"PK", now: datetime = NOW) -> DataExport:
    """Return an export that a worker has finished."""
    asked = data_export.ask(learner=learner, language=Language.VI, now=now)
    held = data_export.claim(now=now)
    assert held is not None
    assert data_export.finish(held=held, content=content, now=now)
    return DataExport.objects.get(pk=asked.pk)
