"""What people have lost that lets them in: two curators speak to them, one after the other, and say so here."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learners import formats
from learners.actions import lost_second_step, lost_way
from learners.admin.seconding import Seconded
from learners.models import Learner, LostSecondStep, LostWay
from learners.queries import changed_way as changed_way_queries
from learners.queries import lost_second_step as lost_second_step_queries
from learners.queries import lost_way as lost_way_queries
from learners.queries.learner import of_now
from learners.queries.ways import Reached

ADVICE = gettext_lazy(
    "Ring a number that stands above, never one left in a request: somebody else may have written it. Ask, and do "
    "not help with the answer: where and about when the record was opened, which class they go to or went to last, "
    "how the app was lost. Whoever holds the telephone may have taken it, so ask even then. If no number stands "
    "above, or you are in doubt, have them come to the counter named above, or to one near them, with a paper; "
    "staff there call you."
)


class Lost(Seconded):
    """
    What is said to be lost, as far as it waits for the first or the second of two curators.

    The page says where the record itself reaches its owner, whole: what stands in a request for a call was typed by
    whoever asks, and both curators would ring the same stranger.
    """

    list_display = ["asked_at", "vouched_at", "vouched_by"]
    list_select_related = ["vouched_by"]
    ordering = ["asked_at", "pk"]

    @admin.display(description=gettext_lazy("numbers in the record"))
    def numbers(self, row: Any) -> str:
        return ", ".join(map(formats.way, self._known_by(row).numbers)) or str(_("none"))

    @admin.display(description=gettext_lazy("e-mail addresses in the record"))
    def mails(self, row: Any) -> str:
        return ", ".join(map(formats.way_masked, self._known_by(row).mails)) or str(_("none"))

    @admin.display(description=gettext_lazy("opened at the counter of"))
    def counters(self, row: Any) -> str:
        opened = self._known_by(row).registrations
        said = [f"{each.organization.name}, {formats.day_plain(each.registered_at)}" for each in opened]
        return "; ".join(said) or str(_("none"))

    def _known_by(self, row: Any) -> lost_second_step_queries.KnownBy:
        learner = of_now(row.learner)
        # Whoever has what is lost now, or has come to what was added in a takeover, is not rung.
        gone = {row.address, *(each.address for each in _doubted(row))} if isinstance(row, LostWay) else set()
        return lost_second_step_queries.known_by(learner, now=timezone.now(), but=gone)

    def is_theirs(self, row: Any) -> bool:
        return True  # of others there is no page


def _doubted(row: LostWay) -> list[Reached]:
    """Return what goes when an objection is carried out; of what else is asked for it is named."""
    learner = of_now(row.learner)
    if not row.is_objection:
        return []
    return changed_way_queries.doubted(learner, changed_way_queries.objecting(learner, until=timezone.now()))


@admin.register(LostSecondStep)
class LostSecondStepAdmin(Lost):
    fields = ["learner", "numbers", "mails", "counters", "asked_at", "vouched_at", "vouched_by"]
    readonly_fields = ["numbers", "mails", "counters"]
    button = gettext_lazy("I have spoken to %(name)s: the app and the recovery codes are lost")
    advice = ADVICE

    def get_queryset(self, request: HttpRequest) -> QuerySet[LostSecondStep]:
        return lost_second_step_queries.for_curators()

    def confirm_one(self, row: LostSecondStep, curator: Learner, now: datetime) -> LostSecondStep:
        return lost_second_step.vouch(lost=row, curator=curator, now=now)


@admin.register(LostWay)
class LostWayAdmin(Lost):
    fields = [
        "learner",
        "how",
        "gone",
        "wanted",
        "numbers",
        "mails",
        "counters",
        "asked_at",
        "vouched_at",
        "vouched_by",
    ]
    readonly_fields = ["how", "gone", "wanted", "numbers", "mails", "counters"]
    button = gettext_lazy("I have spoken to %(name)s: they can no longer use the old one, and the new one is theirs")
    advice = gettext_lazy(
        "Ring a number that stands above, never one left in a request and never the new one: somebody else may have "
        "written it. Ask, and do not help with the answer: where and about when the record was opened, which class "
        "they go to or went to last, how the old one was lost, and what the new one is. Whoever holds the telephone "
        "may have taken it, so ask even then. If no number stands above, or you are in doubt, have them come to a "
        "counter near them with a paper; staff there call you."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[LostWay]:
        return lost_way_queries.for_curators()

    @admin.display(description=gettext_lazy("how it was asked for"))
    def how(self, row: LostWay) -> str:
        if row.is_objection:
            return str(
                _(
                    "By the link that was sent to the wanted one as it was taken off the record: its reader says that "
                    "was not the person. What was proved about then or since goes when two have confirmed it, and is "
                    "not named below. A number may have passed to somebody else: ring only what stands below, and "
                    "neither of the two; if nothing does, have them come to a counter with a paper."
                )
            )
        return str(_("By who came in with a card or an account elsewhere, and can read the old one no more."))

    @admin.display(description=gettext_lazy("said to be lost"))
    def gone(self, row: LostWay) -> str:
        if row.is_objection:
            return ", ".join(formats.way_masked(each.address) for each in _doubted(row)) or str(_("none"))
        return row.masked

    @admin.display(description=gettext_lazy("wanted in its place"))
    def wanted(self, row: LostWay) -> str:
        if row.is_objection:
            back = changed_way_queries.objecting(of_now(row.learner), until=timezone.now())
            return ", ".join(each.masked for each in back) or str(_("none"))
        return row.new_masked

    def confirm_one(self, row: LostWay, curator: Learner, now: datetime) -> LostWay:
        return lost_way.vouch(lost=row, curator=curator, now=now)
