"""The curators' desk: courses to review, wishes to look at."""

from courses.admin import catalog, wish

__all__ = ["catalog", "wish"]
