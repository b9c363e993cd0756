"""The birth year: said on one's profile, confirmed at the counter; what it changes for who is under age."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from learners.actions import birth_year as actions
from learners.actions import erasure, needs
from learners.choices import AccessNeed, ConsentPurpose, Language, MessageKind
from learners.models import AccessNeeds, ConsentAnswer, Learner, Message
from learners.queries import consent as consents
from tests.factories.catalog import a_published_run
from tests.factories.consents import agreed_to_needs
from tests.factories.counter import a_registration, the_manager
from tests.factories.guardians import a_child, a_guardian
from tests.factories.people import NOW, a_learner, an_organization
from tests.factories.terms import asks_for

pytestmark = pytest.mark.django_db
NEEDS = ConsentPurpose.ACCESS_NEEDS
THEN = NOW + timedelta(hours=1)
CHILDS, GROWN = 2016, 1990
FORM = {"full_name": "Lê Văn Hòa", "language": "vi", "digest_weekday": "3", "digest_hour": "6"}


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def signed_in(learner: Learner) -> Client:
    client = Client()
    client.force_login(learner)
    return client


def registered(**more):
    return a_registration(organization=an_organization(), **more)


def confirm(row, year, *, actor=None, organization=None, now=THEN):
    organization = organization or row.organization
    said = {"actor": actor or the_manager(organization), "organization": organization, "now": now}
    return actions.confirm(learner=row.learner, year=year, **said)


def needs_wait(child):
    """What a child tells it needs, waiting for a guardian's yes."""
    said = {"needs": [AccessNeed.LARGE_PRINT], "words": "Ngồi gần cửa", "language": Language.VI}
    needs.tell(learner=child, **said, text=consents.text_of(NEEDS), now=NOW)


def year_of(learner):
    learner.refresh_from_db()
    return learner.birth_year, learner.birth_year_confirmed_at is not None


# Said by oneself


def test_the_profile_asks_says_why_and_keeps_it():
    learner = a_learner()
    client = signed_in(learner)

    asked = client.get("/me/profile/").content.decode()
    client.post("/me/profile/", {**FORM, "birth_year": str(GROWN)})
    client.post("/me/profile/", {**FORM, "birth_year": str(GROWN + 1)})

    assert "Dưới 16 tuổi" in asked
    assert "Dưới 18 tuổi" in asked
    assert year_of(learner) == (GROWN + 1, False)


@pytest.mark.parametrize(
    ("year", "words"),
    [(CHILDS, "cha mẹ hoặc người giám hộ cũng đồng ý"), (2009, "có thể bạn chưa thành niên"), (GROWN, "Dưới 16 tuổi")],
)
def test_the_profile_says_what_the_year_changes(year, words):
    page = signed_in(a_learner(birth_year=year)).get("/me/profile/").content.decode()

    assert words in page
    assert ("Dưới 16 tuổi" in page) is (year == GROWN)


@pytest.mark.parametrize("typed", ["58", "2031", "mười"])
def test_what_is_no_year_is_told_at_the_field_and_kept(typed):
    learner = a_learner()

    page = signed_in(learner).post("/me/profile/", {**FORM, "birth_year": typed}).content.decode()

    assert "bốn chữ số" in page
    assert f'value="{typed}"' in page
    assert year_of(learner) == (None, False)


def test_what_a_child_had_agreed_to_alone_waits_for_a_guardian():
    learner = a_learner()
    agreed_to_needs(learner)

    actions.say(learner=learner, year=CHILDS, is_that_young=True, now=THEN)

    assert not consents.is_given(learner, NEEDS)
    assert consents.needs_of([learner.pk]) == {}
    assert AccessNeeds.objects.filter(learner=learner).exists()
    assert ConsentAnswer.objects.get(learner=learner, ended_at=None).is_yes


def test_who_is_grown_up_by_the_year_has_agreed_as_before():
    learner = a_learner()
    agreed_to_needs(learner)

    actions.say(learner=learner, year=GROWN, now=THEN)

    assert consents.is_given(learner, NEEDS)


# Nobody becomes a child by a slip of the finger


@pytest.mark.parametrize("before", [None, GROWN], ids=["no year", "grown"])
def test_who_would_become_a_child_is_asked_first_and_then_believed(before):
    learner = a_learner(birth_year=before)

    with pytest.raises(actions.MakesAChild, match="Nếu đúng"):
        actions.say(learner=learner, year=CHILDS, now=THEN)
    asked = year_of(learner)
    actions.say(learner=learner, year=CHILDS, is_that_young=True, now=THEN)

    assert asked == (before, False)
    assert year_of(learner) == (CHILDS, False)


