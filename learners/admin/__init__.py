"""The curators' desk: people, organisations and places, letters and their texts."""

from learners.admin import message, organization, people

__all__ = ["message", "organization", "people"]
