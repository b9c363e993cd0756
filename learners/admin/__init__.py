"""The curators' desk: people, organisations and complaints about them, places, letters, public holidays."""

from learners.admin import complaint, holiday, message, organization, people, personal_data
from learners.admin import help as asking

__all__ = ["asking", "complaint", "holiday", "message", "organization", "people", "personal_data"]
