"""Whom a paper names that staff have seen, written with which it was, by whom; emptied when no longer needed."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from learners import rules
from learners.actions import erasure, guardian, retention
from learners.models import Guardian, Learner
from tests.factories.counter import a_registration, the_manager
from tests.factories.guardians import a_child, a_code_for, a_guardian
from tests.factories.people import NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db
ON_PAPER = "Phan Thị Mẹ"


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def signed_in(learner: Learner) -> Client:
    client = Client()
    client.force_login(learner)
    return client


def counter(child: Learner) -> str:
    return f"/organizations/{child.registration.organization.public_id}/people/{child.public_id}/guardians/"


def test_the_name_is_asked_for_and_stands_with_the_paper_and_who_saw_it():
    child = a_child()
    manager = the_manager(child.registration.organization)
    staff = signed_in(manager)

    unnamed = staff.post(counter(child), {"proof": "DECISION", "full_name": ""})
    named = staff.post(counter(child), {"proof": "DECISION", "full_name": "  Phan  Thị Mẹ "})

    (row,) = Guardian.objects.all()
    assert list(unnamed.context["form"].errors) == ["full_name"]
    assert (row.full_name, row.proof, row.recorded_by) == (ON_PAPER, "DECISION", manager)
    for words in (f"Tên trên giấy tờ: {ON_PAPER}", "Đã xem giấy tờ:", manager.full_name):
        assert words in named.text


def test_the_child_reads_who_stands_for_it_and_by_which_paper_and_whom():
    standing = a_guardian(a_child())

    page = signed_in(standing.child).get("/me/consents/").text

    for words in (f"Tên trên giấy tờ: {ON_PAPER}", standing.get_proof_display(), standing.recorded_by.full_name):
        assert words in page


@pytest.mark.parametrize(("name", "is_told"), [("Phan Thi Me", False), ("Trần Văn Lạ", True)])
def test_staff_are_told_when_somebody_else_has_typed_the_code_in(name, is_told):
    standing = a_guardian(a_child(), guardian=a_learner(full_name=name))

    page = signed_in(standing.recorded_by).get(counter(standing.child)).text

    assert ("mang tên khác tên trên giấy tờ" in page) is is_told


def test_it_stays_as_it_was_written():
    standing = a_guardian(a_child())

    with pytest.raises(IntegrityError, match="a guardian stays as recorded"), transaction.atomic():
        Guardian.objects.filter(pk=standing.pk).update(full_name="Người Khác")


@pytest.mark.parametrize("who", ["child", "guardian"])
def test_it_goes_with_either_of_them(who):
    standing = a_guardian(a_child())

    with transaction.atomic():
        erasure.erase(learner=getattr(standing, who), now=NOW)

    standing.refresh_from_db()
    assert standing.full_name == ""


def test_of_a_code_nobody_typed_in_it_goes_by_itself():
    taken, child = a_guardian(a_child()), a_child()
    a_code_for(child)
    over = NOW + rules.GUARDIAN_CODE_VALID + rules.PAPER_NAME_KEPT

    retention.carry_out(now=over)
    before = Guardian.objects.get(child=child).full_name
    retention.carry_out(now=over + timedelta(hours=1))

    taken.refresh_from_db()
    assert (before, Guardian.objects.get(child=child).full_name, taken.full_name) == (ON_PAPER, "", ON_PAPER)


def test_it_goes_a_while_after_it_was_taken_back_and_once_the_child_is_grown():
    back, grown, stays = a_guardian(a_child()), a_guardian(a_child(age=15)), a_guardian(a_child())
    guardian.revoke(guardian=back, actor=back.guardian, now=NOW)

    retention.carry_out(now=NOW + rules.PAPER_NAME_KEPT)
    assert Guardian.objects.get(pk=back.pk).full_name == ON_PAPER
    retention.carry_out(now=NOW + rules.PAPER_NAME_KEPT + timedelta(hours=1))
    assert Guardian.objects.get(pk=back.pk).full_name == ""
    assert Guardian.objects.get(pk=grown.pk).full_name == ON_PAPER

    retention.carry_out(now=NOW.replace(year=NOW.year + 2))
    assert Guardian.objects.get(pk=grown.pk).full_name == ""
    assert Guardian.objects.get(pk=stays.pk).full_name == ON_PAPER


# Who types a code in and has no birth year is led to where it is said


def test_the_page_leads_to_the_profile():
    code, parent = a_code_for(a_child()), a_learner()
    client = signed_in(parent)

    told = client.post("/me/children/", {"code": code})
    other = client.post("/me/children/", {"code": "AAAABBBB"})

    assert 'href="/me/profile/#id_birth_year"' in told.text
    assert "#id_birth_year" not in other.text
    assert 'id="id_birth_year"' in client.get("/me/profile/").text


def test_at_the_counter_it_leads_to_the_persons_page():
    organization = an_organization()
    code, parent = a_code_for(a_child()), a_registration(organization=organization, birth_year=None).learner
    page = f"/organizations/{organization.public_id}/people/{parent.public_id}/"

    told = signed_in(the_manager(organization)).post(f"{page}answers/child/", {"code": code})

    assert f'href="{page}#h-year"' in told.text
