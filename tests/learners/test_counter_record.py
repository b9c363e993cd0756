"""In front of staff: a name or a birth year is corrected, a consent withdrawn."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import Client

from learners.actions import birth_year, correction
from learners.actions import erasure as emptying
from learners.models import Consent, Correction, Learner, Organization
from learners.queries.counter import done_for
from tests.factories.consents import agreed_to_needs
from tests.factories.counter import a_card, a_registration, the_manager
from tests.factories.people import NOW, a_learner, an_organization
from tests.faults.sabotage import as_owner

pytestmark = pytest.mark.django_db
THEN = NOW + timedelta(hours=1)
WRONG, RIGHT = "Phan Thị Tư", "Phan Thị Từ"


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def library() -> Organization:
    return an_organization()


@pytest.fixture
def person(library: Organization) -> Learner:
    return a_registration(organization=library, full_name=WRONG, birth_year=1952).learner


def staff_of(organization: Organization) -> Client:
    client = Client()
    client.force_login(the_manager(organization))
    return client


def at(person: Learner, page: str = "") -> str:
    return f"/organizations/{person.registration.organization.public_id}/people/{person.public_id}/{page}"


def correct(person: Learner, at: Organization, **more: object) -> Learner:
    said = {"full_name": RIGHT, "actor": the_manager(at), "organization": at, "now": THEN}
    return correction.correct_name(learner=person, **{**said, **more})  # type: ignore[arg-type]


def turned_away(person: Learner, organization: Organization, who: str) -> dict[str, object]:
    """Make ``who`` true and return what is said then."""
    if who == "has an address":
        Learner.objects.filter(pk=person.pk).update(email="tu@example.vn")
    if who == "counter closed":
        Organization.objects.filter(pk=organization.pk).update(verified_until=date(2026, 11, 20))
    elsewhere = an_organization()
    return {
        "a stranger": {"actor": a_learner()},
        "of elsewhere": {"organization": elsewhere, "actor": the_manager(elsewhere)},
        "the person": {"actor": person},
    }.get(who, {})


WHO = ["a stranger", "of elsewhere", "the person", "has an address", "counter closed"]


# Correcting


def test_a_name_is_corrected_and_what_stood_there_is_kept(library, person):
    correct(person, library)
    correct(person, library)

    person.refresh_from_db()
    kept = Correction.objects.get()
    assert person.full_name == RIGHT
    assert (kept.before, kept.after, kept.corrected_at) == (WRONG, RIGHT, THEN)
    assert (kept.corrected_by, kept.organization) == (the_manager(library), library)


@pytest.mark.parametrize("who", WHO)
def test_nobody_else_corrects_a_name(library, person, who):
    said = turned_away(person, library, who)

    library.refresh_from_db()

    with pytest.raises(correction.UnableToCorrect):
        correct(person, library, **said)

    person.refresh_from_db()
    assert person.full_name == WRONG
    assert not Correction.objects.exists()


@pytest.mark.parametrize(("year", "kept"), [(1951, [("1952", "1951")]), (1952, [])], ids=["another", "the same"])
def test_a_confirmed_year_that_changes_is_kept(library, person, year, kept):
    birth_year.confirm(learner=person, year=year, actor=the_manager(library), organization=library, now=THEN)

    assert [(each.before, each.after) for each in Correction.objects.all()] == kept


def test_the_person_reads_who_changed_what(library, person):
    correct(person, library)
    a_card(person.registration)
    client = Client()
    client.force_login(person)

    page = client.get("/me/data/").content.decode()

    done = next(each for each in done_for(person) if each.before)
    assert (done.before, done.by, done.at) == (WRONG, the_manager(library), THEN)
    assert "Sửa họ tên của tôi" in page
    assert WRONG in page


def test_the_page_corrects_and_says_what_is_wrong(library, person):
    client = staff_of(library)

    page = client.get(at(person)).content.decode()
    wrong = client.post(at(person, "name/"), {"full_name": "123"}).content.decode()
    done = client.post(at(person, "name/"), {"full_name": RIGHT}, follow=True).content.decode()

    assert f'value="{WRONG}"' in page
    assert "ít nhất một chữ cái" in wrong
    assert f"<h1>{RIGHT}</h1>" in done


def test_a_correction_stays_and_goes_with_the_person(library, person):
    correct(person, library)

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Correction.objects.update(before="khác")
    with pytest.raises(IntegrityError, match="stays as it was written"), transaction.atomic():
        as_owner("UPDATE learners_correction SET before = 'khác'")
    emptying.erase(learner=person, now=THEN)

    kept = Correction.objects.get()
    assert (kept.before, kept.after) == ("", "")


def test_the_database_keeps_a_correction_to_where_the_person_was_registered(library, person):
    elsewhere = an_organization()
    said = {"learner": person, "what": "NAME", "before": WRONG, "after": RIGHT, "corrected_at": NOW}

    with pytest.raises(IntegrityError, match="counter that registered"), transaction.atomic():
        Correction.objects.create(**said, corrected_by=the_manager(elsewhere), organization=elsewhere)


# How pages look


def test_large_letters_are_set_at_the_counter_and_the_card_opens_them(library, person):
    printed = a_card(person.registration)
    client, browser = staff_of(library), Client()

    page = client.get(at(person)).content.decode()
    client.post(at(person, "look/"), {"text_size": "xl", "aloud": "1"})
    client.post(at(person, "look/"), {"text_size": "xl", "aloud": "1"})
    browser.post(f"/card/{printed.secret}/")
    seen = browser.get("/me/").content.decode()

    person.refresh_from_db()
    assert 'name="text_size"' in page
    assert (person.text_size, person.aloud) == ("xl", "1")
    assert 'data-text="xl"' in seen
    kept = Correction.objects.get()
    assert (kept.what, kept.before, kept.after) == ("LOOK", "cỡ chữ: bình thường", "cỡ chữ: rất to, có đọc thành tiếng")


@pytest.mark.parametrize("who", WHO)
def test_nobody_else_sets_it(library, person, who):
    said = {"actor": the_manager(library), "organization": library, **turned_away(person, library, who)}
    library.refresh_from_db()

    with pytest.raises(correction.UnableToCorrect):
        correction.set_look(learner=person, text_size="xl", aloud="", **said, now=THEN)

    person.refresh_from_db()
    assert person.text_size == ""


def test_a_size_there_is_not_is_not_taken(library, person):
    staff_of(library).post(at(person, "look/"), {"text_size": "9"})

    person.refresh_from_db()
    assert person.text_size == ""


# A consent withdrawn


def test_a_consent_is_withdrawn_on_the_page_of_a_closed_counter_too(library, person):
    agreed_to_needs(person)
    Organization.objects.filter(pk=library.pk).update(verified_until=date(2026, 11, 20))
    client = staff_of(library)

    page = client.get(at(person)).content.decode()
    client.post(at(person, "consents/withdraw/"), {"withdraw": "ACCESS_NEEDS"})

    assert 'value="ACCESS_NEEDS"' in page
    assert Consent.objects.get().withdrawal_witnessed_by == the_manager(library)
    assert client.post(at(person, "consents/withdraw/"), {"withdraw": "NOTHING"}).status_code == 404
