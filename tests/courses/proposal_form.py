"""What the form of a proposal is given: a course and its first class, as typed."""

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
