"""The curators' desk: Django admin behind the portal's own sign-in."""

from collections.abc import Callable
from datetime import timedelta
from functools import update_wrapper
from typing import Any, NoReturn

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.admin.views.main import SEARCH_VAR
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, ValidationError
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.choices import VersionState
from courses.queries.attendance_flag import waiting as odd_attendance
from courses.queries.attendance_history import escalated as objections_escalated
from courses.queries.moderation import waiting as reviews_waiting
from courses.queries.place_request import escalated as places_escalated
from courses.queries.review import waiting as courses_waiting
from credits.choices import DisputeState
from credits.queries.dispute import escalated as disputes_escalated
from credits.queries.ledger_check import alarms as ledger_alarms
from credits.queries.request import waiting as requests_waiting
from learners.choices import OrganizationStatus
from learners.models import Learner
from learners.queries.added_way import for_curators as added_ways_waiting
from learners.queries.calendar import last_known_holiday
from learners.queries.closing import for_curators as closings_waiting
from learners.queries.complaint import waiting as complaints_waiting
from learners.queries.dead_way import for_curators as dead_ways_waiting
from learners.queries.help import waiting as help_waiting
from learners.queries.lost_second_step import for_curators as lost_second_steps_waiting
from learners.queries.lost_way import for_curators as lost_ways_waiting
from learners.queries.organization import waiting as organizations_waiting

# Of the packages we use: rights are given in code (learners.actions.curator), and addresses stand on the learner.
LEFT_OUT = {"auth.Group", "account.EmailAddress", "account.EmailConfirmation", "mfa.Authenticator"}
LEFT_OUT |= {"socialaccount.SocialAccount", "socialaccount.SocialApp", "socialaccount.SocialToken"}
# What Django's own filters write into an address, after the name of the field.
FILTER_LOOKUPS = ("", "__exact", "__isnull", "__isempty", "__gte", "__lt")
DRILL_DOWN_LOOKUPS = ("__year", "__month", "__day")
NUL = "\0"
# So long before the calendar ends, the desk asks for the next public holidays: deadlines reach that far at most.
HOLIDAYS_KNOWN_AHEAD = timedelta(days=365)


