"""Pathways and what counts toward them, in the field's words: through the actions."""

from collections.abc import Sequence
from datetime import datetime
from itertools import count

from credits.actions import acceptance, pathway, qualification
from credits.actions.acceptance import Accepted
from credits.actions.pathway import Content, Part
from credits.actions.rule import Says
from credits.choices import KindOfCredit, RuleKind
from credits.models import Acceptance, PathwayFollow, PathwayVersion, Qualification
from learners.models import Learner, Organization
from tests.factories.people import NOW, a_curator, an_organization

_number = count(1)
POLICY = {"legal_source_vi": "Quy định của cổng", "legal_source_en": "Portal policy"}


def content(
    *,
    title_vi: str = "Công dân số",
    title_en: str = "Digital citizen",
    total: int = 100,
    kinds: Sequence[str] = (KindOfCredit.COMMUNITY,),
    level: int | None = None,
) -> Content:
    return Content(
        title_vi=title_vi,
        title_en=title_en,
        description_vi="Tự làm giấy tờ trên mạng, giữ được tiền và thông tin của mình.",
        description_en="Do your own paperwork online, keep your money and data safe.",
        level=level,
        total_minor=total,
        kinds_of_credit=tuple(kinds),
    )


def a_minimum(hundredths: int, **more: object) -> Says:
    """Return a rule that asks for so much: in digital skills unless told otherwise."""
    chosen = more or {"field_code": "06", "about_vi": "về kỹ năng số", "about_en": "in digital skills"}
    return Says(kind=RuleKind.MINIMUM, amount_minor=hundredths, **(POLICY | chosen))  # type: ignore[arg-type]


def a_cap(hundredths: int, **more: object) -> Says:
    return Says(kind=RuleKind.CAP, amount_minor=hundredths, **(POLICY | more))  # type: ignore[arg-type]


def a_draft_pathway(
    *,
    slug: str = "",
    organization: Organization | None = None,
    rules: Sequence[Says] = (),
    parts: Sequence[Part] = (),
    now: datetime = NOW,
    **more: object,
) -> PathwayVersion:
    return pathway.compose(
        slug=slug or f"lo-trinh-{next(_number)}",
        organization=organization or an_organization(),
        content=content(**more),  # type: ignore[arg-type]
        rules=rules,
        parts=parts,
        actor=a_curator(),
        now=now,
    )


def a_pathway(*, now: datetime = NOW, **more: object) -> PathwayVersion:
    """Return a published pathway of one credit of the community kind, without rules of its own unless told."""
    return pathway.publish(version=a_draft_pathway(now=now, **more), actor=a_curator(), now=now)  # type: ignore[arg-type]


def on_the_way(learner: Learner, version: PathwayVersion, *, now: datetime = NOW) -> PathwayFollow:
    return pathway.follow(learner=learner, version=version, now=now)


def a_qualification(learner: Learner, version: PathwayVersion, *, key: str = "", now: datetime = NOW) -> Qualification:
    """Return the qualification of somebody who has everything for it."""
    follow = on_the_way(learner, version, now=now)
    return qualification.claim(follow=follow, idempotency_key=key or f"test:claim:{next(_number)}", now=now)


def an_acceptance(
    *, organization: Organization | None = None, course_key: str = "", field_code: str = ""
) -> Acceptance:
    """Return a row of the transfer register: what an organization accepts from today on."""
    said = Accepted(
        course_key=course_key,
        course_title="Sơ cấp cứu" if course_key else "",
        field_code=field_code,
        since=NOW.date(),
        document="Quyết định 12/QĐ-CĐCR, 3/11/2026",
    )
    return acceptance.record(organization=organization or an_organization(), accepted=said, actor=a_curator(), now=NOW)
