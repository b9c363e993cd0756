"""The curators' desk: courses to review."""

from courses.admin import catalog

__all__ = ["catalog"]
