"""A helper sets text size, reading aloud and lite pages for the person they help; both read who did it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from learners.actions import helper_look, mandate
from learners.choices import HelperAct
from learners.models import Learner, MandateAct
from learners.queries.counter import done_for
from tests.factories.mandates import a_mandate
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db
LARGE = {"text_size": "xl", "aloud": "1", "lite": "1"}
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def person() -> Learner:
    return a_learner(full_name="Phan Thị Tư", text_size="lg", theme="dark")


@pytest.fixture
def given(person):
    return a_mandate(person=person)


def page(given) -> str:
    return reverse("learners:look_for", args=[given.public_id])


def look(person: Learner) -> tuple[str, ...]:
    person.refresh_from_db()
    return person.text_size, person.aloud, person.lite, person.theme


def test_it_stands_with_the_account_and_says_who_did_it(person, given):
    for now in (NOW, LATER):
        helper_look.set_look(mandate=given, helper=given.helper, **LARGE, now=now)

    done = MandateAct.objects.get()
    assert look(person) == ("xl", "1", "1", "dark")
    assert (done.act, done.done_at, done.mandate) == (HelperAct.LOOK, NOW, given)
    assert "trang gọn" in done.title_vi
    assert "lite pages" in done.title_en
    assert (HelperAct.LOOK, given.helper) in [(each.act, each.by) for each in done_for(person)]


def test_each_change_is_written_down(person, given):
    helper_look.set_look(mandate=given, helper=given.helper, **LARGE, now=NOW)
    helper_look.set_look(mandate=given, helper=given.helper, **LARGE | {"lite": "0"}, now=LATER)

    assert MandateAct.objects.filter(act=HelperAct.LOOK).count() == 2
    assert look(person)[2] == "0"


def test_so_often_a_day_and_no_more(person, given, client):
    for number in range(helper_look.LOOKS_A_DAY_MAX):
        size = "lg" if number % 2 else "xl"
        helper_look.set_look(
            mandate=given, helper=given.helper, **LARGE | {"text_size": size}, now=NOW + timedelta(minutes=number)
        )
    one_more = {"mandate": given, "helper": given.helper, **LARGE, "text_size": "xl"}

    with pytest.raises(helper_look.TooOften, match="hôm nay"):
        helper_look.set_look(**one_more, now=LATER)
    client.force_login(given.helper)
    said = client.post(page(given), LARGE)
    assert (said.status_code, "hôm nay" in said.content.decode()) == (200, True)
    helper_look.set_look(**one_more, now=NOW + timedelta(days=1))

    assert MandateAct.objects.count() == helper_look.LOOKS_A_DAY_MAX + 1


@pytest.mark.parametrize("why", ["not allowed", "taken back", "over", "another helper"])
def test_without_a_mandate_for_it_nothing_changes(person, why, learner_client, time_machine):
    allowed = (HelperAct.ENROL,) if why == "not allowed" else ()
    given = a_mandate(person=person, acts=allowed)
    helper, now = given.helper, NOW
    if why == "taken back":
        mandate.revoke(mandate=given, actor=person, now=NOW)
    if why == "over":
        now = NOW + timedelta(days=91)
    if why == "another helper":
        helper = a_mandate(person=a_learner(), helper=a_learner()).helper
    time_machine.move_to(now, tick=False)

    with pytest.raises(mandate.NotAllowed):
        helper_look.set_look(mandate=given, helper=helper, **LARGE, now=now)
    client = learner_client(helper)
    answers = [client.get(page(given)).status_code, client.post(page(given), LARGE).status_code]

    assert answers == [404, 404]
    assert look(person) == ("lg", "", "", "dark")
    assert not MandateAct.objects.exists()


def test_the_database_knows_no_such_act_without_leave(person):
    given = a_mandate(person=person, acts=(HelperAct.SEE,))

    with pytest.raises(IntegrityError, match="no mandate allows this"), transaction.atomic():
        MandateAct.objects.create(mandate=given, act=HelperAct.LOOK, subject="look:1", done_at=NOW)


def test_the_page_shows_how_it_is_and_sets_it_and_both_read_of_it(person, given, learner_client):
    client, path = learner_client(given.helper), page(given)

    shown = client.get(path).context["form"]["text_size"].value()
    listed = client.get(reverse("learners:helping")).content.decode()
    done = client.post(path, LARGE, follow=True).content.decode()
    theirs = learner_client(person).get(f"/en{reverse('learners:helpers')}").content.decode()

    assert path in listed
    assert shown == "lg"
    assert look(person) == ("xl", "1", "1", "dark")
    assert "Phan Thị Tư" in done
    assert "May set how pages look" in theirs
    assert f"done by {given.helper.full_name} for Phan Thị Tư" in theirs
    assert 'data-text="xl"' in theirs


def test_what_is_no_choice_is_refused(person, given, learner_client):
    answer = learner_client(given.helper).post(page(given), LARGE | {"text_size": "99"})

    assert answer.status_code == 200
    assert look(person) == ("lg", "", "", "dark")
