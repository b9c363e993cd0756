"""What happens to somebody's record is told to them, and to the one who asked for it; once."""

import pytest

from credits.actions import deciding, freezing
from credits.models import LedgerRequest
from learners import emails
from learners.models import Learner, Message
from tests.factories.ledger import a_hold, an_award, approved, asked_reversal, asked_transfer
from tests.factories.people import NOW, a_curator, a_learner, an_organization

pytestmark = pytest.mark.django_db


def letters(learner):
    return {message.kind: message.data for message in Message.objects.filter(recipient=learner)}


def test_a_reversal_is_told_to_the_learner_with_its_reason_and_to_the_one_who_asked():
    learner, issuer = a_learner(), an_organization()
    request = asked_reversal(an_award(learner=learner, issuer=issuer), hundredths=5, by=issuer.registered_by)

    for _ in range(2):
        approved(request)

    assert letters(learner) == {
        "ENTRY_REVERSED": {
            "course": "Sơ cấp cứu tại nhà",
            "credits": "0,05",
            "date": "thứ Bảy 21/11/2026",
            "reason": "Ghi trùng ngày 24/10",
            "authority": "Biên bản số 12/BB-TTHTCĐ",
            "set_aside": "",
            "balance_hours": "3,5",
            "balance_credits": "0,07",
            "link": "http://localhost/me/record/",
        }
    }
    assert letters(issuer.registered_by) == {
        "REQUEST_DECIDED": {
            "what": "Ghi đảo một dòng",
            "outcome": "Đồng ý",
            "person": "quản trị nội dung của cổng",
            "note": "",
            "date": "thứ Bảy 21/11/2026",
            "link": f"http://localhost/organizations/{issuer.public_id}/requests/{request.public_id}/",
        }
    }


def test_what_had_been_set_aside_and_is_given_back_is_told_with_the_reversal():
    learner = a_learner()
    award = an_award(learner=learner)
    a_hold(learner, {award.pk: 4})
    a_hold(learner, {award.pk: 2}, title_vi="Nghề vườn")

    approved(asked_reversal(award))

    letter = Message.objects.get(recipient=learner, kind="ENTRY_REVERSED")
    assert letter.data["set_aside"] == "Nghề vườn; Chứng chỉ Nông nghiệp"
    assert "Tín chỉ tạm giữ cho Nghề vườn; Chứng chỉ Nông nghiệp không còn" in emails.render(letter).text


def test_the_letter_leads_to_the_request_and_names_nobody(learner_client):
    learner, issuer = a_learner(), an_organization()
    curator = a_learner(full_name="Hồ Thị Duyệt", is_staff=True, is_superuser=True)
    of_manager = asked_reversal(an_award(learner=learner, issuer=issuer), hundredths=5, by=issuer.registered_by)
    of_curator = asked_reversal(an_award(learner=learner, issuer=issuer))  # on behalf of nobody

    for request in (of_manager, of_curator):
        deciding.approve(request=request, actor=curator, now=NOW)

        letter = letters(request.requested_by)["REQUEST_DECIDED"]
        assert curator.full_name not in str(letter)
        page = learner_client(request.requested_by).get(letter["link"].removeprefix("http://localhost"))
        assert (page.status_code, page.context["asked"]) == (200, request)
        assert curator.full_name in page.content.decode()


def test_recognised_learning_is_told_in_the_learners_language():
    learner = a_learner(language="en")

    approved(asked_transfer(learner))

    said = letters(learner)["LEARNING_RECOGNIZED"]
    assert said["reason"] == LedgerRequest.objects.get().reason
    assert (said["course"], said["provider"], said["credits"], said["hours"]) == (
        "Botany",
        "Can Tho University",
        "3.00",
        "150",
    )


def test_a_refusal_is_told_with_its_note_and_nothing_is_told_to_the_learner():
    learner, issuer = a_learner(), an_organization()
    request = asked_reversal(an_award(learner=learner, issuer=issuer), by=issuer.registered_by)

    deciding.refuse(request=request, actor=a_curator(), note="Chưa có biên bản", now=NOW)

    assert (letters(learner), letters(issuer.registered_by)["REQUEST_DECIDED"]["note"]) == ({}, "Chưa có biên bản")


@pytest.mark.parametrize("number", ["", "1800 0000"])
def test_a_freeze_is_told_with_its_reason(settings, number):
    settings.HELPLINE = number
    learner = a_learner()

    freezing.freeze(learner=learner, reason="Đang xem lại hồ sơ", actor=a_curator(), now=NOW)

    said = letters(learner)["RECORD_CHANGED"]
    assert (said["what"], said["reason"]) == ("sổ của bạn tạm khóa, chưa dùng được tín chỉ.", "Đang xem lại hồ sơ")
    assert said["help_phone"] == number


def test_who_has_only_a_phone_is_told_what_becomes_of_their_record():
    learner = a_learner(phone="+84900000016")
    Learner.objects.filter(pk=learner.pk).update(email=None)
    learner.refresh_from_db()

    freezing.freeze(learner=learner, reason="Đang xem lại hồ sơ", actor=a_curator(), now=NOW)

    told = Message.objects.get(kind="RECORD_CHANGED")
    assert (told.address, told.channel, told.data["reason"]) == ("+84900000016", "SMS", "Đang xem lại hồ sơ")


def test_a_full_stop_somebody_wrote_is_not_followed_by_another():
    learner, issuer = a_learner(), an_organization()
    request = asked_reversal(an_award(learner=learner, issuer=issuer), by=issuer.registered_by, reason="Ghi trùng. ")
    deciding.approve(request=request, actor=a_curator(), note="Đã đối chiếu.", now=NOW)
    freezing.freeze(learner=learner, reason="Đang xét một khiếu nại.", actor=a_curator(), now=NOW)

    assert letters(learner)["ENTRY_REVERSED"]["reason"] == "Ghi trùng"
    assert letters(learner)["RECORD_CHANGED"]["reason"] == "Đang xét một khiếu nại"
    assert letters(issuer.registered_by)["REQUEST_DECIDED"]["note"] == "Đã đối chiếu"
