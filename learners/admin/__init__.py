"""The curators' desk: people, organisations and complaints about them, places, letters, public holidays."""

from learners.admin import complaint, holiday, message, organization, people

__all__ = ["complaint", "holiday", "message", "organization", "people"]
