"""What the curators' desk answers, and what it refuses to be asked."""

import logging
from datetime import timedelta

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.html import escape

from credits.actions.dispute import escalate_due
from learners.choices import MessageKind, MessageState
from learners.models import Message, Organization
from portal.wsgi import application
from tests.factories.catalog import a_published_version, a_submitted_version
from tests.factories.complaints import a_complaint
from tests.factories.disputes import a_dispute
from tests.factories.messages import a_message
from tests.factories.people import NOW, a_curator, a_learner, an_organization

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(a_curator())
    return client


@pytest.mark.parametrize(
    "question",
    [
        "learners/message/?data__code__startswith=4",
        "learners/message/?recipient__email__startswith=h",
        "learners/message/?recipient=1",
        "learners/message/?address__startswith=h",
        "learners/message/?id__regex=(",
        "learners/message/?state__regex=(",
        "learners/learner/?email__startswith=h",
        "learners/learner/?session_salt__startswith=a",
        "learners/learner/?password__startswith=a",
        "learners/learner/?created_at__year=2026",
        "learners/place/?name__regex=(",
        "learners/organization/?registered_by__email__startswith=h",
        "courses/courseversion/?submitted_by__email__startswith=h",
        "courses/courseversion/?course__provider__phone__startswith=0",
        "courses/review/?reviewer=1",
        "credits/journalentry/?learner=1",
        "credits/journalentry/?actor=1",
        "credits/journalentry/?snapshot__has_key=a",
        "credits/account/?learner=1",
        "credits/posting/?entry__learner=1",
    ],
)
def test_a_list_is_filtered_only_as_it_offers(desk, question):
    assert desk.get(f"/admin/{question}").status_code == 400


def test_every_filter_a_list_offers_works(desk):
    a_submitted_version()
    a_message()
    tried = 0
    for model in admin.site._registry:
        where = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        changelist = desk.get(where).context["cl"]
        for offered in changelist.filter_specs:
            for choice in offered.choices(changelist):
                assert desk.get(where + choice["query_string"]).status_code == 200, choice
                tried += 1
    assert tried > 50


def test_days_are_looked_up_step_by_step(desk):
    letter = a_message()

    for step in ("queued_at__year=2026", "queued_at__month=11", "queued_at__day=21"):
        step = f"queued_at__year=2026&queued_at__month=11&{step}"
        found = desk.get(f"/admin/learners/message/?{step}")
        assert list(found.context["cl"].result_list) == [letter]


@pytest.mark.parametrize(
    "question",
    [
        "credits/journalentry/?recorded_at__year=9999",
        "credits/journalentry/?recorded_at__year=9999&recorded_at__month=12",
        "credits/journalentry/?recorded_at__year=9999&recorded_at__month=12&recorded_at__day=31",
        "learners/message/?queued_at__year=9999",
        "learners/message/?queued_at__year=0",
        "learners/message/?queued_at__year=x",
        "learners/message/?queued_at__month=x",
        "learners/message/?due_at__gte=x",
        "learners/message/?state__isempty=x",
        "courses/courseversion/?course__provider__id__exact=x",
    ],
)
def test_a_value_no_filter_can_have_leads_to_the_whole_list(desk, question):
    a_submitted_version()
    a_submitted_version()  # of another organisation: only then is there something to choose

    answer = desk.get(f"/admin/{question}", follow=True)

    assert answer.redirect_chain == [(f"/admin/{question.partition('?')[0]}?e=1", 302)]
    assert "Không lọc được như vậy" in answer.content.decode()


def test_asked_wrongly_twice_it_still_answers(desk):
    assert desk.get("/admin/learners/message/?queued_at__year=9999&e=1").status_code == 200


@pytest.mark.parametrize("prefix", ["/admin/", "/en/admin/"], ids=["vi", "en"])
@pytest.mark.parametrize(
    "address",
    [
        "learners/learner/?%00=1",
        "learners/message/?state__exact=%00",
        "learners/place/%00/change/",
        "learners/place/%00/history/",
        "courses/courseversion/?_changelist_filters=%00",
        "autocomplete/?term=%00&app_label=learners&model_name=message&field_name=recipient",
    ],
)
def test_a_nul_is_refused(desk, prefix, address):
    assert desk.get(prefix + address).status_code == 400


