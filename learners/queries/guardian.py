"""Guardians: of whom, for whom, and what is still to be answered about a child's consents."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from learners.choices import AgeKind, ConsentPurpose
from learners.models import AccessNeeds, Consent, ConsentAnswer, ConsentText, Guardian, Learner
from learners.queries import age, card
from learners.queries.learner import account_ids


def of_child(child: Learner) -> QuerySet[Guardian]:
    """Return everybody who has been recorded as a guardian, newest first."""
    return (
        Guardian.objects.filter(child=child)
        .select_related("child", "guardian", "recorded_by", "witnessed_by", "organization")
        .order_by("-recorded_at", "-pk")
    )


def binds(child: Learner) -> bool:
    """Return whether somebody stands for the child, or what it has said waits for a guardian, whatever its year."""
    if Guardian.objects.filter(child=child, accepted_at__isnull=False, revoked_at__isnull=True).exists():
        return True
    return ConsentAnswer.objects.filter(~Exists(_in_force()), learner=child, ended_at__isnull=True).exists()


def waits_for_age(learner: Learner) -> QuerySet[ConsentAnswer]:
    """Return the yes of a child, to words in force, that no consent has come of; for the day it agrees alone."""
    said = ConsentAnswer.objects.filter(
        learner=learner, guardian=None, is_yes=True, ended_at__isnull=True, text__valid_to__isnull=True
    )
    return said.filter(~Exists(_in_force())).select_related("text", "witnessed_by", "organization").order_by("pk")


def grown_up_meanwhile(*, now: datetime) -> QuerySet[Learner]:
    """
    Return those who are no children any more and have said yes, as children, to something no consent has come of.

    Whose year is not there is not known to have grown up: it was taken out, by themself or by the undo of a merge.
    """
    said = ConsentAnswer.objects.filter(
        learner=OuterRef("pk"), guardian=None, is_yes=True, ended_at__isnull=True, text__valid_to__isnull=True
    )
    here = Learner.objects.filter(
        Exists(said.filter(~Exists(_in_force()))), birth_year__isnull=False, closed_at__isnull=True
    )
    return here.exclude(age.under(AgeKind.AGREES_ALONE, on=timezone.localdate(now))).order_by("pk")


def _in_force() -> QuerySet[Consent]:
    theirs = {"learner": OuterRef("learner"), "purpose": OuterRef("purpose")}
    return Consent.objects.filter(**theirs, withdrawn_at__isnull=True)


def holding(actor: object, *, now: datetime) -> QuerySet[Guardian]:
    """Return by what the actor, in whichever of their accounts it was taken up, stands for a child at ``now``."""
    if not isinstance(actor, Learner) or not actor.is_active:
        return Guardian.objects.none()
    standing = Guardian.objects.filter(
        guardian__in=account_ids(actor),
        revoked_at__isnull=True,
        child__is_active=True,
        child__closed_at__isnull=True,
        child__merged_into__isnull=True,  # the same guardian stands for the account that was kept
    )
    still = standing.filter(age.under(AgeKind.AGREES_ALONE, on=timezone.localdate(now), of="child__birth_year"))
    return still.select_related("child", "guardian", "organization").order_by("child__full_name", "pk")


def waiting_for(code: str, *, now: datetime) -> QuerySet[Guardian]:
    """Return whose guardian waits for this code, while it can be taken up."""
    hashes = list(card.keyed_each("guardian", code))
    return Guardian.objects.filter(code_hash__in=hashes, accepted_at=None, revoked_at=None, code_ends_at__gt=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One purpose of one child: who has answered, and who must still."""

    text: ConsentText
    consent: Consent | None  # in force
    is_child: bool  # of age by now, they answer alone
    lacks_year: bool  # they said it as a child, and no year says that they are none any more
    needs_own: bool
    own: ConsentAnswer | None
    of_guardians: Collection[ConsentAnswer]
    needs: AccessNeeds | None  # what would be shown

    @property
    def is_open(self) -> bool:
        """Whether something waits: somebody has said yes and somebody else must still, or something was told."""
        said = (*(self.of_guardians if self.is_child else ()), *([self.own] if self.own else ()))
        return self.consent is None and (self.needs is not None or any(each.is_yes for each in said))

    @property
    def waits_for_child(self) -> bool:
        return self.consent is None and self.needs_own and not self._says_yes(self.own)

    @property
    def waits_for_guardian(self) -> bool:
        return (
            self.is_child
            and not self.lacks_year  # a guardian of whom nobody knows a child cannot answer
            and self.consent is None
            and (self.is_refused or not any(map(self._says_yes, self.of_guardians)))
        )

    @property
    def is_refused(self) -> bool:
        """Whether a guardian has said no; another's yes does not count against it."""
        return self.is_child and any(not each.is_yes for each in self.of_guardians)

    def _says_yes(self, answer: ConsentAnswer | None) -> bool:
        return answer is not None and answer.is_yes and answer.text_id == self.text.pk


def asked_of(children: Collection[Learner], *, now: datetime) -> dict[int, list[Asked]]:
    """Return what each child is asked, one for each purpose there are words for; five queries for all of them."""
    ids = [child.pk for child in children]
    ages = age.ages(on=timezone.localdate(now))
    texts = list(ConsentText.objects.filter(valid_to__isnull=True).order_by("purpose"))
    consents = Consent.objects.filter(learner__in=ids, withdrawn_at__isnull=True)
    in_force = {(each.learner_id, each.purpose): each for each in consents}
    answers: dict[tuple[int, str], list[ConsentAnswer]] = {}
    for answer in ConsentAnswer.objects.filter(learner__in=ids, ended_at__isnull=True).order_by("pk"):
        answers.setdefault((answer.learner_id, answer.purpose), []).append(answer)
    told = {needs.pk: needs for needs in AccessNeeds.objects.filter(learner__in=ids)}
    return {
        child.pk: [
            Asked(
                text=text,
                consent=in_force.get((child.pk, text.purpose)),
                is_child=ages.needs_guardian(child) or _lacks_year(child, text, answers, in_force),
                lacks_year=_lacks_year(child, text, answers, in_force),
                needs_own=ages.needs_own(child),
                own=next((each for each in answers.get((child.pk, text.purpose), []) if not each.guardian_id), None),
                of_guardians=[each for each in answers.get((child.pk, text.purpose), []) if each.guardian_id],
                needs=told.get(child.pk) if text.purpose == ConsentPurpose.ACCESS_NEEDS else None,
            )
            for text in texts
        ]
        for child in children
    }


def _lacks_year(
    child: Learner,
    text: ConsentText,
    answers: Mapping[tuple[int, str], Collection[ConsentAnswer]],
    in_force: Mapping[tuple[int, str], Consent],
) -> bool:
    """Whether they are taken for a child by what waits alone (``binds``)."""
    key = (child.pk, text.purpose)
    return child.birth_year is None and bool(answers.get(key)) and key not in in_force
