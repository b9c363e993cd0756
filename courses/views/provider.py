"""Organizations for everybody: the page of one, and the list in which they are found."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from courses.exports import address, structured_data
from courses.forms.provider import ProviderForm
from courses.queries import provider as queries
from courses.queries import search
from courses.queries.search import CatalogQuery
from courses.rules import RESULTS_PER_PAGE
from courses.views import card, paging
from courses.views.kept import for_visitors
from learners.choices import OrganizationStatus
from learners.models import Organization
from learners.permissions import roles_of
from learners.queries import organization as organizations


@require_safe
@for_visitors
def provider(request: HttpRequest, organization_id: int, slug: str = "") -> HttpResponse:
    organization = get_object_or_404(
        organizations.visible_to(request.user).select_related("verified_by"), pk=organization_id
    )
    if slug != organization.slug:
        return redirect(organization, permanent=True)
    now = timezone.now()
    page_number = paging.number(request.GET.get("page", ""))
    context = {
        "provider": organization,
        "is_public": organization.status == OrganizationStatus.VERIFIED,
        "is_verified": organization.is_verified(on=timezone.localdate(now)),
        "works_here": bool(roles_of(request.user, organization)),
        "upcoming": queries.upcoming(organization, now=now) if page_number == 1 else [],
        "alternates": address.in_each_language(organization),
        "structured_data": structured_data.provider_script(organization),
        **_courses(organization, page_number, request),
    }
    return render(request, "courses/provider.html", context)


@require_safe
@for_visitors
def providers(request: HttpRequest) -> HttpResponse:
    form = ProviderForm(request.GET)
    query = form.query()
    found = queries.found(query, language=translation.get_language())
    page = Paginator(found, RESULTS_PER_PAGE).get_page(request.GET.get("page", ""))
    counts = queries.offered(list(page))
    today = timezone.localdate()
    context = {
        "form": form,
        "query": query,
        "page": page,
        "rows": [(each, each.is_verified(on=today), counts.get(each.pk, 0)) for each in page],
    }
    return render(request, "courses/providers.html", context)


def _courses(organization: Organization, page_number: int, request: HttpRequest) -> dict[str, Any]:
    """What it offers, from the catalogue: a page of cards as the catalogue shows them."""
    query = CatalogQuery(chosen={"provider": (str(organization.public_id),)})
    learner = request.user if request.user.is_authenticated else None
    try:
        results = search.search(query, page_number=page_number, now=timezone.now(), learner=learner)
    except search.NoSuchPage as reason:
        raise Http404 from reason
    cards = card.rendered(results.items, marking=query.asked, names_provider=False)
    return {
        "found": results.found,
        "results": [(item, *cards[item.row.course_id]) for item in results.items if item.row.course_id in cards],
        "page": Paginator(range(results.pages_count * RESULTS_PER_PAGE), RESULTS_PER_PAGE).page(page_number),
    }
