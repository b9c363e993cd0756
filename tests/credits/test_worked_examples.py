"""
The ledger told as stories, for whoever wants to know what it does before reading how.

After every line stands what the learner then has, in hundredths of a credit (half an hour of study each): ready, set
aside, used, expired. What came of each line is what the learner reads in the record.
"""

from datetime import UTC, date, datetime

import pytest

from credits.actions import holding
from credits.actions.moving import NotEnoughOfLot
from credits.choices import KindOfCredit, LotSource
from credits.queries import ledger as queries
from credits.queries.lot import standing
from tests.factories.ledger import (
    a_hold,
    a_reversal,
    a_transfer,
    a_use,
    an_award,
    for_a_certificate,
    prior_learning,
)
from tests.factories.people import a_learner, an_organization

pytestmark = pytest.mark.django_db


def day(number: int, month: int, year: int = 2026) -> datetime:
    """Ten in the morning in Viet Nam."""
    return datetime(year, month, number, 3, tzinfo=UTC)


def has(learner):
    lots = standing(learner)
    return tuple(sum(getattr(lot, place) for lot in lots) for place in ("earned", "held", "applied", "expired"))


def learns(learner, hours, *, on, title, **more):
    """Return the award of a course of so many hours, completed and recorded on that day."""
    return an_award(learner=learner, hundredths=round(hours * 2), now=on, title_vi=title, **more)


def test_a_year_of_a_librarian():
    """Four courses of three organisations, of two kinds; one of them needs refreshing after three years."""
    mai = a_learner(full_name="Trần Thị Mai")
    library, station, college = (an_organization() for _ in range(3))

    # The year begins with an empty record.
    assert has(mai) == (0, 0, 0, 0)

    # In February she learns to read aloud with children, two hours at the library: 0.04 credits.
    reading = {"source": LotSource.LIBRARY}
    learns(mai, 2, on=day(25, 2), title="Đọc sách cùng cháu", issuer=library, **reading)
    assert has(mai) == (4, 0, 0, 0)

    # In May first aid, six hours at the health station. What one knows of it is good until May 2029.
    until = {"valid_until": date(2029, 5, 19)}
    learns(mai, 6, on=day(19, 5), title="Sơ cấp cứu tại nhà", issuer=station, **until)
    assert has(mai) == (16, 0, 0, 0)

    # In September the college teaches fifty hours of restoring documents: a whole credit, and a vocational one.
    vocational = {"kind_of_credit": KindOfCredit.VOCATIONAL}
    learns(mai, 50, on=day(5, 9), title="Phục chế tài liệu", issuer=college, **vocational)
    assert has(mai) == (116, 0, 0, 0)

    # In November she learns to digitise the district's papers, fifteen hours.
    learns(mai, 15, on=day(20, 11), title="Số hóa tư liệu địa phương", issuer=library)
    assert has(mai) == (146, 0, 0, 0)

    # Community credit and vocational credit stand beside each other and are never added up for a purpose.
    assert queries.balance(mai).by_kind == {"COMMUNITY": 46, "VOCATIONAL": 100}
    lines = queries.statement(mai).lines
    assert [(line.title, line.hundredths, line.balance) for line in lines] == [
        ("Số hóa tư liệu địa phương", 30, 146),
        ("Phục chế tài liệu", 100, 116),
        ("Sơ cấp cứu tại nhà", 12, 16),
        ("Đọc sách cùng cháu", 4, 4),
    ]
    assert queries.audit() == []


