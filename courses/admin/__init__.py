"""The curators' desk: courses to review, reviews, changed classes, words of the search, skills, wishes to look at."""

from courses.admin import catalog, feedback, moderation, place_request, search_word, session_change, skill, wish

__all__ = ["catalog", "feedback", "moderation", "place_request", "search_word", "session_change", "skill", "wish"]
