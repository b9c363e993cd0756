"""The curators' desk: courses to review, reviews, words of the search, skills, wishes to look at."""

from courses.admin import catalog, feedback, moderation, place_request, search_word, skill, wish

__all__ = ["catalog", "feedback", "moderation", "place_request", "search_word", "skill", "wish"]
