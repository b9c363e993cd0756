"""The curators' desk: people, organisations and complaints about them, places, letters, counters, holidays."""

from learners.admin import complaint, counter, holiday, message, organization, people

__all__ = ["complaint", "counter", "holiday", "message", "organization", "people"]
