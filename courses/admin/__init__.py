"""The curators' desk: courses to review, words of the search."""

from courses.admin import catalog, search_word

__all__ = ["catalog", "search_word"]
