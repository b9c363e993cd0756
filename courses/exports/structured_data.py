"""
A course as schema.org's Course with its CourseInstances, as search engines ask for it.

Source: schema.org 29; Google Search Central, "Course info structured data" (required: name, description, provider,
offers with category, hasCourseInstance with courseMode and courseSchedule or courseWorkload). A test checks what is
written here against ``tests/courses/course.schema.json``.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from courses.choices import Format, RunKind
from courses.exports import address, licence
from courses.models import ClassSession, CourseVersion, Skill
from courses.queries.course_page import RunShown
from learners.choices import OrganizationKind
from learners.models import Organization, Place

# As json_script does: nothing in the data can end the script element or start another.
_SCRIPT_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
# Who is more than a place of learning is said to be both.
PROVIDER_TYPES: dict[OrganizationKind, str | list[str]] = {
    OrganizationKind.LIBRARY: ["Library", "EducationalOrganization"],
    OrganizationKind.MUSEUM: ["Museum", "EducationalOrganization"],
    OrganizationKind.SCHOOL: "School",
    OrganizationKind.UNIVERSITY: "CollegeOrUniversity",
}
MODES = {Format.ONLINE: "Online", Format.IN_PERSON: "Onsite", Format.BLENDED: "Blended"}
DAYS_IN_A_WEEK = 7
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def provider_script(provider: Organization) -> SafeString:
    """Return an organization as a data block, safe inside a script element; no query where its place is loaded."""
    said = {
        "@context": "https://schema.org",
        **_provider(provider),
        "@type": PROVIDER_TYPES.get(OrganizationKind(provider.kind), "EducationalOrganization"),
    }
    if provider.description:
        said["description"] = provider.description
    return _script(said)


def course_script(version: CourseVersion, runs: Sequence[RunShown], *, skills: Sequence[Skill]) -> SafeString:
    """Return the course as a data block, safe inside a script element."""
    return _script(course(version, runs, skills=skills))


def _script(data: dict[str, Any]) -> SafeString:
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_SCRIPT_ESCAPES))


def course(version: CourseVersion, runs: Sequence[RunShown], *, skills: Sequence[Skill] = ()) -> dict[str, Any]:
    """Return the course with its runs; without one, with an instance that says how it is taught, but not when."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Course",
        "@id": address.of_course(version.course_id),
        "url": address.absolute(version.get_absolute_url()),
        "name": version.title,
        "description": version.summary,
        "inLanguage": list(version.languages),
        "provider": _provider(version.course.provider),
        "about": version.field.name,
        "hasCourseInstance": [_instance(version, run) for run in runs] or [_instance(version, None)],
    }
    # What nobody has said of a course taught elsewhere is not said, and no credit follows from it.
    if version.notional_minutes:
        data["timeRequired"] = _workload(version)
    if version.cost_vnd is not None:
        data["isAccessibleForFree"] = version.cost_vnd == 0
        data["offers"] = [_offer(version)]
    if version.is_elsewhere:
        data["sameAs"] = version.external_url
    else:
        data["numberOfCredits"] = {
            "@type": "StructuredValue",
            "value": version.credit_hundredths / 100,
            "unitText": _("credit"),
        }
    if version.outcomes or skills:
        terms = [{"@type": "DefinedTerm", "termCode": skill.code, "name": skill.name} for skill in skills]
        data["teaches"] = [*version.outcomes, *terms]
    if version.audience:
        data["audience"] = {"@type": "Audience", "audienceType": version.audience}
    if version.requirements:
        data["coursePrerequisites"] = version.requirements
    if version.licence:
        data["license"] = licence.address_of(version.licence) or version.licence
    return data


def _provider(provider: Organization) -> dict[str, Any]:
    said: dict[str, Any] = {
        "@type": "Organization",
        "@id": address.of_provider(provider.pk),
        "url": address.absolute(provider.get_absolute_url()),
        "name": provider.name,
        "address": _address(provider.address, provider.place),
    }
    if provider.phone:
        said["telephone"] = provider.phone
    return said


def _address(street: str, place: Place) -> dict[str, str]:
    said = {"@type": "PostalAddress", "addressLocality": str(place), "addressCountry": "VN"}
    if street:
        said["streetAddress"] = street
    if place.parent is not None:
        said["addressRegion"] = place.parent.name
    return said


def _offer(version: CourseVersion) -> dict[str, Any]:
    return {
        "@type": "Offer",
        "category": "Paid" if version.cost_vnd else "Free",
        "price": version.cost_vnd,
        "priceCurrency": "VND",
    }


def _instance(published: CourseVersion, shown: RunShown | None) -> dict[str, Any]:
    version = shown.run.version if shown else published  # a class keeps to the version it was opened with
    instance: dict[str, Any] = {
        "@type": "CourseInstance",
        "courseMode": MODES[Format(version.format)],
    }
    if version.notional_minutes:
        instance["courseWorkload"] = _workload(version)
    if shown is None:
        return instance
    if version.cost_vnd is not None and version.cost_vnd != published.cost_vnd:
        instance["offers"] = [_offer(version)]
    run = shown.run
    instance["url"] = address.absolute(reverse("courses:enroll", args=[run.pk]))
    instance["startDate"] = run.starts_on.isoformat()
    if run.ends_on:
        instance["endDate"] = run.ends_on.isoformat()
    if run.kind == RunKind.DATED and (schedule := _schedule(shown.sessions)):
        instance["courseSchedule"] = schedule
    if run.place is not None:
        instance["location"] = {
            "@type": "Place",
            "name": run.venue,
            "address": _address("", run.place),
        }
    if teachers := [{"@type": "Person", "name": name} for name in shown.instructors]:
        instance["instructor"] = teachers
    if run.seats_max is not None:
        instance["maximumAttendeeCapacity"] = run.seats_max
    return instance


def _schedule(sessions: Sequence[ClassSession]) -> dict[str, Any] | None:
    """
    Return how often one meets, as the nearest of the words there are: a class once a week or more is weekly.

    ``repeatCount`` is how many days, weeks or months it lasts. Source: Google Search Central, Course info.
    """
    if not sessions:
        return None
    first, last = sessions[0], sessions[-1]
    days = (last.starts_at - first.starts_at).days
    average = days / (len(sessions) - 1) if len(sessions) > 1 else DAYS_IN_A_WEEK
    frequency = "Daily" if average <= 1 else "Weekly" if average <= DAYS_IN_A_WEEK else "Monthly"
    lasts = {"Daily": days + 1, "Weekly": days // DAYS_IN_A_WEEK + 1, "Monthly": len(sessions)}
    weekdays = sorted({timezone.localtime(each.starts_at).weekday() for each in sessions})
    return {
        "@type": "Schedule",
        "duration": _period(int((first.ends_at - first.starts_at).total_seconds() // 60)),
        "repeatFrequency": frequency,
        "repeatCount": lasts[frequency],
        "byDay": [f"https://schema.org/{WEEKDAYS[number]}" for number in weekdays],
        "startDate": first.starts_at.isoformat(),
        "endDate": last.ends_at.isoformat(),
    }


def _workload(version: CourseVersion) -> str:
    return _period(version.notional_minutes)


def _period(minutes: int) -> str:
    """Return a length of time as ISO 8601 writes it: 90 → "PT1H30M"."""
    hours, rest = divmod(minutes, 60)
    return "PT" + (f"{hours}H" if hours or not rest else "") + (f"{rest}M" if rest else "")
