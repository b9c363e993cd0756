"""Addresses as they stand outside the portal: whole, and those that never change in the default language."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from courses.models import CourseVersion
from learners.models import Organization


def absolute(path: str) -> str:
    return settings.SITE_URL + path


def of_course(course_id: int) -> str:
    """Return the name of a course for ever: neither its title nor the reader's language is in it."""
    with translation.override(settings.LANGUAGE_CODE):
        return absolute(reverse("courses:course", args=[course_id]))


def of_provider(organization_id: int) -> str:
    """Return the name of an organization for ever, as :func:`of_course` does of a course."""
    with translation.override(settings.LANGUAGE_CODE):
        return absolute(reverse("courses:provider", args=[organization_id]))


def in_each_language(page: CourseVersion | Organization) -> list[tuple[str, str]]:
    """Return each language with the address of the page of a course or organization in it."""
    addresses = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            addresses.append((language, absolute(page.get_absolute_url())))
    return addresses
