"""The catalogue and the page of a course: public, the same for everyone."""

import json
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses.choices import Format
from courses.models import CourseVersion
from courses.queries import catalog as queries
from courses.queries import search, suggestion
from courses.queries.search import CatalogQuery
from courses.rules import RESULTS_PER_PAGE
from courses.views import card
from credits.queries import acceptance
from learners.models import Place

# As json_script does: nothing in the data can end the script element or start another.
_SCRIPT_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
PAGE_DIGITS_MAX = 9


@require_safe
def catalog(request: HttpRequest) -> HttpResponse:
    query = CatalogQuery.from_params(request.GET.get, request.GET.getlist)
    now = timezone.now()
    try:
        results = search.search(query, page_number=_page_number(request.GET.get("page", "")), now=now)
    except search.NoSuchPage as reason:
        raise Http404 from reason
    places = search.places(now=now)
    cards = card.rendered([result.entry for result in results.items])
    context = {
        "query": query,
        "counts": results.counts,
        "format_choices": [(value, Format(value).label, count) for value, count in results.counts.formats.items()],
        "provinces": _provinces(places),
        "communes": [place for place in places if place.parent_id == query.province],
        "results": [(result, *cards[result.entry.course_id]) for result in results.items],
        "page": Paginator(range(results.counts.total), RESULTS_PER_PAGE).page(results.page_number),
        "chips": _chips(request.GET, query, places, results.counts),
        "sorts": _sorts(request.GET, query),
    }
    return render(request, "courses/catalog.html", context)


@require_safe
def course(request: HttpRequest, course_id: int, slug: str = "") -> HttpResponse:
    version = queries.get_published(course_id)
    if version is None:
        raise Http404
    if slug != version.slug:
        return redirect(version, permanent=True)
    now = timezone.now()
    runs = list(queries.runs_of_course(course_id=course_id, now=now))
    context = {
        "version": version,
        "provider": version.course.provider,
        "modules": list(version.modules.all()),
        "runs": [(run, run.is_open(now=now), list(run.class_sessions.all())) for run in runs],
        "is_verified": version.course.provider.is_verified(on=timezone.localdate(now)),
        "accessibility": _labels(version, "accessibility"),
        "languages": _labels(version, "languages"),
        "accepted_by": acceptance.accepted_by(suggestion.credit_of(version), on=timezone.localdate(now)),
        "canonical": settings.SITE_URL + version.get_absolute_url(),
        "alternates": _alternates(version),
        "structured_data": _structured_data(version, runs),
    }
    return render(request, "courses/course.html", context)


def _provinces(places: list[Place]) -> list[Place]:
    provinces = {place.parent_id: place.parent for place in places if place.parent is not None}
    return sorted(provinces.values(), key=lambda province: province.sort_key)


def _page_number(value: str) -> int:
    """Return the page asked for; what is no number is the first page."""
    if not (value.isascii() and value.isdigit()):
        return 1
    return int(value) if len(value) <= PAGE_DIGITS_MAX else 10**PAGE_DIGITS_MAX


def _chips(get: QueryDict, query: CatalogQuery, places: list[Place], counts: search.Counts) -> list[tuple[str, str]]:
    """Return each filter in force with the address that takes it off."""
    provinces = {place.parent_id: place.parent.name for place in places if place.parent}
    communes = {place.code: str(place) for place in places}
    fields = {field.code: field for field in counts.fields}
    english = get_language() == "en"
    chips = [(str(Format(value).label), _without(get, "format", value)) for value in query.formats]
    for code in query.fields:
        field = fields.get(code)
        name = (field.name_en if english else field.name_vi) if field else _("Field %(code)s") % {"code": code}
        chips.append((name, _without(get, "field", code)))
    if query.commune:
        chips.append((communes.get(query.commune, query.commune), _without(get, "commune", query.commune)))
    elif query.province:
        chips.append((provinces.get(query.province, query.province), _without(get, "province", query.province)))
    if query.is_free:
        chips.append((_("Free"), _without(get, "free", "1")))
    return chips


def _without(get: QueryDict, name: str, value: str) -> str:
    left = get.copy()
    left.setlist(name, [other for other in left.getlist(name) if other != value])
    left.pop("page", None)
    return f"?{left.urlencode()}" if left else "?"


def _sorts(get: QueryDict, query: CatalogQuery) -> list[tuple[str, str]]:
    """Return the orders to choose from: label and address, the address empty for the one in force."""
    labels = {search.SOONEST: _("Soonest"), search.TITLE: _("Title")}
    if query.words:
        labels = {search.RELEVANCE: _("Best match"), **labels}
    sorts = []
    for value, label in labels.items():
        there = get.copy()
        there["sort"] = value
        there.pop("page", None)
        sorts.append((label, "" if value == query.sort_in_force else f"?{there.urlencode()}"))
    return sorts


def _labels(version: CourseVersion, name: str) -> list[str]:
    choices = dict(version._meta.get_field(name).base_field.flatchoices)  # type: ignore[union-attr]  # an ArrayField
    return [str(choices.get(value, value)) for value in getattr(version, name)]


def _alternates(version: CourseVersion) -> list[tuple[str, str]]:
    alternates = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            alternates.append((language, settings.SITE_URL + version.get_absolute_url()))
    return alternates


def _structured_data(version: CourseVersion, runs: list[Any]) -> SafeString:
    """Return the course as schema.org's Course, safe inside a script element."""
    provider = version.course.provider
    modes = {Format.ONLINE: "Online", Format.IN_PERSON: "Onsite", Format.BLENDED: "Blended"}
    hours, minutes = divmod(version.notional_minutes, 60)
    workload = f"PT{hours}H" + (f"{minutes}M" if minutes else "")
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Course",
        "url": settings.SITE_URL + version.get_absolute_url(),
        "name": version.title,
        "description": version.summary,
        "inLanguage": version.languages,
        "provider": {
            "@type": "Organization",
            "name": provider.name,
            "address": provider.address or str(provider.place),
        },
        "timeRequired": workload,
        "isAccessibleForFree": version.cost_vnd == 0,
        "numberOfCredits": {
            "@type": "StructuredValue",
            "value": version.credit_hundredths / 100,
            "unitText": _("credit"),
        },
        "offers": {
            "@type": "Offer",
            "price": version.cost_vnd,
            "priceCurrency": "VND",
            "category": _cost_category(version),
        },
        "teaches": version.outcomes,
    }
    if version.is_elsewhere:  # no credit follows from it, and what nobody has said is not said
        del data["numberOfCredits"]
        data["sameAs"] = version.external_url
    if not version.notional_minutes:
        del data["timeRequired"]
    if version.cost_vnd is None:
        del data["offers"], data["isAccessibleForFree"]
    if version.licence:
        data["license"] = version.licence
    data["hasCourseInstance"] = [
        {
            "@type": "CourseInstance",
            "courseMode": modes[Format(version.format)],
            "courseWorkload": workload,
            "startDate": run.starts_on.isoformat(),
            **({"endDate": run.ends_on.isoformat()} if run.ends_on else {}),
            **({"location": f"{run.venue}, {run.place}"} if run.place else {}),
            "url": settings.SITE_URL + reverse("courses:enroll", args=[run.pk]),
        }
        for run in runs
    ]
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_SCRIPT_ESCAPES))


def _cost_category(version: CourseVersion) -> str:
    return "Paid" if version.cost_vnd else "Free"
