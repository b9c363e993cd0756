"""What the ledger does, in the field's words."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import count
from uuid import uuid4

from credits.actions import application, batch, deciding, holding, ledger, merging, recognition, reversal
from credits.choices import KindOfCredit, LotSource
from credits.models import JournalEntry, LedgerRequest, Merge, MergeUndo
from credits.rules import may_recognize
from learners.choices import OrganizationKind
from learners.models import Learner, Organization
from tests.factories.people import NOW, a_curator, an_organization

_number = count(1)


def what(*, title_vi: str = "Sơ cấp cứu tại nhà", title_en: str = "First aid at home", **more: object) -> ledger.Award:
    """Return what an award says: first aid, six hours, at the health station, unless told otherwise."""
    content: dict[str, object] = {
        "title_vi": title_vi,
        "title_en": title_en,
        "provider_vi": "Trạm Y tế phường Ninh Kiều",
        "provider_en": "Ninh Kiều Ward Health Station",
        "source": LotSource.CLASS,
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
    valid_until: date | None = None,
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
        valid_until=valid_until,
        now=now,
    )


def asked(
    *,
    learner: Learner,
    issuer: Organization,
    hundredths: int = 12,
    kind_of_credit: str = KindOfCredit.COMMUNITY,
    key: str = "",
    snapshot: ledger.Award | None = None,
    valid_until: date | None = None,
) -> batch.Asked:
    """Return one award of a batch: what ``an_award`` would have posted."""
    return batch.Asked(
        learner=learner,
        issuer=issuer,
        amount_minor=hundredths,
        kind_of_credit=kind_of_credit,
        occurred_at=NOW,
        actor=None,
        idempotency_key=key or f"test:{next(_number)}",
        snapshot=snapshot or what(),
        valid_until=valid_until,
    )


def approved(request: LedgerRequest, *, by: Learner | None = None, now: datetime = NOW) -> JournalEntry | None:
    """Let a second person approve the request; return the newest entry that came of it."""
    deciding.approve(request=request, actor=by or a_curator(), now=now)
    return request.entries.order_by("-pk").first()


def asked_reversal(
    entry: JournalEntry,
    *,
    hundredths: int | None = None,
    reason: str = "Ghi trùng ngày 24/10",
    key: str = "",
    by: Learner | None = None,
    now: datetime = NOW,
) -> LedgerRequest:
    """Return a curator's request to reverse the entry, whole unless told how much of it."""
    return reversal.ask_reversal(
        entry=entry,
        amount_minor=hundredths,
        reason=reason,
        authority="Biên bản số 12/BB-TTHTCĐ",
        actor=by or a_curator(),
        idempotency_key=key or f"test:{next(_number)}",
        now=now,
    )


def a_reversal(entry: JournalEntry, *, now: datetime = NOW, **more: object) -> JournalEntry:
    """Return the reversal of an entry, asked for by one curator and approved by another."""
    answer = approved(asked_reversal(entry, now=now, **more), now=now)  # type: ignore[arg-type]
    assert answer is not None
    return answer


def a_merge(kept: Learner, merged: Learner, *, now: datetime = NOW) -> Merge:
    """Return the merge of two accounts of one person, asked for by one curator and approved by another."""
    request = merging.ask_merge(
        kept=kept,
        merged=merged,
        reason="Một người có hai sổ",
        authority="Biên bản đối chiếu số 5",
        actor=a_curator(),
        idempotency_key=f"test:{next(_number)}",
        now=now,
    )
    approved(request, now=now)
    return Merge.objects.get(request=request)


def an_undoing(merge: Merge, *, now: datetime = NOW) -> MergeUndo:
    """Return the undoing of a merge, by two curators as well."""
    request = merging.ask_undo(
        merge=merge,
        reason="Hai người khác nhau",
        authority="Biên bản đối chiếu số 6",
        actor=a_curator(),
        idempotency_key=f"test:{next(_number)}",
        now=now,
    )
    approved(request, now=now)
    return MergeUndo.objects.get(request=request)


def a_hold(
    learner: Learner,
    amounts: Mapping[int, int],
    *,
    title_vi: str = "Chứng chỉ Nông nghiệp",
    key: str = "",
    days: int = 30,
    now: datetime = NOW,
) -> JournalEntry:
    """Return a hold of these amounts of these lots, for thirty days."""
    return holding.hold(
        learner=learner,
        amounts=amounts,
        expires_at=now + timedelta(days=days),
        actor=learner,
        idempotency_key=key or f"test:{next(_number)}",
        snapshot=holding.Held(title_vi=title_vi, title_en="Certificate of Farming", rule="asked by the learner"),
        now=now,
    )


