"""What waited for a guardian, once by their birth year the person agrees alone: theirs as said, or asked anew."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from learners import rules
from learners.actions import birth_year, consent, needs
from learners.choices import AccessNeed, ConsentChannel, ConsentPurpose, Language
from learners.models import AccessNeeds, Consent, ConsentAnswer, Learner, Organization
from learners.queries import consent as consents
from learners.tasks import carry_out_retention, let_come_of_age
from tests.factories.consents import agreed_to_needs
from tests.factories.counter import a_registration, the_manager
from tests.factories.people import NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db
NEEDS = ConsentPurpose.ACCESS_NEEDS
SIXTEEN = NOW.year - 16  # agrees alone from the next 1 January on
NEW_YEAR = datetime(NOW.year + 1, 1, 1, 0, 35, tzinfo=timezone.get_default_timezone())
PAGE = "/me/consents/"


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def who_waits(*, born: int = SIXTEEN, **more) -> Learner:
    """Return a child who has told what it needs, and said yes; nobody else has."""
    child = a_learner(birth_year=born, **more)
    wait(child)
    return child


def wait(child: Learner) -> None:
    said = {"needs": [AccessNeed.LARGE_PRINT], "words": "Ngồi gần cửa", "language": Language.EN}
    needs.tell(learner=child, **said, text=consents.text_of(NEEDS), now=NOW)


def newer_words() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """RESET ROLE; UPDATE learners_consenttext SET valid_to = now() WHERE valid_to IS NULL;
            INSERT INTO learners_consenttext (purpose, version, text_vi, text_en, source, valid_from)
            VALUES ('ACCESS_NEEDS', 3, 'Lời mới', 'New words', 'test', now()); SET ROLE lh_app"""
        )


def test_found_to_be_grown_up_at_the_counter_what_they_said_holds_as_they_said_it():
    row = a_registration(organization=an_organization(), birth_year=None)
    birth_year.say(learner=row.learner, year=2014, is_that_young=True, now=NOW)
    wait(row.learner)
    said = ConsentAnswer.objects.get()

    staff = {"actor": the_manager(row.organization), "organization": row.organization}
    birth_year.confirm(learner=row.learner, year=1990, **staff, now=NOW)

    given = Consent.objects.get()
    assert (given.text, given.language, given.channel) == (said.text, Language.EN, ConsentChannel.PORTAL)
    assert (given.witnessed_by, given.organization) == (None, None)
    assert set(consents.needs_of([row.learner.pk])) == {row.learner.pk}


def test_a_year_that_is_still_a_childs_changes_nothing():
    row = a_registration(organization=an_organization(), birth_year=None)
    birth_year.say(learner=row.learner, year=2014, is_that_young=True, now=NOW)
    wait(row.learner)

    staff = {"actor": the_manager(row.organization), "organization": row.organization}
    birth_year.confirm(learner=row.learner, year=2013, **staff, now=NOW)

    assert not Consent.objects.exists()


def test_it_becomes_theirs_as_time_goes(time_machine):
    grown, younger = who_waits(), who_waits(born=SIXTEEN + 1)
    gone = who_waits()
    Learner.objects.filter(pk=gone.pk).update(is_active=False, closed_at=NOW)

    early = consent.come_of_age(now=NEW_YEAR - timedelta(hours=1))
    time_machine.move_to(NEW_YEAR, tick=False)
    done, again = let_come_of_age(), let_come_of_age()

    assert (early, done, again) == (0, 1, 0)
    assert Consent.objects.get().learner == grown
    assert set(consents.needs_of([grown.pk, younger.pk, gone.pk])) == {grown.pk}


def test_a_child_whose_year_was_taken_out_does_not_come_of_age_by_that(learner_client, time_machine):
    """As it was allowed to once, and as the undo of a merge leaves it; nor by pressing the button again."""
    learner = who_waits(born=2014)
    Learner.objects.filter(pk=learner.pk).update(birth_year=None)
    learner.refresh_from_db()
    time_machine.move_to(NEW_YEAR, tick=False)

    done = let_come_of_age(), consent.stand_alone(learner=learner, now=NEW_YEAR)
    wait(learner)
    page = learner_client(learner).get(PAGE).content.decode()

    assert done == (0, 0)
    assert not Consent.objects.exists()
    assert "hồ sơ chưa có năm sinh" in page
    assert "Giờ bạn tự đồng ý được rồi" not in page
    birth_year.say(learner=learner, year=2014, is_that_young=True, now=NEW_YEAR)
    assert "cha mẹ hoặc người giám hộ" in learner_client(learner).get(PAGE).content.decode()


def test_newer_words_are_asked_on_the_page_and_meanwhile_nobody_sees_it(learner_client, time_machine):
    learner = who_waits()
    newer_words()
    time_machine.move_to(NEW_YEAR, tick=False)
    client = learner_client(learner)

    done = let_come_of_age()
    page = client.get(PAGE).content.decode()
    client.post(PAGE, {"withdraw": NEEDS.value})

    assert done == 0
    assert "Giờ bạn tự đồng ý được rồi" in page
    assert "cha mẹ hoặc người giám hộ" not in page
    assert not AccessNeeds.objects.exists()
    assert "Giờ bạn tự đồng ý được rồi" not in client.get(PAGE).content.decode()


def test_what_an_account_that_became_this_one_waits_for_is_listed_and_taken_back(learner_client):
    merged, learner = who_waits(born=2014), a_learner()
    Learner.objects.filter(pk=merged.pk).update(merged_into=learner)
    client = learner_client(learner)

    page = client.get(PAGE).content.decode()
    client.post(PAGE, {"withdraw": NEEDS.value})

    assert "Chưa có hiệu lực" in page
    assert not AccessNeeds.objects.exists()


def test_what_nobody_agrees_to_for_a_year_is_deleted(time_machine):
    waiting, agreed = who_waits(born=2014), a_learner()
    agreed_to_needs(agreed)

    time_machine.move_to(NOW + rules.WAITS_FOR_CONSENT_MAX, tick=False)
    carry_out_retention()
    kept = AccessNeeds.objects.count()
    time_machine.move_to(NOW + rules.WAITS_FOR_CONSENT_MAX + timedelta(minutes=1), tick=False)
    carry_out_retention()

    assert kept == 2
    assert AccessNeeds.objects.get().learner == agreed
    assert not ConsentAnswer.objects.filter(learner=waiting, ended_at=None).exists()


def test_what_was_told_long_ago_waits_a_year_from_when_it_began_to_wait(time_machine):
    row = a_registration(organization=an_organization(), birth_year=None)
    agreed_to_needs(row.learner)
    then = NOW + 2 * rules.WAITS_FOR_CONSENT_MAX
    time_machine.move_to(then, tick=False)
    Organization.objects.update(verified_until=then.date() + timedelta(days=1))
    staff = {"actor": the_manager(row.organization), "organization": row.organization}
    birth_year.confirm(learner=row.learner, year=then.year - 12, **staff, now=then)

    kept = []
    for later in (timedelta(hours=1), rules.WAITS_FOR_CONSENT_MAX, rules.WAITS_FOR_CONSENT_MAX + timedelta(minutes=1)):
        time_machine.move_to(then + later, tick=False)
        carry_out_retention()
        kept.append(AccessNeeds.objects.count())

    assert kept == [1, 1, 0]


def test_a_consent_ended_lately_is_not_long_over_though_no_answer_stands(time_machine):
    learner = a_learner()
    agreed_to_needs(learner)
    then = NOW + 2 * rules.WAITS_FOR_CONSENT_MAX
    Consent.objects.update(withdrawn_at=then)
    time_machine.move_to(then + timedelta(hours=1), tick=False)

    carry_out_retention()

    assert AccessNeeds.objects.filter(learner=learner).exists()