def test_a_nul_in_the_search_box_is_told_there(desk):
    assert desk.get("/admin/learners/learner/?q=%00").status_code == 200


def test_a_nul_in_a_form_is_told_at_its_field_and_the_rest_is_kept(desk):
    case = a_dispute(now=NOW - timedelta(days=60))
    escalate_due(now=NOW)
    said = {"outcome": "UPHELD", "answer": "Ghi thiếu một\0 buổi."}

    answer = desk.post(reverse("admin:credits_dispute_answer", args=[case.pk]), said)

    assert answer.status_code == 200
    assert "ký tự rỗng" in str(answer.context["form"].errors["answer"])
    assert "Ghi thiếu một" in answer.content.decode()
    assert answer.context["form"]["outcome"].value() == "UPHELD"


@pytest.mark.parametrize(
    "form",
    [
        ("learners_organization_decide", lambda: [an_organization(verified=False).pk], {"until": "\0", "reason": "\0"}),
        ("courses_courseversion_decide", lambda: [a_submitted_version().pk], {"reasons": "\0", "\0": "\0"}),
        ("credits_merge_ask", list, {"kept": "\0", "merged": "\0", "reason": "\0", "authority": "\0", "once": "\0"}),
        ("credits_reading", list, {"ledger_number": "\0", "reason": "\0"}),
        ("learners_holiday_add", list, {"day": "\0", "name_vi": "\0", "name_en": "\0", "source": "\0"}),
        ("credits_pathwayversion_add", list, {"slug": "\0", "organization": "\0", "title_vi": "\0", "level": "\0"}),
        ("credits_acceptance_add", list, {"organization": "\0", "provider": "\0", "course_title": "\0", "since": "\0"}),
        ("learners_message_changelist", list, {"action": "\0", "_selected_action": "\0", "index": "\0"}),
    ],
    ids=lambda form: form[0],
)
def test_no_nul_in_a_form_breaks_the_desk(desk, form):
    name, arguments, said = form

    answer = desk.post(reverse(f"admin:{name}", args=arguments()), said)

    assert answer.status_code in {200, 302, 400, 403}


@pytest.mark.parametrize("question", ["?email__startswith=h", "?_to_field=email"])
def test_what_is_refused_is_one_warning_without_a_traceback(desk, caplog, question):
    written = next(handler.formatter for handler in logging.getLogger().handlers if handler.formatter)

    answer = desk.get(f"/admin/learners/learner/{question}")

    (record,) = [record for record in caplog.records if record.name.startswith("django.security.")]
    assert answer.status_code == 400
    assert "warning" in (line := written.format(record))
    assert "Traceback" not in line


def test_a_key_longer_than_any_number_is_of_no_course(desk):
    assert desk.get(f"/admin/courses/courseversion/{'9' * 5000}/change/").status_code == 404


@pytest.mark.parametrize("chosen", ["abc", "", "9" * 30, "-", "1.5"])
def test_a_row_that_cannot_be_is_not_acted_on(desk, chosen):
    letter = a_message()
    Message.objects.update(state=MessageState.IN_DOUBT, handed_over_at=NOW)

    answer = desk.post("/admin/learners/message/", {"action": "send_again", "_selected_action": [letter.pk, chosen]})

    assert answer.status_code == 400
    assert Message.objects.get().state == MessageState.IN_DOUBT


@pytest.mark.parametrize("charset", ["rot13", "hex", "idna", "utf-16", "utf-7", "klingon", ""])
@pytest.mark.parametrize("address", ["/display/", "/account/sign-in/", "/admin/learners/message/"])
def test_a_form_in_no_known_writing_is_refused(charset, address):
    form = b'--x\r\nContent-Disposition: form-data; name="login"\r\n\r\nha\r\n--x--\r\n'

    for client in (Client(), Client(enforce_csrf_checks=True)):
        answer = client.generic(
            "POST", address, form, content_type=f"multipart/form-data; boundary=x; charset={charset}"
        )

        assert answer.status_code == 400
        assert "<h1" in answer.content.decode()