def for_a_certificate(title_vi: str = "Chứng chỉ Nông nghiệp") -> application.Use:
    return application.Use(
        title_vi=title_vi,
        title_en="Certificate of Farming",
        provider_vi="Trường Cao đẳng Cần Thơ",
        provider_en="Can Tho College",
        rule="20.00 credits",
        rule_source="pathway 1, version 1",
        detail={},
    )


def a_use(learner: Learner, amounts: Mapping[int, int], *, key: str = "", now: datetime = NOW) -> JournalEntry:
    """Return the use of these amounts of these lots for a certificate."""
    return application.use(
        learner=learner,
        amounts=amounts,
        actor=learner,
        idempotency_key=key or f"test:{next(_number)}",
        snapshot=for_a_certificate(),
        now=now,
    )


ECTS = recognition.Ratio(scheme_code="ECTS", policy_id="ECTS 3/5, 2026", numerator=3, denominator=5)


def recognized(**more: object) -> recognition.Recognized:
    """Return what is recognised: botany, learned at a university until June 2024."""
    content: dict[str, object] = {
        "title_vi": "Thực vật học",
        "title_en": "Botany",
        "provider_vi": "Đại học Cần Thơ",
        "provider_en": "Can Tho University",
        "field_code": "0511",
        "field_vi": "Sinh học",
        "field_en": "Biology",
        "level": 6,
        "learned_until": date(2024, 6, 30),
        "evidence": {"type": "transcript"},
        "rule": "equivalent outcomes",
        "rule_source": "Quy chế ban hành kèm Thông tư 08/2021/TT-BGDĐT, điều 13",
    }
    return recognition.Recognized(**(content | more))  # type: ignore[arg-type]


def asked_again(request: LedgerRequest) -> LedgerRequest:
    """Return a second request for the same, which ``ask_reversal`` would refuse: approving holds by itself."""
    request = LedgerRequest.objects.get(pk=request.pk)
    request.pk, request.public_id, request.idempotency_key = None, uuid4(), f"again:{request.public_id}"
    request.save()
    return request


def asked_transfer(
    learner: Learner,
    *,
    organization: Organization | None = None,
    in_hundredths: int = 500,
    ratio: recognition.Ratio = ECTS,
    kind_of_credit: str = "",
    key: str = "",
    now: datetime = NOW,
    **more: object,
) -> LedgerRequest:
    """Return a manager's request to transfer five ECTS in: academic where the organisation may, else vocational."""
    organization = organization or an_organization(kind=OrganizationKind.UNIVERSITY)
    is_academic = may_recognize(organization.kind, KindOfCredit.ACADEMIC)
    kind_of_credit = kind_of_credit or (KindOfCredit.ACADEMIC if is_academic else KindOfCredit.VOCATIONAL)
    return recognition.ask_transfer(
        learner=learner,
        organization=organization,
        kind_of_credit=kind_of_credit,
        in_minor=in_hundredths,
        ratio=ratio,
        recognized=recognized(**more),
        reason="Đã đối chiếu bảng điểm",
        authority="Quyết định số 7/QĐ-TTHTCĐ",
        actor=organization.registered_by,
        idempotency_key=key or f"test:{next(_number)}",
        now=now,
    )


def a_transfer(learner: Learner, *, now: datetime = NOW, **more: object) -> JournalEntry:
    """Return credit transferred in: five ECTS, three credits."""
    entry = approved(asked_transfer(learner, now=now, **more), now=now)  # type: ignore[arg-type]
    assert entry is not None
    return entry


def prior_learning(
    learner: Learner,
    *,
    organization: Organization | None = None,
    hundredths: int = 120,
    kind_of_credit: str = KindOfCredit.VOCATIONAL,
    key: str = "",
    now: datetime = NOW,
    **more: object,
) -> JournalEntry:
    """Return prior learning recognised: sixty hours' worth, 32 years of gardening."""
    organization = organization or an_organization()
    content = {"title_vi": "32 năm làm vườn", "title_en": "32 years of gardening", "evidence": {"type": "visit"}} | more
    request = recognition.ask_prior_learning(
        learner=learner,
        organization=organization,
        kind_of_credit=kind_of_credit,
        amount_minor=hundredths,
        recognized=recognized(**content),
        reason="Hội đồng đã xem vườn",
        authority="Biên bản hội đồng số 3",
        actor=organization.registered_by,
        idempotency_key=key or f"test:{next(_number)}",
        now=now,
    )
    entry = approved(request, now=now)
    assert entry is not None
    return entry
