"""Awards, in the field's words."""

from datetime import datetime
from itertools import count

from credits.actions import ledger
from credits.choices import KindOfCredit
from credits.models import JournalEntry
from learners.models import Learner, Organization
from tests.factories.people import NOW, an_organization

_number = count(1)


def what(*, title_vi: str = "Sơ cấp cứu tại nhà", title_en: str = "First aid at home", **more: object) -> ledger.Award:
    """Return what an award says: first aid, six hours, at the health station, unless told otherwise."""
    content: dict[str, object] = {
        "title_vi": title_vi,
        "title_en": title_en,
        "provider_vi": "Trạm Y tế phường Ninh Kiều",
        "provider_en": "Ninh Kiều Ward Health Station",
        "field_code": "09",
        "field_vi": "Sức khỏe",
        "field_en": "Health",
        "level": None,
        "notional_minutes": 360,
        "evidence": {"type": "attendance", "sessions_attended": 3, "sessions_held": 3},
        "rule": "attendance ≥ 75 %",
        "rule_source": "course version 1",
        "course_id": 1,
        "version_number": 1,
        "run_id": 1,
    }
    return ledger.Award(**(content | more))  # type: ignore[arg-type]


def an_award(
    *,
    learner: Learner,
    issuer: Organization | None = None,
    hundredths: int = 12,
    kind_of_credit: str = KindOfCredit.COMMUNITY,
    key: str = "",
    now: datetime = NOW,
    snapshot: ledger.Award | None = None,
    **more: object,
) -> JournalEntry:
    """Return an award of twelve hundredths of a credit (six hours) that happened and was recorded ``now``."""
    return ledger.award(
        learner=learner,
        issuer=issuer or an_organization(),
        amount_minor=hundredths,
        kind_of_credit=kind_of_credit,
        occurred_at=now,
        actor=None,
        idempotency_key=key or f"test:{next(_number)}",
        snapshot=snapshot or what(**more),
        now=now,
    )
