"""The curators' desk: courses to review, reviews, attendance, words of the search, skills, wishes to look at."""

from courses.admin import attendance, attendance_flag, catalog, feedback, moderation, search_word, skill, wish

__all__ = ["attendance", "attendance_flag", "catalog", "feedback", "moderation", "search_word", "skill", "wish"]
