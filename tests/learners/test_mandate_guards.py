"""Whom a mandate makes a helper: never who witnessed it, of a child only a guardian, and the person hears of it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from learners.actions import guardian as guardians
from learners.actions import mandate as actions
from learners.choices import Channel, HelperAct, MessageKind
from learners.models import Learner, Mandate, Message
from learners.queries import mandate as queries
from tests.factories.counter import a_registration, the_manager
from tests.factories.guardians import a_child, a_guardian
from tests.factories.ledger import a_merge, an_undoing
from tests.factories.mandates import a_mandate, terms
from tests.factories.people import NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db
NUMBER = "+84912345678"
LATER = NOW + timedelta(days=3)


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def made_out_at_the_counter(person: Learner) -> str:
    """Return the code of a mandate made out where the person was registered."""
    organization = person.registration.organization
    _mandate, code = actions.give(
        person=person, terms=terms(), actor=the_manager(organization), organization=organization, now=NOW
    )
    return code


def held(helper: Learner) -> list[Mandate]:
    return list(queries.holding(Learner.objects.get(pk=helper.pk), now=LATER))


# Who may be one


def test_who_witnessed_it_is_not_the_helper():
    person = a_registration(organization=an_organization()).learner
    code = made_out_at_the_counter(person)
    witness = Mandate.objects.get().witnessed_by

    with pytest.raises(actions.UnableToTakeUp):
        actions.take_up(code=code, helper=witness, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mandate.objects.update(helper=witness, accepted_at=NOW)


def test_who_has_an_address_names_their_helper_themself(client):
    """A code to an account merged into theirs would reach them too."""
    registered = a_registration(organization=an_organization())
    a_merge(registered.learner, a_learner(phone=NUMBER))
    staff, here = the_manager(registered.organization), registered.organization.public_id
    client.force_login(staff)

    with pytest.raises(actions.UnableToGive, match="tự"):
        made_out_at_the_counter(registered.learner)
    page = client.get(f"/organizations/{here}/people/{registered.learner.public_id}/helpers/").content.decode()

    assert not Mandate.objects.exists()
    assert 'name="helper_words"' not in page
    assert "Người này có địa chỉ riêng" in page


def test_nor_by_another_account_that_has_become_theirs():
    person = a_registration(organization=an_organization()).learner
    code = made_out_at_the_counter(person)
    kept = a_learner()
    a_merge(kept, Mandate.objects.get().witnessed_by)

    with pytest.raises(actions.UnableToTakeUp):
        actions.take_up(code=code, helper=kept, now=NOW)


def test_a_child_is_helped_by_a_guardian_and_nobody_else():
    child = a_child()
    standing = a_guardian(child)
    code = made_out_at_the_counter(child)

    with pytest.raises(actions.UnableToTakeUp):
        actions.take_up(code=code, helper=a_learner(birth_year=1980), now=NOW)
    taken = actions.take_up(code=code, helper=standing.guardian, now=NOW)

    assert held(standing.guardian) == [taken]


def test_whoever_stands_for_the_child_no_more_does_not_help_it_either():
    child = a_child()
    standing = a_guardian(child)
    mandate = a_mandate(person=child, helper=standing.guardian)

    guardians.revoke(guardian=standing, actor=standing.guardian, now=NOW)

    assert held(standing.guardian) == []
    with pytest.raises(actions.NotAllowed), transaction.atomic():
        actions.locked(mandate=mandate, helper=standing.guardian, act=HelperAct.SEE, now=NOW)


# Told


def test_the_person_is_told_at_every_address_they_have():
    person = a_learner(email="tu@example.vn", phone=NUMBER)

    a_mandate(person=person, helper=a_learner(full_name="Nguyễn Thị Hồng"))

    told = Message.objects.filter(kind=MessageKind.HELPER_NAMED).order_by("channel")
    assert [(each.channel, each.recipient or each.address) for each in told] == [
        (Channel.EMAIL, person),
        (Channel.SMS, NUMBER),
    ]
    assert told[0].data["helper"] == "Nguyễn Thị Hồng"


def test_of_one_made_out_at_a_counter_they_hear_where():
    registered = a_registration(organization=an_organization(name_vi="Thư viện phường Ninh Kiều"))
    code = made_out_at_the_counter(registered.learner)
    Learner.objects.filter(pk=registered.learner_id).update(phone=NUMBER)

    actions.take_up(code=code, helper=a_learner(), now=NOW)

    (told,) = Message.objects.filter(kind=MessageKind.HELPER_NAMED)
    assert told.address == NUMBER
    assert told.data["who"] == "Nguyễn Thị Bảy, Thư viện phường Ninh Kiều"


# Merged accounts


def test_what_was_given_in_a_merged_account_goes_on_in_the_kept_one_and_back():
    kept, merged, helper = a_learner(), a_learner(), a_learner()
    mandate, later = a_mandate(person=merged, helper=helper), None
    done = a_merge(kept, merged)
    together = [(each.pk, each.person) for each in held(helper)]
    later = a_mandate(person=kept, helper=a_learner())
    listed = set(queries.given_by(kept))

    an_undoing(done, now=LATER)

    assert together == [(mandate.pk, kept)]
    assert listed == {mandate, later}
    assert [each.person for each in held(helper)] == [merged]
    assert [Mandate.objects.get(pk=each.pk).person for each in (mandate, later)] == [merged, kept]


def test_what_both_accounts_gave_one_helper_holds_once_and_both_can_be_ended():
    kept, merged, helper = a_learner(), a_learner(), a_learner()
    first, second = a_mandate(person=merged, helper=helper), a_mandate(person=kept, helper=helper)
    a_merge(kept, merged)

    holding, listed = held(helper), set(queries.given_by(kept))
    actions.revoke(mandate=first, actor=kept, now=LATER)

    assert holding == [second]
    assert listed == {first, second}
    assert Mandate.objects.get(pk=first.pk).revoked_by == kept


def test_whoever_helps_by_a_merged_account_goes_on_and_lets_it_be():
    person, kept, merged = a_learner(), a_learner(), a_learner()
    mandate = a_mandate(person=person, helper=merged)
    a_merge(kept, merged)

    holding, listed = held(kept), list(queries.held_by(kept))
    actions.revoke(mandate=mandate, actor=kept, now=LATER)

    assert (holding, listed) == ([mandate], [mandate])
    assert held(kept) == []


def test_nobody_helps_themself_by_another_account():
    kept, merged = a_learner(), a_learner()
    a_mandate(person=kept, helper=merged)
    a_merge(kept, merged)

    assert held(kept) == []


def test_the_person_of_a_merged_account_takes_no_code_of_its_own_up():
    kept, merged = a_learner(), a_learner()
    _mandate, code = actions.give(person=merged, terms=terms(), actor=merged, now=NOW)
    a_merge(kept, merged)

    with pytest.raises(actions.UnableToTakeUp):
        actions.take_up(code=code, helper=kept, now=NOW)
