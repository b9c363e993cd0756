"""One line of the record with all it remembers."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from credits.actions import holding, ledger
from credits.queries import entry as entries
from credits.queries import wording
from tests.factories.ledger import (
    ECTS,
    a_hold,
    a_merge,
    a_reversal,
    a_transfer,
    an_award,
    an_undoing,
    prior_learning,
    what,
)
from tests.factories.people import NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db


def page_of(entry):
    return reverse("credits:entry", args=[entry.public_id])


def missing(answer, *words):
    text = answer.content.decode()
    return (answer.status_code, [word for word in words if word not in text])


def test_an_award_says_what_it_rests_on(learner_client):
    learner, issuer = a_learner(), an_organization(name_vi="Trung tâm Ninh Kiều")
    evidence = {"sessions_attended": 9, "sessions_total": 10, "units_read": 3, "units_total": 3, "minutes_read": 95}
    snapshot = what(level=3, evidence=evidence, rule="attendance_percent_min=75 and all_units", rule_source="Điều 7")
    entry = ledger.award(
        learner=learner,
        issuer=issuer,
        amount_minor=12,
        kind_of_credit="COMMUNITY",
        occurred_at=NOW,
        actor=None,
        idempotency_key="1",
        snapshot=snapshot,
        now=NOW + timedelta(days=1),
        valid_until=date(2031, 12, 31),
    )

    answer = learner_client(learner).get(page_of(entry))

    assert missing(
        answer,
        "Sơ cấp cứu tại nhà",
        "+0,12",
        "Lớp học",
        "Trạm Y tế phường Ninh Kiều",
        "Trung tâm Ninh Kiều",
        "Cộng đồng và văn hóa",
        "31/12/2031",
        "Dự ít nhất 75 phần trăm số buổi; đọc hết các bài",
        "Điều 7",
        "Dự 9 trên 10 buổi, đọc 3 trên 3 bài, 1 giờ 35 phút đọc bài",
        "21/11/2026",
        "Chủ nhật 22/11/2026, 10:00",
        "số 1 trong sổ",
        "Cổng tự ghi",
        bytes(entry.hash).hex(),
        str(entry.public_id),
    ) == (200, [])


def test_a_reversal_and_what_it_takes_back_point_at_each_other(learner_client):
    learner = a_learner()
    award = an_award(learner=learner)
    back = a_reversal(award, hundredths=5, reason="Một buổi ghi hai lần", now=NOW + timedelta(days=1))

    client = learner_client(learner)

    assert missing(client.get(page_of(award)), page_of(back), "Đã ghi đảo một phần", "0,05 tín chỉ, ngày") == (200, [])
    assert missing(
        client.get(page_of(back)),
        page_of(award),
        "Một buổi ghi hai lần",
        "Biên bản số 12/BB-TTHTCĐ",
        "một người của cổng đề nghị, người khác duyệt ngày 22/11/2026",
        "Một quản trị nội dung của cổng đề nghị, một quản trị nội dung khác duyệt ngày 22/11/2026",
        bytes(award.hash).hex(),
    ) == (200, [])


def test_a_reversal_an_organisation_asked_for_names_it(learner_client):
    learner, issuer = a_learner(), an_organization(name_vi="Trung tâm Ninh Kiều")
    award = an_award(learner=learner, issuer=issuer)
    back = a_reversal(award, by=issuer.registered_by)

    answer = learner_client(learner).get(page_of(back))

    assert missing(
        answer,
        "Trung tâm Ninh Kiều đề nghị, cổng duyệt ngày 21/11/2026",
        "Một người quản lý Trung tâm Ninh Kiều đề nghị, một quản trị nội dung của cổng duyệt ngày 21/11/2026",
    ) == (200, [])
    assert issuer.registered_by.full_name not in answer.content.decode()


def test_a_hold_says_until_when_of_which_credit_and_how_it_ended(learner_client):
    learner = a_learner()
    award, other = an_award(learner=learner), an_award(learner=learner, title_vi="Làm vườn")
    hold = a_hold(learner, {award.pk: 5, other.pk: 7})
    end = holding.release(hold=hold, actor=learner, now=NOW + timedelta(days=2))

    client = learner_client(learner)

    assert missing(
        client.get(page_of(hold)), "−0,12", "Thứ Hai 21/12/2026, 10:00", page_of(award), page_of(other), "Làm vườn",
        "0,07 tín chỉ", page_of(end), "Bạn",
    ) == (200, [])  # fmt: skip
    assert missing(client.get(page_of(end)), "+0,12", "Thôi tạm giữ cho: Chứng chỉ Nông nghiệp") == (200, [])
    assert "tạm giữ bị ghi đảo" not in client.get(page_of(end)).content.decode()


def test_what_a_reversal_gave_back_says_so(learner_client):
    """Nobody at the desk can end a hold otherwise; its learner reads why it ended."""
    learner = a_learner()
    award = an_award(learner=learner)
    hold = a_hold(learner, {award.pk: 5})
    answer = a_reversal(award)

    page = learner_client(learner).get(page_of(hold.ending))

    assert missing(
        page, "+0,05", "Tín chỉ đang tạm giữ bị ghi đảo, nên toàn bộ phần tạm giữ được trả lại trước.",
        f"đề nghị {answer.request.public_id}",
    ) == (200, [])  # fmt: skip


def test_a_transfer_and_prior_learning_say_where_they_come_from(learner_client):
    learner = a_learner()
    transfer, prior = a_transfer(learner), prior_learning(learner)

    client = learner_client(learner)

    assert missing(
        client.get(page_of(transfer)), "Đại học Cần Thơ (5 ECTS × 3/5)", "30/6/2024", "Quyết định số 7/QĐ-TTHTCĐ",
        "Học ở nơi khác", transfer.request.reason, "5 ECTS × 3/5; theo quy chế quy đổi " + ECTS.policy_id,
        "không phải làm tròn bớt",
    ) == (200, [])  # fmt: skip
    assert missing(
        client.get(page_of(prior)), "Công nhận: 32 năm làm vườn", "Biên bản hội đồng số 3", "Hội đồng đã xem vườn"
    ) == (200, [])


def test_a_transfer_says_what_was_rounded_away(learner_client):
    learner = a_learner()
    transfer = a_transfer(learner, in_hundredths=501)

    answer = learner_client(learner).get(page_of(transfer))

    assert missing(answer, "làm tròn bớt 3/5 của 0,01 tín chỉ") == (200, [])


def test_a_course_one_finishes_oneself_is_recorded_by_the_portal_and_counts_as_a_whole(learner_client):
    learner = a_learner()
    entry = ledger.award(
        learner=learner,
        issuer=an_organization(),
        amount_minor=6,
        kind_of_credit="COMMUNITY",
        occurred_at=NOW,
        actor=learner,
        idempotency_key="1",
        snapshot=what(evidence={"units_read": 3, "units_total": 3, "minutes_read": 150}),
        now=NOW,
    )

    answer = learner_client(learner).get(page_of(entry))

    assert missing(
        answer,
        "2 giờ 30 phút đọc bài",
        "Tín chỉ tính theo khối lượng của cả chương trình, bạn học nhanh hay chậm cũng vậy.",
        "Cổng tự ghi, khi bạn học xong phần cuối của chương trình",
    ) == (200, [])


def test_a_policy_of_the_portal_is_cited_without_a_day_that_may_lie_later():
    assert wording.rule_source({"rule_source": "portal policy, 2026-11-21"}) == "quy định của cổng"


def test_what_a_merge_brought_is_read_where_it_lies_now(learner_client):
    kept, merged = a_learner(), a_learner()
    award = an_award(learner=merged)
    hidden = a_reversal(award, hundredths=1)
    done = a_merge(kept, merged)

    answer = learner_client(kept).get(page_of(award))

    assert set(entries.visible_to(kept)) == {award, done.in_entry}
    assert missing(answer, "Sơ cấp cứu tại nhà", "0,01 tín chỉ, ngày") == (200, [])
    assert page_of(hidden) not in answer.content.decode()
    assert learner_client(kept).get(page_of(hidden)).status_code == 404


def test_after_a_merge_was_undone_nothing_of_the_other_is_read(learner_client):
    kept, other = a_learner(), a_learner()
    award = an_award(learner=other)
    done = a_merge(kept, other)
    undone = an_undoing(done)

    client = learner_client(kept)
    pages = [client.get(page_of(entry)) for entry in (award, done.in_entry, undone.out_entry)]

    assert [page.status_code for page in pages] == [404, 200, 200]
    for page in pages[1:]:
        text = page.content.decode()
        assert ("Sơ cấp cứu tại nhà" in text, page_of(award) in text) == (False, False)
        assert "Tín chỉ nay ở sổ khác" in text
    assert missing(learner_client(other).get(page_of(undone.in_entry)), "Sơ cấp cứu tại nhà", page_of(award)) == (
        200,
        [],
    )


def test_what_a_reversal_took_back_whole_is_named_without_a_way_to_it(learner_client):
    """It came with a merge and none of it is left, so it is no longer the reader's to open."""
    kept, merged = a_learner(), a_learner()
    award = an_award(learner=merged)
    a_merge(kept, merged)
    back = a_reversal(award)

    answer = learner_client(kept).get(page_of(back))

    assert missing(answer, "Sơ cấp cứu tại nhà") == (200, [])
    assert page_of(award) not in answer.content.decode()


def test_nobody_reads_somebody_elses_line(learner_client, client):
    entry = an_award(learner=a_learner())

    stranger = learner_client(a_learner()).get(page_of(entry))
    unknown = client.get(reverse("credits:entry", args=[uuid4()]))

    assert (stranger.status_code, unknown.status_code) == (404, 404)
    client.logout()
    assert client.get(page_of(entry)).status_code == 302


@pytest.mark.parametrize("others", [0, 5])
def test_the_page_costs_the_same_however_much_hangs_on_the_line(learner_client, django_assert_num_queries, others):
    learner, issuer = a_learner(), an_organization()
    award = an_award(learner=learner, issuer=issuer, hundredths=100)
    for _ in range(others):
        a_reversal(award, hundredths=2)
    client = learner_client(learner)

    # Session, learner; the entry, its words, its lot, its reversals, its ending; whether they work for an organisation.
    with django_assert_num_queries(8):
        client.get(page_of(award))
