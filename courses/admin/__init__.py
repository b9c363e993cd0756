"""The curators' desk: courses to review, reviews, classes, attendance, words of the search, skills, wishes."""

from courses.admin import (
    attendance,
    attendance_flag,
    catalog,
    feedback,
    moderation,
    place_request,
    search_word,
    session_change,
    skill,
    wish,
)

__all__ = [
    "attendance",
    "attendance_flag",
    "catalog",
    "feedback",
    "moderation",
    "place_request",
    "search_word",
    "session_change",
    "skill",
    "wish",
]
