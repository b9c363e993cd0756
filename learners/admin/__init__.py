"""The curators' desk: people, organisations and complaints about them, places, letters, counters, holidays."""

from learners.admin import complaint, counter, holiday, lost, message, organization, people, personal_data, seconding
from learners.admin import help as asking

__all__ = [
    "asking",
    "complaint",
    "counter",
    "holiday",
    "lost",
    "message",
    "organization",
    "people",
    "personal_data",
    "seconding",
]
