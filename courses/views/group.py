"""Groups: make one up, see it, come to one by a link, enrol or wait together, go on without one or alone."""

from http import HTTPStatus
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.actions import enrollment as enrolling
from courses.actions import group as actions
from courses.actions import group_member, obstacle
from courses.actions.group_seats import NotTheirs
from courses.emails.words import link
from courses.forms.group import GroupForm
from courses.models import EnrollmentGroup, GroupMember
from courses.queries import enrollment, group_shown, place_request, waiting_shown
from courses.queries import group as queries
from learners.levels import CARD
from learners.models import Learner

asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])
ALSO, RUNS_NAMED_MAX = "also", 20  # other runs of the course that would do
MEMBER, LINK = "member", "link"  # of whom a form is, and that it is of a link nobody had come by
ALONE = "alone"  # with leaving, what a card opens of a group: who said yes by it finds the way out too
REFUSALS = (group_member.UnableToGroup, enrolling.UnableToEnroll, enrolling.UnableToWithdraw, NotTheirs)


@asks_and_acts
@login_required
def group_new(request: HttpRequest, run_id: int) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    run = get_object_or_404(enrollment.runs_on_offer(), pk=run_id)
    now = timezone.now()
    form = GroupForm(request.POST or None, may_bring=queries.may_bring(learner, now=now))
    each_asks = place_request.asks_for_approval(run)
    if not each_asks and form.is_valid():
        said = form.cleaned_data
        try:
            group = group_member.make(
                leader=learner,
                run=run,
                comes_too=said["comes_too"],
                bring=said.get("bring", []),
                fellows=said["fellows"],
                creation_key=said["once"] or uuid4(),
                now=now,
            )
        except group_member.UnableToGroup as reason:
            form.add_error(None, str(reason))
        else:
            return redirect("courses:group", public_id=group.public_id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "facts": enrollment.run_facts(run, now=now), "each_asks": each_asks}
    return render(request, "courses/group_new.html", context, status=status)