def test_a_farmers_prior_learning():
    """Thirty-two years of gardening count, as what they are; with two courses they become a certificate."""
    bay = a_learner(full_name="Nguyễn Văn Bảy")
    college, centre = an_organization(), an_organization()
    vocational = {"kind_of_credit": KindOfCredit.VOCATIONAL}

    # The college visits his orchard in March. A manager asks, a curator approves: 1.20 credits.
    garden = prior_learning(bay, organization=college, hundredths=120, now=day(10, 3))
    assert has(bay) == (120, 0, 0, 0)
    assert garden.lot.source == LotSource.PRIOR_LEARNING  # for life: it never looks like a course

    # In April he learns composting, twenty-four hours in the village: 0.48.
    compost = learns(bay, 24, on=day(18, 4), title="Ủ phân hữu cơ", issuer=centre, **vocational)
    assert has(bay) == (168, 0, 0, 0)

    # He applies for the certificate, which takes 1.60. That much is set aside while the college looks at it.
    hold = a_hold(bay, {garden.pk: 120, compost.pk: 40}, now=day(2, 5))
    assert has(bay) == (8, 160, 0, 0)

    # What is set aside is used for nothing else.
    with pytest.raises(NotEnoughOfLot):
        a_use(bay, {garden.pk: 1}, now=day(3, 5))
    assert has(bay) == (8, 160, 0, 0)

    # The college is on holiday for too long: after thirty days the credit is his again.
    assert holding.lapse_due(now=day(1, 6)) == 1
    assert has(bay) == (168, 0, 0, 0)

    # He applies anew. This time the certificate is given; the credit is used, once.
    hold = a_hold(bay, {garden.pk: 120, compost.pk: 40}, now=day(2, 6))
    used = {"actor": None, "idempotency_key": "certificate:7", "snapshot": for_a_certificate(), "now": day(9, 6)}
    holding.apply_hold(hold=hold, amounts={garden.pk: 120, compost.pk: 40}, **used)
    assert has(bay) == (8, 0, 160, 0)
    assert queries.audit() == []


def test_a_course_cancelled_after_it_was_awarded():
    """The class was taught by somebody who may not teach it. Nobody's record is rubbed out; it is answered."""
    hoa, centre = a_learner(full_name="Lê Thị Hoa"), an_organization()

    # She completes the course in July: 0.20 credits.
    taught_wrongly = learns(hoa, 10, on=day(11, 7), title="Xoa bóp bấm huyệt", issuer=centre)
    assert has(hoa) == (20, 0, 0, 0)

    # And another one in August, which is sound: 0.12.
    learns(hoa, 6, on=day(8, 8), title="Sơ cấp cứu tại nhà", issuer=centre)
    assert has(hoa) == (32, 0, 0, 0)

    # In September the department cancels the first. Two persons take it back, with the decision and the reason.
    answer = a_reversal(taught_wrongly, reason="Lớp bị hủy theo Quyết định 88", now=day(3, 9))
    assert has(hoa) == (12, 0, 0, 0)

    # Both lines stay in her record, and the second one says why.
    newest, _first_aid, struck_through = queries.statement(hoa).lines
    assert (newest.is_reversal, newest.hundredths, newest.reversal_reason) == (
        True,
        -20,
        "Lớp bị hủy theo Quyết định 88",
    )
    assert struck_through.is_reversed
    assert answer.snapshot["requested_by"] != answer.snapshot["approved_by"]

    # In October the centre teaches it again, as it should be, and she completes it again: 0.20.
    learns(hoa, 10, on=day(17, 10), title="Xoa bóp bấm huyệt", issuer=centre)
    assert has(hoa) == (32, 0, 0, 0)
    assert queries.audit() == []