@pytest.mark.parametrize(
    ("before", "said"), [(CHILDS, CHILDS + 1), (None, GROWN), (GROWN, None)], ids=["a child", "grown", "takes it out"]
)
def test_nobody_else_is_asked(before, said):
    learner = a_learner(birth_year=before)

    actions.say(learner=learner, year=said, now=THEN)

    assert year_of(learner) == (said, False)


# A child does not make itself of age


@pytest.mark.parametrize(("typed", "kept"), [("1990", CHILDS), ("", CHILDS), ("2015", CHILDS), ("2018", 2018)])
def test_who_is_a_child_makes_itself_younger_only(typed, kept):
    child = a_learner(birth_year=CHILDS)

    page = signed_in(child).post("/me/profile/", {**FORM, "birth_year": typed})

    assert year_of(child) == (kept, False)
    assert (page.status_code == 302) is (kept != CHILDS)
    assert child.full_name == "Lê Văn Hòa" or kept == CHILDS


def test_it_is_told_at_the_field_where_it_is_corrected():
    child, registered_child = a_learner(birth_year=CHILDS), registered(birth_year=None)
    actions.say(learner=registered_child.learner, year=CHILDS, is_that_young=True, now=NOW)

    told = signed_in(child).post("/me/profile/", {**FORM, "birth_year": "1990"})
    told_there = signed_in(registered_child.learner).post("/me/profile/", {**FORM, "birth_year": "1990"})

    assert "Nhờ người giúp" in str(told.context["form"].errors["birth_year"])
    assert 'href="/help/"' in told.content.decode()
    assert registered_child.organization.name in str(told_there.context["form"].errors["birth_year"])


def test_who_has_come_of_age_says_what_they_like(time_machine):
    learner = a_learner(birth_year=NOW.year - 17)

    actions.say(learner=learner, year=GROWN, now=THEN)

    assert year_of(learner) == (GROWN, False)


def test_with_no_year_what_waits_for_a_guardian_keeps_them_a_child():
    learner = a_learner(birth_year=CHILDS)
    needs_wait(learner)
    Learner.objects.filter(pk=learner.pk).update(birth_year=None)

    with pytest.raises(actions.YearIsAChilds):
        actions.say(learner=learner, year=GROWN, now=THEN)
    actions.say(learner=learner, year=CHILDS, now=THEN)

    assert year_of(learner) == (CHILDS, False)


def test_a_class_that_asks_the_year_tells_it_at_the_field_too():
    learner, run = a_learner(birth_year=CHILDS), asks_for(a_published_run(), age_min=18)
    needs_wait(learner)
    Learner.objects.filter(pk=learner.pk).update(birth_year=None)

    page = signed_in(learner).post(f"/runs/{run.pk}/enroll/about/", {"birth_year": str(GROWN)})

    assert page.context["about"].errors["birth_year"]
    assert year_of(learner) == (None, False)


# Confirmed by staff


def test_what_is_said_at_the_counter_is_confirmed_where_a_paper_was_seen():
    assert year_of(registered(birth_year=1952).learner) == (1952, True)
    assert year_of(registered(birth_year=1952, saw_paper=False).learner) == (1952, False)
    assert year_of(registered(birth_year=None).learner) == (None, False)


def test_a_paper_that_shows_a_guardian_confirms_no_year():
    """It may not show the child's; staff confirm that by itself (decision 0290)."""
    child = a_child()
    Learner.objects.filter(pk=child.pk).update(
        birth_year=None, birth_year_confirmed_at=None, birth_year_confirmed_by=None, closed_at=NOW, is_active=False
    )  # as the database lets no confirmed year go
    Learner.objects.filter(pk=child.pk).update(birth_year=CHILDS, closed_at=None, is_active=True)

    a_guardian(child)

    assert year_of(child) == (CHILDS, False)