@require_safe
@login_required
def group(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The group as its leader or a member sees it: who has come, what is free, where it stands, what to do next."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    mine = get_object_or_404(queries.visible_to(learner), public_id=public_id)
    now = timezone.now()
    shown = group_shown.shown(mine, learner, now=now)
    free = actions.free_seats(shown.run)
    context = {
        "shown": shown,
        "links": [(each, link("courses:group_join", each.link) if each.link else "") for each in shown.members],
        "facts": enrollment.run_facts(shown.run, now=now),
        "closed": str(obstacle.of_run(mine.run, now=now) or "") if mine.settled_at is None else "",
        "each_asks": mine.is_gathered and place_request.asks_for_approval(mine.run),
        "fits": free is None or free >= shown.came,
        "too_few": "" if free is None else actions.too_few(free, shown.came),
        "too_large": actions.too_large(mine.run, shown.came) if mine.is_gathered else "",
        "others": waiting_shown.full_runs([mine.course_id], now=now).exclude(pk=mine.run_id)
        if mine.is_gathered
        else [],
        "also": ALSO,
    }
    return render(request, "courses/group.html", context)


@asks_and_acts
@login_required
def group_act(request: HttpRequest, public_id: UUID, act: str) -> HttpResponse:
    """Do one of the acts on a group; what splits it is asked about first."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    mine = get_object_or_404(queries.visible_to(learner), public_id=public_id)
    if CARD in request.session and act != ALONE:
        raise PermissionDenied
    if request.method != "POST":
        if act != ALONE:
            return HttpResponseNotAllowed(["POST"])
        return _asked_first(request, mine, learner, member=None)
    try:
        said = _act(request, mine, learner, act)
    except REFUSALS as reason:
        messages.warning(request, str(reason))
    else:
        messages.success(request, said)
    return _back(learner, mine)


def _act(request: HttpRequest, mine: EnrollmentGroup, learner: Learner, act: str) -> str:
    """Do one of the acts on a group and return what to say of it."""
    now = timezone.now()
    match act:
        case "enroll":
            places = actions.enroll(group=mine, actor=learner, now=now)
            return _("All %(count)s of you have a place.") % {"count": len(places)}
        case "wait":
            sent = request.POST.getlist(ALSO)[:RUNS_NAMED_MAX]
            named = [int(value) for value in sent if value.isdecimal() and len(value) < 16]
            also = waiting_shown.runs_with_ids(named).filter(version__course=mine.course_id).order_by("pk")
            actions.wait(group=mine, actor=learner, also=list(also), now=now)
            return _("You wait as a group. When there are seats for all of you, we write to you at once.")
        case "alone":
            actions.go_alone(group=mine, actor=learner, now=now)
            if learner.pk != mine.leader_id:
                return _("You wait alone from now on, since the same time as before.")
            return _("Each waits alone from now on, since the same time as before.")
        case "invite":
            group_member.invite(group=mine, actor=learner)
            return _("There is a link for one more.")
    raise Http404


def _asked_first(
    request: HttpRequest, mine: EnrollmentGroup, learner: Learner, *, member: GroupMember | None
) -> HttpResponse:
    """Ask before a group goes on without one of it, or each of it goes on alone: neither can be taken back."""
    shown = group_shown.shown(mine, learner, now=timezone.now())
    one = next((each for each in shown.members if member is not None and each.member.pk == member.pk), None)
    is_open = shown.is_waiting and shown.offer is None if member is None else one is not None and one.may_leave
    if not is_open or (member is not None and member.learner_id is None):
        return _back(learner, mine)
    context = {"shown": shown, "one": one, "title": shown.run.version.title}
    return render(request, "courses/group_leave.html", context)


@asks_and_acts
@login_required
def group_take_out(request: HttpRequest, public_id: UUID, position: int) -> HttpResponse:
    """Let the group go on without one of it, asked about first: by its leader, or by themself."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    mine = get_object_or_404(queries.visible_to(learner), public_id=public_id)
    member = get_object_or_404(queries.members(mine).select_related("group__run"), position=position)
    if CARD in request.session and member.learner_id != learner.pk:
        raise PermissionDenied
    if request.method != "POST":
        return _asked_first(request, mine, learner, member=member)
    if changed := _changed(request, member):
        messages.warning(request, changed)
        return _back(learner, mine)
    try:
        group_member.take_out(member=member, actor=learner, now=timezone.now())
    except REFUSALS as reason:
        messages.warning(request, str(reason))
    else:
        messages.success(request, _said_of(member, learner))
    return _back(learner, mine)


def _changed(request: HttpRequest, member: GroupMember) -> str:
    """Return that what a form is of has changed since; empty if it has not. Numbers are used again."""
    if request.POST.get(MEMBER) != str(member.public_id):
        return _("The group has changed meanwhile. Look at it again.")
    if LINK in request.POST and member.learner_id is not None:
        return group_member.come_meanwhile()
    return ""


def _said_of(member: GroupMember, learner: Learner) -> str:
    if member.learner_id is None:
        return _("The link is taken back.")
    return _("You have left the group.") if member.learner_id == learner.pk else _("The group goes on without them.")


def _back(learner: Learner, mine: EnrollmentGroup) -> HttpResponse:
    is_still = queries.visible_to(learner).filter(pk=mine.pk).exists()
    return redirect("courses:group", public_id=mine.public_id) if is_still else redirect("courses:my_waiting")


@never_cache
@asks_and_acts
@login_required
def group_join(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a fellow: who asks them to come to what; they say yes themselves."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    member = queries.member_of(token)
    if member is None:
        raise Http404
    if queries.visible_to(learner).filter(pk=member.group_id).exists() and member.learner_id == learner.pk:
        return redirect("courses:group", public_id=member.group.public_id)
    refusal, status, now = "", HTTPStatus.OK, timezone.now()
    if request.method == "POST":
        try:
            group_member.say_yes(member=member, learner=learner, now=now)
        except group_member.UnableToGroup as reason:
            refusal, status = str(reason), HTTPStatus.CONFLICT
        else:
            return redirect("courses:group", public_id=member.group.public_id)
    is_open = member.learner_id is None and member.left_at is None and member.group.is_gathered
    context = {
        "group": member.group,
        "is_open": is_open,
        "refusal": refusal,
        "facts": enrollment.run_facts(queries.groups().get(pk=member.group_id).run, now=now),
    }
    return render(request, "courses/group_join.html", context, status=status)
