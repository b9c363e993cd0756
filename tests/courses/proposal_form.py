"""What the form of a proposal is given: a course and its first class, as typed."""

import html
import re

from django.test import Client

from learners.models import Learner
from tests.factories.people import NINH_KIEU

COURSE = {
    "title_vi": "Làm phân hữu cơ từ rác bếp",
    "summary_vi": "Ủ một thùng phân trong ba mươi ngày.",
    "outcomes_vi": "Ủ được một thùng phân\r\n\r\n  Biết khi nào phân dùng được ",
    "audience_vi": "Ai có bếp",
    "requirements_vi": "",
    "format": "IN_PERSON",
    "field": "0812",
    "kind_of_credit": "COMMUNITY",
    "hours": "10,5",
    "level": "",
    "completed_by": "CLASSES",
    "attendance_percent_min": "75",
    "languages": ["vi", "km"],
    "cost_vnd": "",
    "accessibility": ["wheelchair"],
    "minutes": "120",
    "province": "92",
    "commune": NINH_KIEU,
}
RUN = {
    "starts_on_day": "12",
    "starts_on_month": "12",
    "starts_on_year": "2026",
    "weekdays": ["2", "6"],
    "starts_at": "8h30",
    "sessions_count": "5",
    "seats_max": "20",
    "venue": "Nhà văn hóa phường, 12 đường Hòa Bình",
}


def address(provider, tail="new/"):
    return f"/organizations/{provider.public_id}/courses/{tail}"


def begun_with(page):
    """Return what a page of the form carries unseen: what the draft said when it was opened."""
    hidden = re.findall(
        r'<input type="hidden" name="(version|revision|opened)" value="([^"]*)">', page.content.decode()
    )
    return {name: html.unescape(value) for name, value in hidden}


def write(client, url, **typed):
    """Open the form of a draft and send it with what is typed over a proposal of a course."""
    return client.post(url, COURSE | begun_with(client.get(url)) | typed)


def signed_in(learner: Learner) -> Client:
    """Return a browser of this person's own, for where two work at once."""
    client = Client()
    client.force_login(learner)
    return client
