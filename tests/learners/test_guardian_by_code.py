"""A guardian of a child who opened its record itself: by a code the child shows at any verified counter."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import caches

from learners import rules
from learners.actions import guardian as guardians
from learners.actions import guardian_by_code as actions
from learners.choices import GuardianProof, MessageKind
from learners.models import Guardian, Learner, Message
from learners.queries import guardian as queries
from tests.factories.counter import a_registration, the_manager
from tests.factories.people import NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db
CHILDS = 2014
PROOF = GuardianProof.BIRTH_CERTIFICATE
CONSENTS = "/me/consents/"


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)
    caches["default"].clear()


@pytest.fixture
def child() -> Learner:
    return a_learner(full_name="Phan Gia Bảo", birth_year=CHILDS, email="bao@example.vn")


@pytest.fixture
def counter():
    return an_organization()


def page_of(organization) -> str:
    return f"/organizations/{organization.public_id}/guardians/"


def recorded(code, organization, *, year=CHILDS, actor=None, key=None, now=NOW):
    said = {"actor": actor or the_manager(organization), "organization": organization, "proof": PROOF}
    return actions.record(
        code=code, year=year, full_name="Phan Thị Mẹ", idempotency_key=key or uuid4(), **said, now=now
    )


def test_from_the_childs_page_over_the_counter_to_the_guardian(child, counter, learner_client, client):
    told = learner_client(child).post(CONSENTS, {"show_code": "1"}).context["code"]
    staff = learner_client(the_manager(counter))
    first = staff.post(page_of(counter), {"code": told}).content.decode()
    form = {"code": told, "birth_year": str(CHILDS), "proof": PROOF.value, "once": str(uuid4())}
    form["full_name"] = "Phan Thị Mẹ"
    done = staff.post(page_of(counter), form)
    again = staff.post(page_of(counter), form)

    assert "Phan Gia Bảo" in first
    assert str(CHILDS) in first
    assert done.context["code"]
    assert again.context["code"] == done.context["code"]
    row = Guardian.objects.get()
    assert (row.child, row.organization, row.recorded_by) == (child, counter, the_manager(counter))
    parent = a_learner(birth_year=1985)
    guardians.take_up(code=done.context["code"].replace("-", ""), guardian=parent, now=NOW)
    assert [each.child for each in queries.holding(parent, now=NOW)] == [child]
    child.refresh_from_db()
    assert child.birth_year_confirmed_by == the_manager(counter)
    assert Message.objects.filter(kind=MessageKind.YEAR_CONFIRMED, recipient=child).count() == 1


def test_the_year_on_the_paper_is_written_and_who_is_grown_up_has_no_guardian(child, counter):
    row, code = recorded(actions.show(child=child, now=NOW), counter, year=1990)

    child.refresh_from_db()
    assert (row, code) == (None, "")
    assert child.birth_year == 1990
    assert not Guardian.objects.exists()


def test_a_code_is_of_one_form_and_of_half_an_hour(child, counter):
    used, late = actions.show(child=child, now=NOW), actions.show(child=child, now=NOW)
    recorded(used, counter)

    with pytest.raises(actions.UnableToRecord):
        recorded(used, counter)
    with pytest.raises(actions.UnableToRecord):
        recorded(late, counter, now=NOW + rules.CHILD_CODE_VALID)
    with pytest.raises(actions.UnableToRecord):
        recorded("K7MP3QXD", counter)

    assert Guardian.objects.count() == 1


@pytest.mark.parametrize("who", ["a stranger", "of elsewhere", "the child", "no longer verified"])
def test_nobody_else_uses_it(who, child, counter):
    code, actor = actions.show(child=child, now=NOW), the_manager(counter)
    if who == "no longer verified":
        counter.verified_until = NOW.date() - timedelta(days=1)
        counter.save()
    said = {"a stranger": a_learner(), "of elsewhere": the_manager(an_organization()), "the child": child}

    with pytest.raises(actions.UnableToRecord):
        recorded(code, counter, actor=said.get(who, actor))
    with pytest.raises(actions.UnableToRecord):
        actions.see(code=code, actor=said.get(who, actor), organization=counter, now=NOW)

    assert not Guardian.objects.exists()


def test_a_grown_up_has_no_code_and_who_was_registered_goes_to_their_counter(child, learner_client):
    registered = a_registration(organization=an_organization(), birth_year=CHILDS).learner

    own = learner_client(child).get(CONSENTS).content.decode()
    there = learner_client(registered).get(CONSENTS).content.decode()
    grown = learner_client(a_learner(birth_year=1990)).post(CONSENTS, {"show_code": "1"})

    with pytest.raises(actions.UnableToRecord):
        actions.show(child=registered, now=NOW)
    assert 'name="show_code"' in own
    assert 'name="show_code"' not in there
    assert grown.context["code"] == ""


def test_a_wrong_code_is_told_at_the_field(counter, learner_client):
    page = learner_client(the_manager(counter)).post(page_of(counter), {"code": "K7MP-3QXD"})

    assert page.context["form"].errors["code"]
    assert "child" not in page.context