class AskedForOnly:
    """
    A list of the desk answers the filters it offers and no other question.

    Django would let whoever may see a list filter it by any column, shown or not, and so read it letter by letter.
    """

    def lookup_allowed(self: Any, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup in self._lookups(request)

    def get_changelist_instance(self: Any, request: HttpRequest) -> Any:
        """Values no filter can have (the year 9999 has no next one) lead back to the whole list, with a word why."""
        try:
            return super().get_changelist_instance(request)  # type: ignore[misc]  # a mixin of ModelAdmin
        except (IncorrectLookupParameters, ValueError, OverflowError, DataError) as reason:
            self.message_user(request, _("The list cannot be filtered like that, so it is shown whole."), "warning")
            raise IncorrectLookupParameters(reason) from reason

    def response_action(self: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        for chosen in request.POST.getlist("_selected_action"):
            try:
                self.opts.pk.clean(chosen, None)
            except ValidationError as reason:
                raise BadRequest("a row that cannot be") from reason
        return super().response_action(request, queryset)  # type: ignore[misc,no-any-return]

    def _lookups(self: Any, request: HttpRequest | None) -> set[str]:
        allowed = {self.date_hierarchy + each for each in DRILL_DOWN_LOOKUPS} if self.date_hierarchy else set()
        for offered in self.get_list_filter(request):
            if isinstance(offered, type):
                allowed.add(offered.parameter_name)  # type: ignore[attr-defined]  # a SimpleListFilter
                continue
            path = offered[0] if isinstance(offered, tuple) else offered
            field: Any = get_fields_from_path(self.model, path)[-1]
            if field.is_relation:
                allowed |= {f"{path}__{field.target_field.name}__exact", f"{path}__isnull", f"{path}__isempty"}
            else:
                allowed |= {path + each for each in FILTER_LOOKUPS}
        return allowed


class CuratorsDesk(AdminSite):
    """Who is not signed in is sent to the sign-in page; for a signed-in learner who is no curator it does not exist."""

    site_header = gettext_lazy("Curators' desk")
    site_title = "Học Suốt Đời"
    index_title = gettext_lazy("What waits for you")
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        models: list[Any] = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        asked = admin_class or ModelAdmin
        strict = type(asked.__name__, (AskedForOnly, asked), {"__module__": asked.__module__, "__doc__": asked.__doc__})
        for model in models:
            if model._meta.label not in LEFT_OUT:
                super().register(model, strict, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        if request.user.is_authenticated and not super().has_permission(request):
            raise Http404
        return super().has_permission(request)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Refuse what PostgreSQL cannot even compare with."""

        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if _has_nul(request):
                raise BadRequest("a NUL character")
            return view(request, *args, **kwargs)

        return super().admin_view(update_wrapper(checked, view), cacheable)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        return super().index(request, {"waiting": _waiting(request), **(extra_context or {})})

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Django's own form is closed: it knows neither codes nor limits."""
        self.has_permission(request)
        return redirect_to_login(request.GET.get("next") or request.get_full_path())

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> NoReturn:
        raise Http404  # nobody has a password

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> NoReturn:
        raise Http404


def _has_nul(request: HttpRequest) -> bool:
    """
    Return whether the address holds a NUL, which no link of ours does.

    The search box says so itself, and so does the field of any form, with what was typed.
    """
    said = [request.path]
    for name, values in request.GET.lists():
        said += [name] if name == SEARCH_VAR else [name, *values]
    return any(NUL in each for each in said)


def _waiting(request: HttpRequest) -> list[tuple[str, int, str]]:
    """Return what waits for a decision this curator may take: in words, how many, and where."""
    waiting = []
    if request.user.has_perm("courses.view_courseversion"):
        where = reverse("admin:courses_courseversion_changelist", query={"state__exact": VersionState.SUBMITTED})
        waiting.append((_("Courses waiting for review"), courses_waiting(), where))
    if request.user.has_perm("learners.view_organization"):
        where = reverse(
            "admin:learners_organization_changelist", query={"status__exact": OrganizationStatus.REGISTERED}
        )
        waiting.append((_("Organisations waiting for verification"), organizations_waiting(), where))
    if request.user.has_perm("learners.view_organizationcomplaint"):
        where = reverse("admin:learners_organizationcomplaint_changelist", query={"waits": "yes"})
        waiting.append((_("Complaints about organisations"), complaints_waiting(), where))
    if request.user.has_perm("learners.view_helprequest"):
        where = reverse("admin:learners_helprequest_changelist", query={"waits": "curators"})
        waiting.append((_("People who wait for a call by a curator"), help_waiting(now=timezone.now()), where))
    waiting += _of_counters(request)
    if request.user.has_perm("courses.view_placerequest"):
        where = reverse("admin:courses_placerequest_changelist")
        waiting.append((_("Requests for a place no organisation has answered in time"), places_escalated(), where))
    if request.user.has_perm("courses.change_feedback"):
        where = reverse("admin:courses_feedback_changelist")
        waiting.append((_("Reviews that were reported or objected to"), reviews_waiting(), where))
    if request.user.has_perm("courses.change_attendanceobjection"):
        query = {"outcome__exact": "", "escalated_at__isempty": "0"}
        where = reverse("admin:courses_attendanceobjection_changelist", query=query)
        waiting.append((_("Objections to attendance that are with the curators"), objections_escalated(), where))
    if request.user.has_perm("courses.change_attendanceflag"):
        where = reverse("admin:courses_attendanceflag_changelist", query={"outcome__exact": ""})
        waiting.append((_("Attendance that looks odd"), odd_attendance(), where))
    if request.user.has_perm("credits.change_dispute"):
        query = {"state__exact": DisputeState.OPEN, "escalated_at__isempty": "0"}
        where = reverse("admin:credits_dispute_changelist", query=query)
        waiting.append((_("Reports of mistakes that are with the curators"), disputes_escalated(), where))
    if request.user.has_perm("credits.change_ledgerrequest"):
        where = reverse("admin:credits_ledgerrequest_changelist", query={"waits": "me"})
        curator: Learner = request.user  # type: ignore[assignment]  # who has a permission is signed in
        waiting.append((_("Requests that wait for a second person"), requests_waiting(curator), where))
    if request.user.has_perm("learners.add_holiday"):
        known = last_known_holiday()
        if known is None or known < timezone.localdate() + HOLIDAYS_KNOWN_AHEAD:
            waiting.append(
                (_("Years whose public holidays are to be entered"), 1, reverse("admin:learners_holiday_add"))
            )
    if request.user.has_perm("credits.view_ledgercheck"):
        alarms = ledger_alarms(now=timezone.now())
        checks, seals = reverse("admin:credits_ledgercheck_changelist"), reverse("admin:credits_seal_changelist")
        waiting += [
            row
            for row in (
                (_("The newest check of the ledger found what does not hold"), alarms.findings, checks),
                (_("Questions the newest check of the ledger did not finish"), alarms.unfinished, checks),
                (_("Days since the ledger was last checked"), alarms.days_unchecked, checks),
                (_("Days since the records were last sealed"), alarms.days_unsealed, seals),
            )
            if row[1]
        ]
    return waiting


def _of_counters(request: HttpRequest) -> list[tuple[str, int, str]]:
    """Return what waits to be confirmed by a curator in the place of somebody; named only where something does."""
    now, waiting = timezone.now(), list[tuple[str, int, str]]()
    if request.user.has_perm("learners.change_accountclosing"):
        where = reverse("admin:learners_accountclosing_changelist", query={"waits": "curators"})
        number = closings_waiting(now=now).count()
        waiting.append((_("Closings that nobody else at the counter can confirm"), number, where))
    if request.user.has_perm("learners.change_deadway"):
        where = reverse("admin:learners_deadway_changelist")
        words = _("Numbers and addresses that nobody else at the counter can take off")
        waiting.append((words, dead_ways_waiting(now=now).count(), where))
    if request.user.has_perm("learners.change_addedway"):
        where = reverse("admin:learners_addedway_changelist")
        words = _("Numbers and addresses added that nobody else at the counter can confirm")
        waiting.append((words, added_ways_waiting(now=now).count(), where))
    if request.user.has_perm("learners.change_lostsecondstep"):
        where = reverse("admin:learners_lostsecondstep_changelist")
        waiting.append((_("Second steps said to be lost"), lost_second_steps_waiting().count(), where))
    if request.user.has_perm("learners.change_lostway"):
        where = reverse("admin:learners_lostway_changelist")
        waiting.append((_("Addresses and numbers said to be lost"), lost_ways_waiting().count(), where))
    return [row for row in waiting if row[1]]
