"""Exports of one's data: the newest, and its file."""

from datetime import datetime
from uuid import UUID

from learners.choices import ExportState
from learners.models import DataExport, Learner


def newest(learner: Learner) -> DataExport | None:
    """Return the export asked for last, without its file."""
    return DataExport.objects.filter(learner=learner).defer("content").order_by("-asked_at", "-pk").first()


def file_of(learner: Learner, public_id: UUID, *, now: datetime) -> bytes | None:
    """Return the file of one's own export while it is there."""
    ready = DataExport.objects.filter(learner=learner, public_id=public_id, state=ExportState.READY, expires_at__gt=now)
    content = ready.values_list("content", flat=True).first()
    return None if content is None else bytes(content)
