"""What an organization answers to a wish, and who is told."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import emails
from courses.choices import WishAnswerKind
from courses.models import CourseRun, Wish, WishAnswer, WishProposal
from courses.queries import demand
from courses.queries import wish as queries
from courses.rules import WISH_REASON_LETTERS_MAX
from learners.actions import message
from learners.actions.message import Draft
from learners.choices import MessageKind
from learners.models import Learner, Organization
from learners.permissions import is_manager


class UnableToAnswer(Exception):
    """The wish cannot be answered like that; the message is written for who answers."""


class NotAManager(UnableToAnswer):
    pass


class NotVerified(UnableToAnswer):
    pass


class NotOnTheBoard(UnableToAnswer):
    pass


class NotTheirRun(UnableToAnswer):
    pass


class ReasonMissing(UnableToAnswer):
    pass


@transaction.atomic
def answer(
    *,
    wish: Wish,
    organization: Organization,
    actor: Learner,
    kind: WishAnswerKind,
    now: datetime,
    run: CourseRun | None = None,
    reason: str = "",
) -> WishAnswer:
    """
    Write down what an organization answers, and return it; when a class is open, all who ask are told, once a run.

    Idempotent: the answer that stands already is returned. Locks the organization.

    :raises NotAManager: if the person does not manage the organization.
    :raises NotVerified: if it is not verified today.
    :raises NotOnTheBoard: if nobody asks for it in the organization's province.
    :raises NotTheirRun: if the run is another's, or nobody can enrol in it any more.
    :raises ReasonMissing: if it says no without saying why.
    """
    organization = _locked(organization, actor, now)
    reason = reason.strip()[:WISH_REASON_LETTERS_MAX]
    run = run if kind == WishAnswerKind.OPEN else None
    if not demand.seen_by(organization).filter(pk=wish.pk).exists():
        raise NotOnTheBoard(_("Nobody asks for this in your province any more."))
    if kind == WishAnswerKind.OPEN and (
        run is None or not demand.runs_to_answer_with(organization, now=now).filter(pk=run.pk).exists()
    ):
        raise NotTheirRun(_("Choose one of your classes that people can still enrol in."))
    if kind == WishAnswerKind.CANNOT and not reason:
        raise ReasonMissing(_("Say why in a sentence: people have waited for an answer."))
    newest = wish.answers.filter(organization=organization).order_by("-answered_at", "-pk").first()
    if newest and (newest.kind, newest.run_id, newest.reason) == (kind, run.pk if run else None, reason):
        return newest
    given = WishAnswer.objects.create(
        wish=wish,
        organization=organization,
        kind=kind,
        run=run,
        reason=reason,
        answered_by=actor,
        answered_at=now,
    )
    queries.heard().filter(wish=wish).update(asked_again_at=None)  # there is an answer now; nobody is asked meanwhile
    if run is not None:
        _tell(wish, run, now)
    return given


@transaction.atomic
def dismiss(*, proposal: WishProposal, organization: Organization, actor: Learner, now: datetime) -> WishProposal:
    """
    Write down that a run does not answer a wish, and return the proposal. Idempotent: the first time stands.

    :raises NotAManager: if the person does not manage the organization.
    :raises NotVerified: if it is not verified today.
    """
    organization = _locked(organization, actor, now)
    proposal = WishProposal.objects.select_for_update(no_key=True).get(
        pk=proposal.pk, run__version__course__provider=organization
    )
    if proposal.dismissed_at is None:
        proposal.dismissed_at, proposal.dismissed_by = now, actor
        proposal.save(update_fields=["dismissed_at", "dismissed_by"])
    return proposal


def _locked(organization: Organization, actor: Learner, now: datetime) -> Organization:
    if not is_manager(actor, organization):
        raise NotAManager(_("A manager of your organisation answers."))
    organization = (
        Organization.objects.select_for_update(no_key=True, of=("self",))
        .select_related("place")
        .get(pk=organization.pk)
    )
    if not organization.is_verified(on=timezone.localdate(now)):
        raise NotVerified(_("Your organisation is not verified now, so it cannot answer wishes."))
    return organization


def _tell(wish: Wish, run: CourseRun, now: datetime) -> None:
    """Tell each who asks, once a run; two queries and three for the run, however many they are."""
    run = (
        CourseRun.objects.select_related("version__course__provider", "place__parent")
        .prefetch_related("class_sessions")
        .get(pk=run.pk)
    )
    wish = Wish.objects.select_related("place__parent").get(pk=wish.pk)
    voices = queries.heard().filter(wish=wish).select_related("learner").order_by("pk")
    drafts = [
        Draft(
            recipient=voice.learner,
            key=f"wish_opened:{wish.pk}:{run.pk}:{voice.learner_id}",
            data=emails.wish_opened(wish, run, language=voice.learner.language),
            expires_at=run.enrollment_closes_at,
        )
        for voice in voices
    ]
    message.queue_all(kind=MessageKind.WISH_OPENED, drafts=drafts, now=now)
