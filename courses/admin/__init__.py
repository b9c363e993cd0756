"""The curators' desk: courses to review, words of the search, skills, wishes to look at."""

from courses.admin import catalog, search_word, skill, wish

__all__ = ["catalog", "search_word", "skill", "wish"]
