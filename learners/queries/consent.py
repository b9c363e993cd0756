"""What people have agreed to, asked anew each time it is used."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet

from learners.choices import ConsentPurpose
from learners.models import AccessNeeds, Consent, ConsentAnswer, ConsentText, Learner
from learners.queries.learner import accounts_merged_into


def text_of(purpose: ConsentPurpose) -> ConsentText:
    """Return the words in force; there always are, a migration has written the first."""
    return ConsentText.objects.get(purpose=purpose, valid_to__isnull=True)


def is_given(learner: Learner, purpose: ConsentPurpose) -> bool:
    return Consent.objects.filter(learner=learner, purpose=purpose, withdrawn_at__isnull=True).exists()


def has_agreed(learner: Learner, text: ConsentText) -> bool:
    """Return whether the learner has said yes to these words themself, in force or not; two queries at most."""
    said = ConsentAnswer.objects.filter(learner=learner, text=text, guardian=None, is_yes=True, ended_at__isnull=True)
    return is_given(learner, ConsentPurpose(text.purpose)) or said.exists()


def of_learner(learner: Learner) -> QuerySet[Consent]:
    """Return everything the person has agreed to, in any of their accounts, newest first, with its words."""
    theirs = Consent.objects.filter(learner__in=[learner, *accounts_merged_into(learner)])
    return theirs.select_related("text", "learner").order_by("-given_at", "-pk")


def history(learner: Learner) -> list[Consent]:
    return list(of_learner(learner))


def own_needs(learner: Learner) -> AccessNeeds | None:
    """Return what the learner has told, for their own page: a child's too, while a guardian must still say yes."""
    return AccessNeeds.objects.filter(learner=learner).first()


def needs_of(learners: Collection[int]) -> dict[int, AccessNeeds]:
    """Return what these learners need in a class, of those who agree that its centre sees it; one query."""
    agreed = Consent.objects.filter(
        learner=OuterRef("learner"), purpose=ConsentPurpose.ACCESS_NEEDS, withdrawn_at__isnull=True
    )
    return {needs.pk: needs for needs in AccessNeeds.objects.filter(Exists(agreed), learner__in=learners)}
