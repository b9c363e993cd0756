"""Words in two languages: the one being read, Vietnamese where there is no English."""

from django.utils import translation


def in_reading_language(vi: str, en: str) -> str:
    return (en if translation.get_language() == "en" else "") or vi
