"""What people of the demonstration world brought along: asked for by an organisation, approved by a curator."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from credits.actions import deciding, recognition
from learners.models import Learner
from portal.actions.demo.learning import Diary
from portal.actions.demo.organizations import Body
from portal.actions.demo.person_rows import Brought, Person

if TYPE_CHECKING:
    from credits.models import LedgerRequest

RULE_SOURCE = "portal policy, 2026-11-21"


def write_down(
    diary: Diary,
    *,
    people: Sequence[Person],
    named: Mapping[str, Learner],
    bodies: Mapping[str, Body],
    curator: Learner,
) -> None:
    """Add to the diary what is recognised; of an organisation that was there before, nothing."""
    for person in people:
        for brought in person.brought:
            body = bodies[brought.organization]
            if body.is_new:
                at = diary.now - timedelta(days=brought.days_ago)
                diary.note(at, partial(_recognize, brought, named[person.key], body, curator))


def _recognize(brought: Brought, learner: Learner, body: Body, curator: Learner, now: datetime) -> None:
    request = (_ask_transfer if brought.ratio else _ask_prior_learning)(brought, learner, body, now)
    deciding.approve(request=request, actor=curator, now=now)


def _ask_transfer(brought: Brought, learner: Learner, body: Body, now: datetime) -> "LedgerRequest":
    assert brought.ratio is not None
    scheme, numerator, denominator = brought.ratio
    return recognition.ask_transfer(
        in_minor=brought.hundredths,
        ratio=recognition.Ratio(
            scheme_code=scheme, policy_id="demonstration", numerator=numerator, denominator=denominator
        ),
        reason="Đã đối chiếu bảng điểm và nội dung chương trình.",
        **_common(brought, learner, body, now, evidence="transcript"),
    )


def _ask_prior_learning(brought: Brought, learner: Learner, body: Body, now: datetime) -> "LedgerRequest":
    return recognition.ask_prior_learning(
        amount_minor=brought.hundredths,
        reason="Đã xem minh chứng và một buổi làm tại chỗ.",
        **_common(brought, learner, body, now, evidence="portfolio"),
    )


def _common(brought: Brought, learner: Learner, body: Body, now: datetime, *, evidence: str) -> dict[str, Any]:
    organization = body.organization
    return {
        "learner": learner,
        "organization": organization,
        "kind_of_credit": brought.kind_of_credit,
        "recognized": recognition.Recognized(
            title_vi=brought.title_vi,
            title_en=brought.title_en,
            provider_vi=brought.provider_vi or organization.name_vi,
            provider_en=brought.provider_en or organization.name_en,
            field_code=brought.field_code,
            field_vi=brought.field_vi,
            field_en=brought.field_en,
            level=brought.level,
            learned_until=brought.learned_until,
            evidence={"type": evidence},
            rule="two persons",
            rule_source=RULE_SOURCE,
        ),
        "authority": "Biên bản của hội đồng công nhận (minh họa)",
        "actor": body.manager,
        "idempotency_key": f"demo:{learner.public_id}:{brought.title_vi}",
        "now": now,
    }