def test_a_confirmed_year_is_shown_and_not_changed_by_oneself():
    learner = registered(birth_year=1952).learner
    Learner.objects.filter(pk=learner.pk).update(email="tu@example.vn")
    client = signed_in(learner)

    saved = client.post("/me/profile/", {**FORM, "birth_year": str(CHILDS)})
    page = client.get("/me/profile/").content.decode()
    with pytest.raises(actions.YearIsConfirmed):
        actions.say(learner=learner, year=1953, now=THEN)

    assert saved.status_code == 302
    assert year_of(learner) == (1952, True)
    assert "Đề nghị sửa" in page


def test_confirmed_while_the_page_was_open_it_is_told_and_nothing_is_saved(monkeypatch):
    row = registered(birth_year=None)
    client = signed_in(row.learner)
    told = client.get("/me/profile/").wsgi_request.user
    confirm(row, 1952)
    monkeypatch.setattr("learners.adapters.Backend.get_user", lambda _self, _pk: told)  # the row as it was read before

    page = client.post("/me/profile/", {**FORM, "full_name": "Người Khác", "birth_year": "1960"})

    assert page.context["form"].errors["birth_year"]
    assert year_of(row.learner) == (1952, True)
    assert row.learner.full_name != "Người Khác"


def test_staff_confirm_and_correct_and_the_page_says_who(time_machine):
    row = registered(birth_year=None)
    client = signed_in(the_manager(row.organization))
    page = f"/organizations/{row.organization.public_id}/people/{row.learner.public_id}/"

    before = client.get(page).content.decode()
    first = client.post(f"{page}birth-year/", {"birth_year": "1952"}, follow=True).content.decode()
    time_machine.move_to(THEN, tick=False)
    second = client.post(f"{page}birth-year/", {"birth_year": "1953"}, follow=True).content.decode()
    wrong = client.post(f"{page}birth-year/", {"birth_year": ""}).content.decode()

    assert "Chưa ghi năm nào" in before
    assert "1952, xác nhận ngày 21/11/2026, người xác nhận: Nguyễn Thị Bảy" in first
    assert "1953, xác nhận" in second
    assert "bốn chữ số" in wrong


def test_it_is_told_wherever_the_person_is_reached_once_and_by_no_name():
    row = registered(birth_year=None)
    Learner.objects.filter(pk=row.learner.pk).update(email="tu@example.vn", phone="+84900000041")

    confirm(row, 1952)
    confirm(row, 1952, now=THEN + timedelta(hours=1))

    told = Message.objects.filter(kind=MessageKind.YEAR_CONFIRMED)
    assert {(each.recipient_id, each.address) for each in told} == {(row.learner.pk, ""), (None, "+84900000041")}
    assert {(each.data["year"], each.data["org"]) for each in told} == {("1952", row.organization.name)}


def test_a_year_confirmed_as_a_childs_lets_what_was_agreed_to_wait():
    row = registered(birth_year=None)
    agreed_to_needs(row.learner)

    confirm(row, CHILDS)

    assert not consents.is_given(row.learner, NEEDS)


@pytest.mark.parametrize("who", ["a stranger", "of elsewhere", "the person", "no longer verified"])
def test_nobody_else_confirms(who):
    row, elsewhere = registered(birth_year=None), an_organization()
    said = {
        "a stranger": {"actor": a_learner()},
        "of elsewhere": {"organization": elsewhere},
        "the person": {"actor": row.learner},
    }.get(who, {})
    if who == "no longer verified":
        row.organization.verified_until = NOW.date() - timedelta(days=1)
        row.organization.save()

    with pytest.raises(actions.UnableToConfirm):
        confirm(row, 1952, **said)

    assert year_of(row.learner) == (None, False)


# What the database keeps


@pytest.mark.parametrize(
    "change",
    [
        "birth_year = 1960",
        "birth_year = NULL",
        "birth_year_confirmed_at = NULL, birth_year_confirmed_by_id = NULL",
    ],
)
def test_the_database_keeps_a_confirmed_year(change):
    row = registered(birth_year=1952)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"RESET ROLE; UPDATE learners_learner SET {change} WHERE id = %s", [row.learner.pk])


def test_nobody_confirms_their_own():
    learner = a_learner(birth_year=1952)

    with pytest.raises(IntegrityError, match="confirmed_by_another"), transaction.atomic():
        Learner.objects.filter(pk=learner.pk).update(birth_year_confirmed_at=NOW, birth_year_confirmed_by=learner)


def test_it_goes_with_the_person():
    row = registered(birth_year=1952)

    with transaction.atomic():
        erasure.erase(learner=row.learner, now=THEN)

    assert year_of(row.learner) == (None, False)
