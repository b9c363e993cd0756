"""The curators' desk: people, organisations, complaints about them and places, letters and their texts, public holidays."""

from learners.admin import complaint, holiday, message, organization, people

__all__ = ["complaint", "holiday", "message", "organization", "people"]
