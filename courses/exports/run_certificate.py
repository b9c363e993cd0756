"""
The certificate of what was removed of one class: from how many rows, and when; it names nobody, and no class by words.

A JSON object signed by the portal (``credits/exports/signing.py``), checked by ``static/verify_signature.py``.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from courses.models import CourseRun
from credits.exports.signing import signed

FORMAT, VERSION = "class-erasure-certificate", 1


def certificate(run: CourseRun, *, number: UUID, emptied: Mapping[str, int], now: datetime) -> dict[str, Any]:
    return signed(
        {
            "certificate": str(number),
            "class": run.pk,
            "course": run.version.course_id,
            "emptied": dict(sorted(emptied.items())),
            "erased_at": now.isoformat(),
            "format": FORMAT,
            "organization": str(run.version.course.provider.public_id),
            "portal": settings.SITE_HOST,
            "version": VERSION,
        }
    )
