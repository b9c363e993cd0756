"""The curators' desk: people, organisations and places, letters and their texts, public holidays."""

from learners.admin import holiday, message, organization, people

__all__ = ["holiday", "message", "organization", "people"]
