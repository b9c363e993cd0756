"""The curators' desk: courses to review, words of the search, wishes to look at."""

from courses.admin import catalog, search_word, wish

__all__ = ["catalog", "search_word", "wish"]