@pytest.mark.parametrize("charset", ["rot13", "idna", "utf-16", "klingon"])
def test_the_server_refuses_it_with_a_question_in_the_address_too(charset):
    """Django reads the question as the form says to be written, before any middleware."""
    said = {}
    environ = RequestFactory()._base_environ(
        QUERY_STRING="a=%C3%A1", CONTENT_TYPE=f"multipart/form-data; charset={charset}", PATH_INFO="/courses/"
    )

    b"".join(application(environ, lambda status, headers: said.update(status=status)))

    assert said["status"] == "400 Bad Request"


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", "us-ascii"])
def test_other_forms_are_read(client, charset):
    form = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nlg\r\n--x--\r\n'

    answer = client.generic(
        "POST", "/display/", form, content_type=f"multipart/form-data; boundary=x; charset={charset}"
    )

    assert answer.cookies["text"].value == "lg"


def test_addresses_of_letters_are_masked(desk):
    letter = a_message(kind=MessageKind.SIGN_IN_CODE, address="hoa.le@example.vn")

    for page in ("", f"{letter.pk}/change/", f"{letter.pk}/history/"):
        words = desk.get(f"/admin/learners/message/{page}").content.decode()
        assert "hoa.le" not in words
        assert letter.data["code"] not in words
        assert ("h…@example.vn" in words) or "history" in page


def test_the_front_page_says_what_waits(desk):
    a_submitted_version(provider=an_organization())
    a_submitted_version(provider=an_organization())
    a_published_version()
    waiting = an_organization(verified=False)
    a_complaint()

    page = desk.get("/admin/")
    links = [address for _words, _number, address in page.context["waiting"]]

    assert [number for _words, number, _address in page.context["waiting"]] == [2, 1, 1, 0, 0, 0, 0, 0, 0, 0]
    assert all(f'<a href="{escape(address)}">' in page.content.decode() for address in links)
    assert [desk.get(address).context["cl"].result_count for address in links] == [2, 1, 1, 0, 0, 0, 0, 0, 0, 0]
    assert list(desk.get(links[1]).context["cl"].result_list) == [waiting]


def test_the_front_page_says_only_what_one_may_see(client):
    client.force_login(a_learner(is_staff=True))

    assert client.get("/admin/").context["waiting"] == []


def test_a_course_is_described_in_the_readers_units(desk):
    version = a_submitted_version()

    page = desk.get(f"/en/admin/courses/courseversion/{version.pk}/change/").content.decode()

    assert all(f'<th scope="row">{label}</th>' in page for label in ("Hours of study", "Credit", "Cost"))
    assert "minutes</th>" not in page
    assert "hundredths" not in page


@pytest.mark.parametrize(
    ("until", "status"),
    [("21/11/2031", "VERIFIED"), ("22/11/2031", "REGISTERED"), ("31/12/9999", "REGISTERED")],
    ids=["five years", "a day more", "for ever"],
)
def test_a_verification_lasts_five_years_at_most(desk, until, status):
    organization = an_organization(verified=False)

    answer = desk.post(reverse("admin:learners_organization_decide", args=[organization.pk]), {"until": until})

    assert Organization.objects.get(pk=organization.pk).status == status
    assert (answer.status_code == 200 and "dài nhất 5 năm" in answer.content.decode()) == (status == "REGISTERED")


def test_days_are_written_as_everywhere_in_the_portal(desk):
    organization = an_organization()
    assert organization.verified_until.isoformat() == "2128-11-21"

    for page in ("", f"{organization.pk}/change/"):
        said = desk.get(f"/admin/learners/organization/{page}").text
        assert "21/11/2128" in said, page
        assert " tháng 11 năm " not in said, page


def test_an_organization_that_is_not_real_is_marked_once(desk):
    marked, unmarked = (a_submitted_version(tags=("rau",)) for _ in range(2))
    for version, name in ((marked, "Trung tâm Hoa Sen (minh họa)"), (unmarked, "Trung tâm Hoa Sen")):
        Organization.objects.filter(pk=version.course.provider_id).update(name_vi=name, is_demonstration=True)

    for version in (marked, unmarked):
        said = desk.get(f"/admin/courses/courseversion/{version.pk}/change/").text
        assert said.count("minh họa") == 1
        assert '<th scope="row">Từ khóa</th>' in said
