"""Policies of other schemes: the next one closes the one before; what was transferred keeps the one it came under."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from credits.actions.rule import UnableToSupersede, close_the_one_before
from credits.models import Scheme, SchemePolicy
from learners.models import Learner, Organization


@transaction.atomic
def supersede_policy(
    *,
    policy_id: str,
    scheme: Scheme,
    organization: Organization | None,
    numerator: int,
    denominator: int,
    legal_source_vi: str,
    legal_source_en: str,
    valid_from: date,
    actor: Learner,
    now: datetime,
) -> SchemePolicy:
    """
    Put a policy in force from a day and return it: one unit there is ``numerator / denominator`` credits here.

    :raises UnableToSupersede: if the day lies before today or before the policy in force began, or the name is taken.
    """
    policies = SchemePolicy.objects.select_for_update(of=["self"], no_key=True).filter(
        scheme=scheme, organization=organization
    )
    newest = max(policies, key=lambda each: (each.valid_to is None, each.valid_from), default=None)
    if SchemePolicy.objects.filter(policy_id=policy_id).exists():
        raise UnableToSupersede(_("There is a policy of that name. Policies are not edited: give the new one a name."))
    close_the_one_before(newest, valid_from=valid_from, now=now)
    return SchemePolicy.objects.create(
        policy_id=policy_id,
        scheme=scheme,
        organization=organization,
        numerator=numerator,
        denominator=denominator,
        legal_source_vi=legal_source_vi,
        legal_source_en=legal_source_en,
        valid_from=valid_from,
        recorded_at=now,
        recorded_by=actor,
    )
