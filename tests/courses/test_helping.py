"""Doing something for somebody by their mandate: within it, written down for both, and not a moment longer."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from courses.actions import helping
from courses.models import Enrollment
from learners import rules
from learners.actions import mandate as actions
from learners.choices import HelperAct
from learners.models import Mandate, MandateAct, Message
from tests.factories.catalog import a_published_run
from tests.factories.counter import a_registration, the_manager
from tests.factories.enrollment import enrolled
from tests.factories.mandates import a_mandate, terms
from tests.factories.people import NOW, a_learner, an_organization
from tests.learners.sign_in import prove_again

pytestmark = pytest.mark.django_db
SAID = {"helper_words": "con gái, Hồng", "acts": ["ENROL", "SEE"], "days": "90"}


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()


@pytest.fixture
def pair():
    """Somebody and who helps them."""
    return a_learner(full_name="Lê Văn Hòa"), a_learner(full_name="Nguyễn Thị Hồng")


def signed_in(learner):
    client = Client()
    client.force_login(learner)
    return client


def proven(learner):
    client = signed_in(learner)
    prove_again(client, learner)
    return client


def code_on(page):
    return page.context["code"]


# To make somebody a helper


def test_a_person_names_a_helper_who_takes_it_up_by_the_code(pair):
    person, helper = pair

    page = proven(person).post(reverse("learners:helpers"), SAID, follow=True)
    taken = signed_in(helper).post(reverse("learners:helping"), {"code": code_on(page).lower()}, follow=True)

    mandate = Mandate.objects.get()
    assert (mandate.person, mandate.helper, mandate.witnessed_by) == (person, helper, None)
    assert (mandate.may_enroll, mandate.may_withdraw, mandate.may_see_timetable) == (True, False, True)
    assert mandate.until == (NOW + timedelta(days=90)).date()
    assert "Lê Văn Hòa" in taken.content.decode()
    assert code_on(page).replace("-", "") not in str(Mandate.objects.values_list().get())


def test_at_the_counter_it_is_made_out_in_front_of_staff(pair):
    registered = a_registration(organization=an_organization())
    staff = the_manager(registered.organization)
    where = [registered.organization.public_id, registered.learner.public_id]

    page = signed_in(staff).post(reverse("learners:person_helpers", args=where), SAID, follow=True)
    actions.take_up(code=code_on(page).replace("-", ""), helper=pair[1], now=NOW)

    mandate = Mandate.objects.get()
    assert (mandate.person, mandate.witnessed_by, mandate.organization) == (
        registered.learner,
        staff,
        registered.organization,
    )
    signed_in(staff).post(reverse("learners:person_helper_end", args=[*where, mandate.public_id]))
    mandate.refresh_from_db()
    assert mandate.revoked_by == staff


def test_a_code_is_good_once_for_another_and_for_seven_days(pair):
    person, helper = pair
    _given, code = actions.give(person=person, terms=terms(), actor=person, now=NOW)

    for who, when in ((person, NOW), (helper, NOW + rules.MANDATE_CODE_VALID)):
        with pytest.raises(actions.UnableToTakeUp):
            actions.take_up(code=code, helper=who, now=when)
    actions.take_up(code=code, helper=helper, now=NOW)
    with pytest.raises(actions.UnableToTakeUp):
        actions.take_up(code=code, helper=a_learner(), now=NOW)


def test_codes_are_tried_ten_times_an_hour_by_one_account(pair):
    client = signed_in(pair[1])

    answers = [
        client.post(reverse("learners:helping"), {"code": "2222-2222"}).status_code
        for _ in range(rules.HELPER_CODES.times + 1)
    ]

    assert (set(answers[:-1]), answers[-1]) == ({200}, 429)


@pytest.mark.parametrize(
    "wrong", [{"helper_words": ""}, {"acts": []}, {"days": "9999"}], ids=["nobody", "nothing", "forever"]
)
def test_a_mandate_says_who_what_and_how_long(pair, wrong):
    answer = proven(pair[0]).post(reverse("learners:helpers"), {**SAID, **wrong})

    assert answer.context["form"].errors
    assert not Mandate.objects.exists()


def test_who_is_there_is_asked_before_the_form_is_filled_in(pair):
    page = reverse("learners:helpers")
    asked_first = signed_in(pair[0]).get(page).text

    assert f'href="{reverse("account_reauthenticate")}?next={page}"' in asked_first
    assert 'name="helper_words"' not in asked_first
    assert 'name="helper_words"' in proven(pair[0]).get(page).text


def test_once_made_the_form_is_empty_for_another(pair):
    answer = proven(pair[0]).post(reverse("learners:helpers"), SAID, follow=True)

    assert Mandate.objects.count() == 1
    assert not answer.context["form"].is_bound


def test_pressed_twice_it_is_one_mandate_whose_code_is_shown_once(pair):
    client, page = proven(pair[0]), reverse("learners:helpers")
    said = {**SAID, "once": client.get(page).context["form"]["once"].value()}

    client.post(page, said)
    shown = client.post(page, said, follow=True)
    reloaded = client.get(page)
    client.post(page, {**said, "helper_words": "cô Lan"})  # one goes back and writes another name

    assert actions.take_up(code=code_on(shown).replace("-", ""), helper=pair[1], now=NOW).person == pair[0]
    assert code_on(reloaded) == ""
    assert sorted(Mandate.objects.values_list("helper_words", flat=True)) == ["con gái, Hồng", "cô Lan"]


def test_sent_again_after_it_was_taken_back_it_says_so_and_names_a_new_helper(pair):
    client, page = proven(pair[0]), reverse("learners:helpers")
    said = {**SAID, "once": client.get(page).context["form"]["once"].value()}
    client.post(page, said, follow=True)
    actions.revoke(mandate=Mandate.objects.get(), actor=pair[0], now=NOW)

    shown = client.post(page, said, follow=True)
    again = client.post(page, {**said, "once": shown.context["form"]["once"].value()}, follow=True)

    assert "đã hết hiệu lực" in shown.content.decode()
    assert code_on(shown) == ""
    assert code_on(again) != ""


def test_a_code_made_out_at_a_counter_is_not_shown_on_the_page_of_the_next_person():
    organization = an_organization()
    first, next_one = (a_registration(organization=organization, full_name=name) for name in ("Lò Thị A", "Lò Thị B"))
    client = signed_in(the_manager(organization))
    page, next_page = (
        reverse("learners:person_helpers", args=[organization.public_id, each.learner.public_id])
        for each in (first, next_one)
    )

    client.post(page, SAID)

    assert code_on(client.get(next_page)) == ""
    assert code_on(client.get(page)) != ""


def test_staff_read_words_about_the_person_in_front_of_them():
    registered = a_registration(organization=an_organization())
    where = [registered.organization.public_id, registered.learner.public_id]

    form = (
        signed_in(the_manager(registered.organization))
        .get(reverse("learners:person_helpers", args=where))
        .context["form"]
    )
    words = " ".join([str(form["helper_words"].help_text), *(str(label) for _act, label in form["acts"].field.choices)])

    assert "người này" in words
    assert "tôi" not in words
    assert "bạn" not in words


def test_nobody_has_more_than_five(pair):
    person = pair[0]
    for _ in range(rules.MANDATES_MAX):
        actions.give(person=person, terms=terms(), actor=person, now=NOW)

    with pytest.raises(actions.UnableToGive):
        actions.give(person=person, terms=terms(), actor=person, now=NOW)


def test_naming_and_taking_back_helpers_ends_for_the_day(pair):
    """Each stays on record for good."""
    person = pair[0]
    for _ in range(rules.MANDATES_A_DAY_MAX):
        given, _code = actions.give(person=person, terms=terms(), actor=person, now=NOW)
        actions.revoke(mandate=given, actor=person, now=NOW)

    with pytest.raises(actions.UnableToGive, match="Ngày mai"):
        actions.give(person=person, terms=terms(), actor=person, now=NOW)
    tomorrow = NOW + timedelta(days=1)
    actions.give(person=person, terms=terms(now=tomorrow), actor=person, now=tomorrow)


def test_a_code_nobody_took_up_in_time_is_not_counted_and_says_so(pair, time_machine):
    person, _helper = pair
    for _ in range(rules.MANDATES_MAX):
        actions.give(person=person, terms=terms(), actor=person, now=NOW)
    client, over = signed_in(person), NOW + rules.MANDATE_CODE_VALID
    before = client.get(reverse("learners:helpers")).content.decode()
    time_machine.move_to(over, tick=False)
    after = client.get(reverse("learners:helpers")).content.decode()

    with pytest.raises(actions.UnableToGive):
        actions.give(person=person, terms=terms(), actor=person, now=over - timedelta(seconds=1))
    actions.give(person=person, terms=terms(now=over), actor=person, now=over)

    assert Mandate.objects.count() == rules.MANDATES_MAX + 1
    assert (before.count("Chờ người giúp gõ mã"), before.count("Mã đã hết hạn")) == (rules.MANDATES_MAX, 0)
    assert (after.count("Chờ người giúp gõ mã"), after.count("Mã đã hết hạn")) == (0, rules.MANDATES_MAX)


def test_nobody_makes_one_out_for_a_stranger(pair):
    person, stranger = pair
    organization = an_organization()

    for actor, where in ((stranger, None), (the_manager(organization), organization)):
        with pytest.raises(actions.UnableToGive):
            actions.give(person=person, terms=terms(), actor=actor, organization=where, now=NOW)


# What is done by it


def test_a_helper_enrols_the_person_and_both_read_who_did_it(pair):
    person, helper = pair
    mandate, run = a_mandate(person=person, helper=helper), a_published_run()
    client = signed_in(helper)

    offered = client.get(reverse("courses:enroll", args=[run.pk])).content.decode()
    address = reverse("courses:enroll_for", args=[run.pk, mandate.public_id])
    asked, done = client.get(address), client.post(address, follow=True)

    enrollment = Enrollment.objects.get()
    assert (enrollment.learner, address in offered, asked.status_code) == (person, True, 200)
    words = "Nguyễn Thị Hồng làm thay Lê Văn Hòa"
    assert words in done.content.decode()
    assert words in signed_in(person).get(reverse("learners:helpers")).content.decode()
    assert words in signed_in(person).get(f"/enrollments/{enrollment.public_id}/").content.decode()
    (letter,) = Message.objects.filter(kind="ENROLLED")
    assert (letter.recipient, letter.data["helper"]) == (person, "Nguyễn Thị Hồng")


def test_a_helper_sees_the_timetable_and_gives_up_the_place(pair):
    person, helper = pair
    mandate, run = a_mandate(person=person, helper=helper), a_published_run()
    enrollment = enrolled(person, run)
    client = signed_in(helper)

    seen = client.get(reverse("courses:timetable_of", args=[mandate.public_id])).content.decode()
    client.post(reverse("courses:withdraw_for", args=[mandate.public_id, enrollment.public_id]))

    enrollment.refresh_from_db()
    assert run.version.title_vi in seen
    assert enrollment.state == "WITHDRAWN"
    assert list(MandateAct.objects.order_by("pk").values_list("act", flat=True)) == ["SEE", "WITHDRAW"]
    assert Message.objects.get(kind="WITHDRAWN").data["helper"] == "Nguyễn Thị Hồng"


def test_done_twice_it_is_done_once(pair):
    person, helper = pair
    mandate, run = a_mandate(person=person, helper=helper), a_published_run()

    first, again = (helping.enroll_for(mandate=mandate, helper=helper, run=run, now=NOW) for _ in range(2))
    for _ in range(2):
        helping.withdraw_for(mandate=mandate, helper=helper, enrollment=first, now=NOW)

    assert first == again
    assert MandateAct.objects.count() == 2


def test_nothing_but_those_acts_is_open_to_a_helper(pair):
    person, helper = pair
    a_mandate(person=person, helper=helper)
    enrollment = enrolled(person, a_published_run())
    client = signed_in(helper)

    answers = [
        client.get(f"/enrollments/{enrollment.public_id}/").status_code,
        client.post(f"/enrollments/{enrollment.public_id}/withdraw/").status_code,
        client.get(f"/enrollments/{enrollment.public_id}/units/1/").status_code,
    ]

    assert answers == [404, 404, 404]
    assert "Lê Văn Hòa" not in client.get(reverse("credits:statement")).content.decode()


# What is refused


def doors(mandate, run, enrollment):
    return {
        HelperAct.SEE: ("get", reverse("courses:timetable_of", args=[mandate.public_id])),
        HelperAct.ENROL: ("post", reverse("courses:enroll_for", args=[run.pk, mandate.public_id])),
        HelperAct.WITHDRAW: ("post", reverse("courses:withdraw_for", args=[mandate.public_id, enrollment.public_id])),
        HelperAct.LOOK: ("get", reverse("learners:look_for", args=[mandate.public_id])),
    }


@pytest.mark.parametrize("how", ["revoked", "over", "person closed", "another helper"])
def test_a_mandate_that_does_not_hold_is_refused_at_the_next_request(pair, time_machine, how):
    person, helper = pair
    mandate, run = a_mandate(person=person, helper=helper), a_published_run()
    enrollment = enrolled(person, a_published_run())
    who = a_learner() if how == "another helper" else helper
    if how == "revoked":
        signed_in(person).post(reverse("learners:helper_end", args=[mandate.public_id]))
    if how == "over":
        time_machine.move_to(NOW + timedelta(days=91), tick=False)
    if how == "person closed":
        type(person).objects.filter(pk=person.pk).update(is_active=False)

    client = signed_in(who)
    answers = [getattr(client, method)(path).status_code for method, path in doors(mandate, run, enrollment).values()]

    enrollment.refresh_from_db()
    assert answers == [404, 404, 404, 404]
    assert (enrollment.state, Enrollment.objects.count(), MandateAct.objects.count()) == ("ENROLLED", 1, 0)


@pytest.mark.parametrize("allowed", list(HelperAct), ids=str)
def test_a_mandate_allows_what_it_says_and_nothing_else(pair, allowed):
    person, helper = pair
    mandate, run = a_mandate(person=person, helper=helper, acts=(allowed,)), a_published_run()
    enrollment = enrolled(person, a_published_run())
    client = signed_in(helper)

    opened = {
        act
        for act, (method, path) in doors(mandate, run, enrollment).items()
        if getattr(client, method)(path).status_code in {200, 302}
    }

    assert opened == {allowed}


def test_a_place_of_somebody_else_is_not_given_up(pair):
    person, helper = pair
    mandate = a_mandate(person=person, helper=helper)
    other = enrolled(a_learner(), a_published_run())

    with pytest.raises(actions.NotAllowed):
        helping.withdraw_for(mandate=mandate, helper=helper, enrollment=other, now=NOW)

    other.refresh_from_db()
    assert other.state == "ENROLLED"


def test_the_database_refuses_an_act_no_mandate_allows(pair):
    mandate = a_mandate(person=pair[0], helper=pair[1], acts=(HelperAct.SEE,))

    with pytest.raises(IntegrityError, match="no mandate allows this"), transaction.atomic():
        MandateAct.objects.create(mandate=mandate, act=HelperAct.ENROL, subject="x", done_at=NOW)
    actions.revoke(mandate=mandate, actor=pair[0], now=NOW)
    with pytest.raises(IntegrityError, match="no mandate allows this"), transaction.atomic():
        MandateAct.objects.create(mandate=mandate, act=HelperAct.SEE, subject="x", done_at=NOW)


def test_what_was_done_stays(pair):
    mandate = a_mandate(person=pair[0], helper=pair[1])
    actions.see(mandate=mandate, helper=pair[1], now=NOW)

    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            cursor.execute("DELETE FROM learners_mandateact")
        cursor.execute("SET ROLE lh_app")
