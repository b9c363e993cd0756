"""Using credit for a qualification: what counted and nothing else, once, with the qualification or not at all."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from credits.actions import freezing, pathway, qualification
from credits.actions.application import LedgerIsFrozen
from credits.actions.ledger import KeyReused
from credits.choices import KindOfCredit, Reason, RulePeriod
from credits.models import JournalEntry, PathwayVersion, Qualification
from credits.queries import lot
from credits.queries import qualification as qualifications
from credits.queries.audit import audit
from credits.queries.progress import how_far_on_all
from learners.choices import MessageKind
from learners.models import Learner, Message
from tests.credits.by_hand import owner, run
from tests.factories.ledger import a_hold, a_reversal, a_use, an_award
from tests.factories.pathways import a_cap, a_minimum, a_pathway, on_the_way
from tests.factories.people import NOW, a_curator, a_learner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
LAST_WEEK = NOW - timedelta(days=7)
TODAY = timezone.localdate(NOW)


def applied(learner: Learner) -> dict[int, int]:
    return {each.lot_id: each.applied for each in lot.standing(learner) if each.applied}


def claim(learner: Learner, version: PathwayVersion, *, key: str = "claim", now: datetime = NOW) -> Qualification:
    follow = on_the_way(learner, version, now=now)
    return qualification.claim(follow=follow, idempotency_key=key, now=now)


def test_what_counts_is_used_and_nothing_else() -> None:
    learner, version = a_learner(), a_pathway(total=100)
    first = an_award(learner=learner, hundredths=60, course_id=1, now=LAST_WEEK)
    second = an_award(learner=learner, hundredths=60, course_id=2)

    found = claim(learner, version)

    assert applied(learner) == {first.pk: 60, second.pk: 40}
    assert (found.entry.reason, found.learner, found.version) == (Reason.APPLICATION, learner, version)
    assert audit() == []


def test_the_entry_says_by_which_rules_it_was_judged() -> None:
    learner, version = a_learner(), a_pathway(slug="cong-dan-so", total=100, rules=[a_minimum(40, field_code="09")])
    an_award(learner=learner, hundredths=100)

    said = claim(learner, version).entry.snapshot

    assert (said["title_vi"], said["title_en"]) == ("Công dân số", "Digital citizen")
    assert said["rule"] == "pathway cong-dan-so, version 1"
    assert (said["detail"]["judged_on"], said["detail"]["total_minor"]) == ("2026-11-21", 100)
    assert [(rule["code"], rule["version"], rule["figure_minor"]) for rule in said["detail"]["rules"]] == [
        ("cong-dan-so:1:1", 1, 40),
        ("count-once", 1, None),
        ("prior-learning-limit", 1, 50),
        ("transfer-limit", 1, 50),
    ]


def test_a_letter_says_so_once() -> None:
    learner, version = a_learner(), a_pathway(total=10)
    an_award(learner=learner)

    claim(learner, version)
    claim(learner, version)

    letter = Message.objects.get(recipient=learner)
    assert letter.kind == MessageKind.QUALIFICATION_AWARDED
    assert (letter.data["credits"], letter.data["balance_credits"]) == ("0,10", "0,02")


def test_twice_under_one_key_is_once() -> None:
    learner, version = a_learner(), a_pathway(total=10)
    an_award(learner=learner)

    first = claim(learner, version)

    assert claim(learner, version, now=NOW + timedelta(days=1)) == first
    assert JournalEntry.objects.filter(reason=Reason.APPLICATION).count() == 1


def test_the_key_of_something_else_is_refused() -> None:
    learner, version = a_learner(), a_pathway(total=10)
    an_award(learner=learner, key="taken")

    with pytest.raises(KeyReused):
        claim(learner, version, key="taken")

    assert not Qualification.objects.exists()


def test_what_is_held_is_not_awarded_again() -> None:
    learner, version = a_learner(), a_pathway(total=10)
    an_award(learner=learner, hundredths=50)
    first = claim(learner, version)

    with pytest.raises(qualification.HeldAlready):
        claim(learner, version, key="another")

    assert Qualification.objects.get() == first
    assert lot.standing(learner)[0].applied == 10


def test_something_missing_is_said_and_nothing_changes() -> None:
    learner, version = a_learner(), a_pathway(total=2000, rules=[a_minimum(1000)])
    an_award(learner=learner, hundredths=1400, field_code="0812", course_id=1)
    an_award(learner=learner, hundredths=600, field_code="0611", course_id=2)

    with pytest.raises(qualification.NotReached) as refusal:
        claim(learner, version)

    assert str(refusal.value) == "Still needed: 4.00 credits in digital skills."
    assert applied(learner) == {}
    assert not Message.objects.filter(recipient=learner).exists()


def test_credit_that_is_set_aside_does_not_count() -> None:
    learner, version = a_learner(), a_pathway(total=10)
    award = an_award(learner=learner)
    a_hold(learner, {award.pk: 5})

    with pytest.raises(qualification.NotReached):
        claim(learner, version)


def test_a_frozen_ledger_gives_nothing_away() -> None:
    learner, version = a_learner(), a_pathway(total=10)
    an_award(learner=learner)
    freezing.freeze(learner=learner, actor=a_curator(), reason="Đang làm rõ", now=NOW)

    with pytest.raises(LedgerIsFrozen):
        claim(learner, version)

    assert not Qualification.objects.exists()


def test_kinds_of_credit_are_kept_apart() -> None:
    """Community learning never becomes academic credit: nothing converts it, and a pathway takes its own kinds only."""
    learner, version = a_learner(), a_pathway(total=10, kinds=[KindOfCredit.ACADEMIC])
    award = an_award(learner=learner, hundredths=500, kind_of_credit=KindOfCredit.COMMUNITY)

    with pytest.raises(qualification.NotReached):
        claim(learner, version)
    with owner(), pytest.raises(DatabaseError), transaction.atomic():
        run(
            """INSERT INTO credits_posting (entry_id, source_id, destination_id, amount_minor, lot_id)
               SELECT %s, id, id, 10, %s FROM credits_account WHERE kind_of_credit = 'COMMUNITY' LIMIT 1""",
            [award.pk, award.pk],
        )

    (_follow, progress), *_ = how_far_on_all(learner, on=TODAY)
    assert progress.counted == 0
    assert progress.lines[0].why == "This pathway does not take credit of this kind: Community and culture."


def test_the_local_day_decides_the_year_a_limit_is_counted_in() -> None:
    """Seven in the evening UTC on the last of December is two in the morning of the New Year in Viet Nam."""
    learner = a_learner()
    version = a_pathway(total=30, rules=[a_cap(10, period=RulePeriod.CALENDAR_YEAR)])
    for number, moment in enumerate(
        (
            datetime(2025, 12, 31, 16, 59, tzinfo=UTC),
            datetime(2025, 12, 31, 17, 0, tzinfo=UTC),
            datetime(2026, 12, 31, 16, 59, tzinfo=UTC),
        )
    ):
        an_award(learner=learner, hundredths=10, course_id=number, now=moment)
    on_the_way(learner, version, now=datetime(2027, 1, 5, tzinfo=UTC))

    (_follow, progress), *_ = how_far_on_all(learner, on=datetime(2027, 1, 5, tzinfo=UTC).date())

    assert [line.counted for line in progress.lines] == [10, 10, 0]
    assert progress.lines[2].why == "At most 0.10 credits count for 2026, and that much counts already."


def test_a_qualification_reached_then_one_award_reversed() -> None:
    """The qualification is withdrawn, the award goes back, and what was right is ready for another day."""
    learner, version = a_learner(), a_pathway(total=100)
    first = an_award(learner=learner, hundredths=60, course_id=1, now=LAST_WEEK)
    second = an_award(learner=learner, hundredths=60, course_id=2)
    found = claim(learner, version)
    assert [each.stands for each in qualifications.held(learner)] == [True]

    a_reversal(first)

    assert [(each.qualification, each.stands) for each in qualifications.held(learner)] == [(found, False)]
    assert {each.lot_id: (each.earned, each.applied) for each in lot.standing(learner)} == {
        first.pk: (0, 0),
        second.pk: (60, 0),
    }
    assert audit() == []


def test_after_a_withdrawal_it_may_be_reached_again() -> None:
    learner, version = a_learner(), a_pathway(total=10)
    an_award(learner=learner, hundredths=12, course_id=1)
    first = claim(learner, version)
    a_reversal(first.entry)

    second = claim(learner, version, key="again")

    assert [each.stands for each in qualifications.held(learner)] == [True, False]
    assert second.public_id != first.public_id
    assert audit() == []


def test_what_a_withdrawn_version_asked_is_asked_of_who_started_under_it() -> None:
    learner, version = a_learner(), a_pathway(total=10)
    an_award(learner=learner)
    on_the_way(learner, version)
    pathway.retire(version=version, now=NOW)

    found = claim(learner, version)

    assert found.version == version


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE credits_qualification SET awarded_at = now()",
        "DELETE FROM credits_qualification",
        "INSERT INTO credits_qualification (public_id, learner_id, version_id, entry_id, awarded_at)"
        " SELECT gen_random_uuid(), learner_id, (SELECT max(id) FROM credits_pathwayversion), id, now()"
        " FROM credits_journalentry WHERE reason = 'COURSE_COMPLETION'",
        # Of an entry that uses credit, but not of this transaction.
        "INSERT INTO credits_qualification (public_id, learner_id, version_id, entry_id, awarded_at)"
        " SELECT gen_random_uuid(), learner_id, (SELECT max(id) FROM credits_pathwayversion), id, now()"
        " FROM credits_journalentry WHERE reason = 'APPLICATION' AND idempotency_key = 'loose'",
    ],
    ids=["changed", "deleted", "without a use", "of an earlier use"],
)
@pytest.mark.django_db(transaction=True)
def test_the_database_takes_no_qualification_without_the_use_of_credit(statement: str) -> None:
    learner = a_learner()
    award = an_award(learner=learner, hundredths=50)
    claim(learner, a_pathway(total=10))
    a_pathway()
    a_use(learner, {award.pk: 5}, key="loose")

    run("RESET ROLE")
    with pytest.raises(IntegrityError):
        run(statement)
    run("SET ROLE lh_app")

    assert Qualification.objects.count() == 1


def test_who_has_reached_a_pathway_is_told_once_and_nothing_is_used() -> None:
    learner, other, version = a_learner(), a_learner(), a_pathway(total=12)
    for each in (learner, other):
        on_the_way(each, version)
    an_award(learner=learner, hundredths=12)
    an_award(learner=other, hundredths=11)

    told = [qualification.tell_reached(now=NOW + timedelta(minutes=minutes)) for minutes in (1, 11)]

    assert told == [1, 0]
    letter = Message.objects.get(kind=MessageKind.PATHWAY_REACHED)
    assert (letter.recipient, letter.data["credits"]) == (learner, "0,12")
    assert applied(learner) == {}


def test_an_outage_of_days_tells_nobody_less() -> None:
    learner, version = a_learner(), a_pathway(total=12)
    on_the_way(learner, version)
    an_award(learner=learner)

    assert qualification.tell_reached(now=NOW + timedelta(days=6)) == 1
    assert qualification.tell_reached(now=NOW + timedelta(days=8)) == 0
