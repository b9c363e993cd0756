"""Who works in an organization: invited by a code, taken up by themselves, ended; and the last manager stays."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from learners import rules
from learners.actions import closing, erasure, membership, retention
from learners.choices import Channel, MessageKind, OrganizationStatus, Role
from learners.models import Learner, Membership, Message, StaffInvitation
from learners.permissions import roles_of
from learners.queries import staff as queries
from tests.factories.counter import the_manager
from tests.factories.ledger import a_merge, an_undoing
from tests.factories.people import NOW, a_learner, a_membership, an_organization
from tests.factories.staff import an_invitation

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def organization():
    return an_organization()


def another_manager(organization, **more) -> Learner:
    manager = a_learner(full_name="Võ Văn Tám", **more)
    a_membership(organization=organization, learner=manager, role=Role.MANAGER)
    return manager


def told(kind: MessageKind) -> list[str]:
    letters = Message.objects.filter(kind=kind).select_related("recipient").order_by("pk")
    return [letter.recipient.email if letter.recipient else letter.address for letter in letters]


# --- Invited ---


def test_a_code_gives_the_role_to_who_types_it(organization):
    invitation, code = an_invitation(organization)
    somebody = a_learner(full_name="Trần Thị Mai")

    held = membership.take_up(code=code, learner=somebody, now=LATER)

    assert roles_of(somebody, organization) == {Role.INSTRUCTOR}
    invitation.refresh_from_db()
    assert (invitation.taken_up_at, invitation.membership, invitation.for_words) == (LATER, held, "")


def test_nothing_of_the_code_is_kept_and_it_opens_once(organization):
    invitation, code = an_invitation(organization)

    assert code not in str(StaffInvitation.objects.values().get(pk=invitation.pk))
    membership.take_up(code=code, learner=a_learner(), now=LATER)
    with pytest.raises(membership.UnableToJoin):
        membership.take_up(code=code, learner=a_learner(), now=LATER)
    assert organization.memberships.filter(role=Role.INSTRUCTOR).count() == 1


def test_the_managers_hear_of_it_and_who_joined_does_not(organization):
    another_manager(organization, email="tam@example.vn", phone="+84912345678")
    _invitation, code = an_invitation_by(the_first(organization), organization)

    membership.take_up(code=code, learner=a_learner(full_name="Trần Thị Mai", email="mai@example.vn"), now=LATER)

    assert sorted(told(MessageKind.STAFF_JOINED)) == sorted(
        ["+84912345678", "tam@example.vn", the_first(organization).email]
    )
    letter = Message.objects.filter(kind=MessageKind.STAFF_JOINED, channel=Channel.EMAIL).first()
    assert letter.data["member"] == "Trần Thị Mai"
    assert letter.data["by"] == the_first(organization).full_name


def the_first(organization) -> Learner:
    return organization.registered_by


def an_invitation_by(manager, organization, **more):
    said = {"role": Role.INSTRUCTOR, "for_words": "chị Mai"} | more
    return membership.invite(organization=organization, actor=manager, now=NOW, **said)


@pytest.mark.parametrize("role", [Role.INSTRUCTOR, Role.VOLUNTEER, None])
def test_only_a_manager_invites_takes_back_and_ends(organization, role):
    invitation, _code = an_invitation(organization)
    held = a_membership(organization=organization, learner=a_learner(), role=Role.INSTRUCTOR)
    somebody = a_learner()
    if role:
        a_membership(organization=organization, learner=somebody, role=role)
    a_membership(organization=an_organization(), learner=somebody, role=Role.MANAGER)  # elsewhere

    for act in (
        lambda: an_invitation_by(somebody, organization),
        lambda: membership.take_back(invitation=invitation, actor=somebody, now=NOW),
        lambda: membership.end(membership=held, actor=somebody, now=NOW),
    ):
        with pytest.raises(membership.NotAManager):
            act()


def test_a_page_sent_twice_is_one_invitation_with_its_code(organization):
    key = uuid4()
    first = an_invitation_by(the_manager(organization), organization, idempotency_key=key)
    second = an_invitation_by(the_manager(organization), organization, idempotency_key=key)
    other = an_invitation_by(the_manager(organization), organization, idempotency_key=uuid4())

    assert first == second
    assert other[1] != first[1]
    assert organization.staff_invitations.count() == 2


def test_the_same_key_elsewhere_is_another_code(organization):
    key, elsewhere = uuid4(), an_organization()

    here = an_invitation_by(the_manager(organization), organization, idempotency_key=key)
    there = an_invitation_by(the_manager(elsewhere), elsewhere, idempotency_key=key)

    assert here[1] != there[1]


def test_a_code_runs_out_is_listed_for_a_while_and_then_nobody_reads_for_whom_it_was(organization):
    invitation, code = an_invitation(organization)
    over = NOW + rules.STAFF_CODE_VALID

    with pytest.raises(membership.UnableToJoin):
        membership.take_up(code=code, learner=a_learner(), now=over)
    assert list(queries.listed(organization, now=over)) == [invitation]
    retention.carry_out(now=over)
    assert StaffInvitation.objects.get().for_words

    long_over = over + queries.RUN_OUT_SHOWN
    retention.carry_out(now=long_over)
    assert list(queries.listed(organization, now=long_over)) == []
    assert StaffInvitation.objects.get().for_words == ""


def test_what_is_taken_back_gives_nothing(organization):
    invitation, code = an_invitation(organization)

    for _ in range(2):
        membership.take_back(invitation=invitation, actor=the_manager(organization), now=NOW)

    with pytest.raises(membership.UnableToJoin):
        membership.take_up(code=code, learner=a_learner(), now=LATER)
    assert StaffInvitation.objects.get().for_words == ""


def test_one_taken_up_is_not_taken_back(organization):
    invitation, code = an_invitation(organization)
    membership.take_up(code=code, learner=a_learner(), now=NOW)

    assert membership.take_back(invitation=invitation, actor=the_manager(organization), now=NOW).taken_back_at is None
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffInvitation.objects.update(taken_back_at=NOW, taken_back_by=the_manager(organization))


def test_a_code_is_for_somebody_else(organization):
    """Neither is it for another account of who made it out."""
    _invitation, code = an_invitation(organization, role=Role.VOLUNTEER)
    manager, kept = the_manager(organization), a_learner()
    with pytest.raises(membership.UnableToJoin):
        membership.take_up(code=code, learner=manager, now=LATER)
    a_merge(kept, manager)

    with pytest.raises(membership.UnableToJoin):
        membership.take_up(code=code, learner=Learner.objects.get(pk=kept.pk), now=LATER)
    assert not Membership.objects.filter(role=Role.VOLUNTEER).exists()


def test_a_child_works_nowhere(organization):
    _invitation, code = an_invitation(organization)

    with pytest.raises(membership.UnableToJoin, match="Trẻ em"):
        membership.take_up(code=code, learner=a_learner(birth_year=NOW.year - 12), now=LATER)
    membership.take_up(code=code, learner=a_learner(birth_year=NOW.year - 19), now=LATER)


def test_who_manages_no_longer_has_invited_nobody(organization):
    second = another_manager(organization)
    _invitation, code = an_invitation_by(second, organization)
    membership.end(membership=organization.memberships.get(learner=second), actor=the_first(organization), now=NOW)

    with pytest.raises(membership.UnableToJoin, match="mã mới"):
        membership.take_up(code=code, learner=a_learner(), now=LATER)


def test_an_account_that_is_closed_takes_nothing_up(organization):
    _invitation, code = an_invitation(organization)
    gone = a_learner()
    stale = Learner.objects.get(pk=gone.pk)
    Learner.objects.filter(pk=gone.pk).update(closed_at=NOW, is_active=False)

    with pytest.raises(membership.UnableToJoin):
        membership.take_up(code=code, learner=stale, now=LATER)


def test_a_suspended_organization_takes_nobody_on_and_lets_people_go(organization):
    held = a_membership(organization=organization, learner=a_learner(), role=Role.INSTRUCTOR)
    _invitation, code = an_invitation(organization)
    organization.status, organization.suspended_at = OrganizationStatus.SUSPENDED, NOW
    organization.suspended_by = organization.verified_by
    organization.save()

    with pytest.raises(membership.UnableToInvite):
        an_invitation(organization)
    with pytest.raises(membership.UnableToJoin, match="tạm ngừng"):
        membership.take_up(code=code, learner=a_learner(), now=NOW)
    assert membership.end(membership=held, actor=the_manager(organization), now=NOW).ended_at == NOW


def test_limits_hold(organization, monkeypatch):
    monkeypatch.setattr(rules, "STAFF_INVITATIONS_MAX", 2)
    made = [an_invitation(organization)[0] for _ in range(2)]
    with pytest.raises(membership.UnableToInvite, match="lời mời"):
        an_invitation(organization)

    membership.take_back(invitation=made[0], actor=the_manager(organization), now=NOW)
    monkeypatch.setattr(rules, "STAFF_INVITATIONS_A_DAY_MAX", 2)
    with pytest.raises(membership.UnableToInvite, match="Hôm nay"):
        an_invitation(organization)

    monkeypatch.setattr(rules, "STAFF_MAX", 1)
    with pytest.raises(membership.UnableToInvite, match="tối đa"):
        an_invitation(organization, now=NOW + timedelta(days=2))


# --- Ended ---


def test_an_ended_role_opens_nothing_and_its_person_is_told(organization):
    mai = a_learner(email="mai@example.vn", phone="+84912345678")
    held = a_membership(organization=organization, learner=mai, role=Role.INSTRUCTOR)
    manager = the_manager(organization)

    for _ in range(2):
        membership.end(membership=held, actor=manager, now=LATER)

    held.refresh_from_db()
    assert roles_of(mai, organization) == set()
    assert (held.ended_at, held.ended_by) == (LATER, manager)
    assert sorted(told(MessageKind.ROLE_ENDED)) == ["+84912345678", "mai@example.vn"]
    assert told(MessageKind.STAFF_LEFT) == []  # the only manager did it


def test_who_gives_up_their_own_role_is_told_nothing_and_the_managers_are(organization):
    mai = a_learner(email="mai@example.vn")
    held = a_membership(organization=organization, learner=mai, role=Role.VOLUNTEER)

    membership.end(membership=held, actor=mai, now=LATER)

    assert told(MessageKind.ROLE_ENDED) == []
    assert told(MessageKind.STAFF_LEFT) == [the_manager(organization).email]


@pytest.mark.parametrize("verified", [True, False])
def test_the_last_manager_stays(verified):
    organization = an_organization(verified=verified)
    manager = the_manager(organization)
    a_membership(organization=organization, learner=a_learner(), role=Role.INSTRUCTOR)
    held = organization.memberships.get(learner=manager)

    with pytest.raises(membership.LastManager):
        membership.end(membership=held, actor=manager, now=NOW)
    another_manager(organization)
    membership.end(membership=held, actor=manager, now=NOW)

    assert roles_of(manager, organization) == set()


def test_who_leaves_the_portal_is_no_other_manager(organization):
    manager, second = the_first(organization), another_manager(organization)
    closing.ask(learner=second, now=NOW)

    with pytest.raises(membership.LastManager):
        membership.end(membership=organization.memberships.get(learner=manager), actor=manager, now=NOW)


def test_a_manager_who_is_named_again_has_the_role_again(organization):
    second = another_manager(organization)
    membership.end(membership=organization.memberships.get(learner=second), actor=the_first(organization), now=NOW)
    _invitation, code = an_invitation_by(the_first(organization), organization, role=Role.MANAGER)

    membership.take_up(code=code, learner=second, now=LATER)

    assert roles_of(second, organization) == {Role.MANAGER}
    assert organization.memberships.filter(learner=second).count() == 2


def test_who_closes_their_account_is_named_in_no_letter_about_who_works_there(organization):
    mai = a_learner(full_name="Trần Thị Mai")
    second = another_manager(organization)
    _invitation, code = an_invitation_by(second, organization)
    held = membership.take_up(code=code, learner=mai, now=NOW)
    an_invitation_by(second, organization, for_words="bà Sáu")
    membership.end(membership=held, actor=second, now=NOW)

    for person in (mai, second):
        erasure.erase(learner=Learner.objects.get(pk=person.pk), now=LATER)

    letters = str(list(Message.objects.filter(kind__in=["STAFF_JOINED", "STAFF_LEFT"]).values_list("data", flat=True)))
    assert letters.count("—") == 4
    assert "Mai" not in letters
    assert "Tám" not in letters
    assert not queries.listed(organization, now=LATER).exists()
    assert "Sáu" not in str(list(StaffInvitation.objects.values()))


def test_names_go_by_the_letter_and_not_by_the_spelling(organization):
    """Who invited and ended has another name by now; a namesake elsewhere keeps theirs."""
    second = another_manager(organization)
    elsewhere = an_organization(manager=a_learner(full_name="Quách Thị Hiếm"))
    for where, by in ((organization, second), (elsewhere, the_manager(elsewhere))):
        a_membership(organization=where, learner=a_learner(), role=Role.MANAGER)  # who reads of it
        _invitation, code = an_invitation_by(by, where)
        held = membership.take_up(code=code, learner=a_learner(full_name="Trần Thị Mai"), now=NOW)
        membership.end(membership=held, actor=by, now=NOW)
    Learner.objects.filter(pk=second.pk).update(full_name="Quách Thị Hiếm")

    erasure.erase(learner=Learner.objects.get(pk=second.pk), now=LATER)

    said = Message.objects.filter(kind__in=["STAFF_JOINED", "STAFF_LEFT"]).exclude(data={})  # letters to who has left
    assert set(said.values_list("data__by", flat=True)) == {"—", "Quách Thị Hiếm"}


def test_a_role_left_behind_by_a_merge_ends_with_its_twin(organization):
    kept, merged = another_manager(organization), another_manager(organization)
    merge = a_merge(kept, merged)
    first = the_first(organization)

    membership.end(membership=organization.memberships.get(learner=kept), actor=first, now=NOW)

    assert not organization.memberships.filter(learner__in=[kept, merged], ended_at=None).exists()
    with pytest.raises(membership.LastManager):
        membership.end(membership=organization.memberships.get(learner=first), actor=first, now=NOW)
    an_undoing(merge)
    assert roles_of(Learner.objects.get(pk=merged.pk), organization) == set()


def test_what_a_merge_left_behind_is_not_listed_and_ends_with_the_last_manager_only(organization):
    """Both accounts of one person managed: the row left with the merged one is no second manager."""
    kept, merged = the_first(organization), another_manager(organization)
    a_merge(kept, merged)
    left = organization.memberships.get(learner=merged)

    assert [each.learner for each in queries.working_in(organization)] == [kept]
    with pytest.raises(membership.LastManager):
        membership.end(membership=left, actor=Learner.objects.get(pk=kept.pk), now=NOW)
