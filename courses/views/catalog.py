"""The catalogue and the page of a course: public, the same for everyone."""

from datetime import datetime

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from courses.exports import address, structured_data
from courses.models import CourseVersion
from courses.queries import course_page, enrollment, provider, recommendation, search, similar, suggestion
from courses.queries.recommendation import Suggested
from courses.queries.search import CatalogQuery
from courses.rules import RESULTS_PER_PAGE, SUGGESTIONS_BESIDE_A_COURSE
from courses.views import card, chips, filters, paging, quality, share
from courses.views.kept import for_visitors
from credits.queries.counts_towards import CountsTowards, counts_towards
from credits.queries.progress import how_far_on_all
from learners.models import Learner


@require_safe
@for_visitors
def catalog(request: HttpRequest) -> HttpResponse:
    if (tidy := chips.tidied(request.GET)) is not None:
        return redirect(request.path + tidy.removesuffix("?"))
    query = CatalogQuery.from_params(request.GET.get, request.GET.getlist)
    learner = request.user if request.user.is_authenticated else None
    page_number = paging.number(request.GET.get("page", ""))
    try:
        results = search.search(query, page_number=page_number, now=timezone.now(), learner=learner)
    except search.NoSuchPage as reason:
        raise Http404 from reason
    found = results.found
    cards = card.rendered(results.items, marking=query.asked)
    context = {
        "query": query,
        "found": found,
        "organizations": provider.named(query, language=translation.get_language()) if page_number == 1 else [],
        "did_you_mean": results.did_you_mean,
        "is_loose": found.is_loose,
        "results": [(item, *cards[item.row.course_id]) for item in results.items if item.row.course_id in cards],
        "page": Paginator(range(results.pages_count * RESULTS_PER_PAGE), RESULTS_PER_PAGE).page(page_number),
        "is_last_of_many": found.is_capped and page_number == results.pages_count,
        **filters.context(request.GET, query, found, request.user),
        **chips.context(request.GET, query, found),
    }
    return render(request, "courses/catalog.html", context)


@require_safe
@for_visitors
def course(request: HttpRequest, course_id: int, slug: str = "") -> HttpResponse:
    now = timezone.now()
    shown = course_page.get_course(course_id)
    if shown is None:
        raise Http404
    version = shown.version
    if slug != version.slug:
        return redirect(version, permanent=True)
    runs = course_page.get_runs(course_id=course_id, now=now)
    offered = runs[0].run.version if runs else version
    context = {
        "shown": shown,
        "version": version,
        "provider": version.course.provider,
        "runs": runs,
        "first": runs[0] if runs else None,
        "offered": offered,
        "is_verified": version.course.provider.is_verified(on=timezone.localdate(now)),
        "accessibility": version.labels("accessibility"),
        "languages": version.labels("languages"),
        "towards": _towards(version, now),
        "mine": enrollment.seat_in_course(request.user, course_id) if isinstance(request.user, Learner) else None,
        "similar": similar.beside(shown, offered=offered, now=now),
        "share": share.ways(version),
        "canonical": settings.SITE_URL + version.get_absolute_url(),
        "alternates": address.in_each_language(version),
        "structured_data": structured_data.course_script(
            version, runs, skills=[skill for skill, _line in shown.skills]
        ),
        "suggestions": _suggestions(request, version, now),
        **quality.context(version.course),
    }
    return render(request, "courses/course.html", context)


def _suggestions(request: HttpRequest, version: CourseVersion, now: datetime) -> list[Suggested]:
    """For a learner only: a visitor's page is the same for everybody."""
    if not isinstance(request.user, Learner):
        return []
    pathways = [progress for _follow, progress in how_far_on_all(request.user, on=timezone.localdate(now))]
    return recommendation.for_learner(
        request.user, pathways=pathways, slots=SUGGESTIONS_BESIDE_A_COURSE, now=now, leave_out=[version.course_id]
    )


def _towards(version: CourseVersion, now: datetime) -> CountsTowards | None:
    """Nothing follows from what is taught elsewhere."""
    if version.is_elsewhere:
        return None
    return counts_towards(suggestion.credit_of(version), on=timezone.localdate(now))