def test_a_qualification_reached_and_then_one_award_reversed():
    """What was built on the award falls with it, and everything else it was built on is ready again."""
    nam, centre = a_learner(full_name="Phạm Văn Nam"), an_organization()

    # Three courses of electrical work: 0.40, 0.30 and 0.30.
    wiring = learns(nam, 20, on=day(14, 2), title="Lắp đặt điện trong nhà", issuer=centre)
    assert has(nam) == (40, 0, 0, 0)
    safety = learns(nam, 15, on=day(21, 3), title="An toàn điện", issuer=centre)
    assert has(nam) == (70, 0, 0, 0)
    motors = learns(nam, 15, on=day(18, 4), title="Sửa động cơ nhỏ", issuer=centre)
    assert has(nam) == (100, 0, 0, 0)

    # The certificate takes 0.80: all of the first two and a third of the last.
    a_use(nam, {wiring.pk: 40, safety.pk: 30, motors.pk: 10}, now=day(2, 5))
    assert has(nam) == (20, 0, 80, 0)

    # In June it turns out that a neighbour had sat the safety test for him. The award is taken back, and first the
    # certificate that was built on it: of the 1.00 he had, 0.30 is gone, and what is left is ready.
    a_reversal(safety, reason="Người khác thi hộ", now=day(9, 6))
    assert has(nam) == (70, 0, 0, 0)

    # He cannot have the certificate for what he has now.
    with pytest.raises(NotEnoughOfLot):
        a_use(nam, {wiring.pk: 40, safety.pk: 30, motors.pk: 10}, now=day(10, 6))
    assert has(nam) == (70, 0, 0, 0)

    # He sits the test himself, and this time the certificate stands.
    again = learns(nam, 15, on=day(11, 7), title="An toàn điện", issuer=centre)
    assert has(nam) == (100, 0, 0, 0)
    a_use(nam, {wiring.pk: 40, again.pk: 30, motors.pk: 10}, now=day(12, 7))
    assert has(nam) == (20, 0, 80, 0)

    # All of it is in the record: six lines that brought or used credit, and two that took back.
    reasons = nam.journal_entries.order_by("sequence").values_list("reason", flat=True)
    assert list(reasons) == [
        *["COURSE_COMPLETION"] * 3,
        "APPLICATION",
        *["REVERSAL"] * 2,
        "COURSE_COMPLETION",
        "APPLICATION",
    ]
    assert queries.audit() == []


def test_a_wrong_award_whose_credit_is_set_aside():
    """It does not have to wait until whoever set it aside lets go."""
    sen, centre = a_learner(full_name="Lâm Thị Sen"), an_organization()

    # Two courses: 0.30 and 0.12. The second was recorded for her and meant for her sister.
    sewing = learns(sen, 15, on=day(14, 2), title="May công nghiệp", issuer=centre)
    sisters = learns(sen, 6, on=day(21, 3), title="Pha chế", issuer=centre)
    assert has(sen) == (42, 0, 0, 0)

    # All of it is set aside for a certificate in April.
    a_hold(sen, {sewing.pk: 30, sisters.pk: 12}, now=day(4, 4))
    assert has(sen) == (0, 42, 0, 0)

    # A week later the mistake is found. What was set aside is given back whole, then the award is taken back.
    a_reversal(sisters, reason="Ghi nhầm người", now=day(11, 4))
    assert has(sen) == (30, 0, 0, 0)

    # Nothing comes back a second time when the term is over, and what is hers can be set aside anew.
    assert holding.lapse_due(now=day(1, 6)) == 0
    a_hold(sen, {sewing.pk: 30}, now=day(1, 6))
    assert has(sen) == (0, 30, 0, 0)
    assert queries.audit() == []


def test_half_a_degree_from_elsewhere():
    """Credit of another scheme is converted once, at the end; what is rounded away is posted too."""
    lan, university = a_learner(full_name="Võ Thị Lan"), an_organization()

    # Five ECTS and one hundredth, at three credits for five: 3.006, which is 3.00 and a rest of 0.6 of a hundredth.
    botany = a_transfer(lan, organization=university, in_hundredths=501, now=day(6, 1))
    assert has(lan) == (300, 0, 0, 0)
    assert (botany.conversion.out_minor, botany.conversion.residue_grains) == (300, 83_160)  # 0.6 × 138,600

    # A third of the document was about somebody else's course: 1.00 is taken back, the rest stays.
    a_reversal(botany, hundredths=100, reason="Một học phần của người khác", now=day(3, 2))
    assert has(lan) == (200, 0, 0, 0)

    # When the rest goes too, so does what was rounded away: the university's accounts are back where they were.
    a_reversal(botany, reason="Bảng điểm không có thật", now=day(10, 2))
    assert has(lan) == (0, 0, 0, 0)
    assert queries.audit() == []
