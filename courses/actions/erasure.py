"""Leaving classes, and emptying one person from the courses' side: the words of their reviews, wishes, refusals."""

from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef, Q, TextField, Value
from django.db.models.functions import Cast, Concat

from courses.actions import approval, calendar_feed, enrollment, feedback, group, staff, waiting, wish
from courses.choices import EnrollmentState
from courses.models import (
    Enrollment,
    EnrollmentGroup,
    Feedback,
    GroupMember,
    Interest,
    LearnedElsewhere,
    PlaceRequest,
    Review,
    SuggestionRefusal,
    WaitingRequest,
    WalkIn,
    Wish,
    WishVoice,
)
from courses.queries import place_request
from learners.actions import name_in_letters
from learners.actions.name_in_letters import NOBODY
from learners.choices import MessageKind
from learners.models import Learner, Membership


def leave(*, learner: Learner, now: datetime) -> int:
    """
    Give up every place, waiting list, request, wish and review of the learner; return how many.

    Each in a transaction of its own. Idempotent. A course that is completed meanwhile is completed.
    """
    left = 0
    # What may still become a place first: nobody is given one between the two.
    for asked in PlaceRequest.objects.filter(learner=learner, outcome=place_request.OPEN).order_by("pk"):
        approval.withdraw(request=asked, now=now)
        left += 1
    places = Enrollment.objects.filter(learner=learner, state=EnrollmentState.ENROLLED).order_by("pk")
    for place in places:
        try:
            enrollment.withdraw(enrollment=place, now=now, account_closes=True)
        except enrollment.UnableToWithdraw:
            continue  # it has just ended in another way, and holds nothing that waits
        left += 1
    for request in WaitingRequest.objects.filter(learner=learner, ended_at__isnull=True).order_by("pk"):
        waiting.leave(request=request, now=now)
        left += 1
    led = EnrollmentGroup.objects.filter(leader=learner)
    waits = WaitingRequest.objects.filter(group__leader=learner, ended_at__isnull=True).values("group")
    gathers = GroupMember.objects.filter(left_at__isnull=True, group__settled_at__isnull=True).values("group")
    for each in led.filter(Q(pk__in=waits) | Q(pk__in=gathers)).order_by("pk"):
        group.disband(group=each, now=now, leader_goes=True)
        left += 1
    gathered = GroupMember.objects.filter(learner=learner, left_at__isnull=True, group__settled_at__isnull=True)
    left += gathered.update(left_at=now)
    for voice in WishVoice.objects.filter(learner=learner, ended_at__isnull=True):
        wish.withdraw(voice=voice, now=now)
        left += 1
    left += calendar_feed.end(learner=learner, now=now)
    if learner.phone:  # written down at a door under their number, and never claimed
        left += WalkIn.objects.filter(phone=learner.phone, enrollment=None).update(full_name="", phone="")
    for given in Feedback.objects.filter(request__enrollment__learner=learner, withdrawn_at__isnull=True):
        feedback.withdraw(feedback=given, now=now)
        left += 1
    return left


def erase(*, learner: Learner, name: str, now: datetime) -> dict[str, int]:
    """
    Empty the person and return how many rows of each kind; inside a transaction that has closed the account.

    ``name`` is what they were called until then. Who teaches classes that are not over is chosen anew.

    Attendance stays without its remarks, reviews without their words: what was counted stays counted.
    """
    refused = SuggestionRefusal.objects.filter(learner=learner).delete()[0]
    said = LearnedElsewhere.objects.filter(learner=learner).delete()[0]
    liked = Interest.objects.filter(learner=learner).delete()[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT courses_erase(%s)", [learner.pk])
        words = cursor.fetchone()[0]
        cursor.execute("SELECT courses_erase_requests(%s)", [learner.pk])
        reasons = cursor.fetchone()[0]
        cursor.execute("SELECT courses_erase_objections(%s)", [learner.pk])
        cursor.execute("SELECT courses_erase_results(%s)", [learner.pk])
    taken_away = Enrollment.objects.filter(learner=learner, withdrawn_by__isnull=False)
    taken_away.update(withdraw_reason="—")
    WalkIn.objects.filter(enrollment__learner=learner).update(full_name="", phone="")
    returned = Review.objects.filter(reviewer=learner).values_list("version", flat=True).distinct()
    kind = MessageKind.PROPOSAL_RETURNED.lower()
    name_in_letters.take_out(placeholder="person", keys=[f"{kind}:{version}:" for version in returned])
    name_in_letters.take_out_of_letters_to(
        GroupMember.objects.filter(group__leader=learner).exclude(learner=learner).values("learner"),
        placeholder="leader",
    )
    # Whoever teaches with them goes out of those letters too: a list of names is one word there.
    places = Enrollment.objects.filter(run__instructors=learner).values_list(_key("enrolled:"))
    asked = PlaceRequest.objects.filter(run__instructors=learner).values_list(_key("place_approved:", ":"))
    for keys in (places, asked):
        name_in_letters.take_out_by_key(keys, placeholder="instructor")
    # Who taught a class until somebody else was chosen is found by their name, where they have worked.
    once = Membership.objects.filter(learner=learner).values("organization")
    places = Enrollment.objects.filter(run__version__course__provider__in=once).values_list(_key("enrolled:"))
    asked = PlaceRequest.objects.filter(run__version__course__provider__in=once)
    for keys in (places, asked.values_list(_key("place_approved:", ":"))):
        name_in_letters.take_out_by_key(keys, placeholder="instructor", naming=name)
    staff.teaches_no_more(learner=learner, organizations=once, now=now)
    _forget_wishes(learner)
    return {"reviews": words, "suggestions": refused, "interests": liked, "learned_elsewhere": said, "reasons": reasons}


def _key(before: str, after: str = "") -> Concat:
    """The key of the letter about a row."""
    return Concat(Value(before), Cast("pk", TextField()), Value(after), output_field=TextField())


def _forget_wishes(learner: Learner) -> int:
    """
    Take the words out of wishes that nobody else has asked for who still has an account; return of how many.

    Whoever else has asked for the same has written the same words, and sees them on a page of their own. Locks the
    wishes against a voice that is just being given.
    """
    asked = WishVoice.objects.filter(learner=learner).values("wish")
    wishes = list(Wish.objects.select_for_update().filter(pk__in=asked).order_by("pk").values_list("pk", flat=True))
    others = WishVoice.objects.filter(wish=OuterRef("pk"), learner__closed_at__isnull=True)
    forgotten = list(Wish.objects.filter(~Exists(others), pk__in=wishes).values_list("pk", flat=True))
    for pk in forgotten:  # the number keeps it apart from the others; no topic folds to a dash
        Wish.objects.filter(pk=pk).update(topic=NOBODY, topic_fold=f"{NOBODY} {pk}")
    return len(forgotten)
