"""The curators' desk: courses to review, reviews, words of the search, wishes to look at."""

from courses.admin import catalog, feedback, search_word, wish

__all__ = ["catalog", "feedback", "search_word", "wish"]
