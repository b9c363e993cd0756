"""Who was written down at the door by mistake: struck off, claimed by nobody meanwhile, and put back."""

import pytest
from django.db import IntegrityError, transaction

from courses.actions import walk_in as actions
from courses.models import Enrollment, WalkIn
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.people import a_learner

pytestmark = pytest.mark.django_db
PHONE = "+84912345678"


@pytest.fixture
def instructor():
    return a_learner(full_name="Trần Thị Ngọc Lan")


@pytest.fixture
def session(instructor):
    run = a_published_run(version=a_published_version(attendance_percent_min=75), seats=1, instructor=instructor)
    return run.class_sessions.get(position=1)


@pytest.fixture
def came(session, instructor):
    return actions.record(
        class_session=session, full_name="Lý Văn Tư", phone="0912 345 678", actor=instructor, now=session.ends_at
    )


def test_what_was_written_down_by_mistake_is_claimed_by_nobody_until_it_is_put_back(session, instructor, came):
    learner = a_learner(phone=PHONE)
    for _twice in range(2):
        actions.strike(walk_in=came, actor=instructor, now=session.ends_at)

    with pytest.raises(actions.NotTheirs):
        actions.claim(walk_in=came, learner=learner, now=session.ends_at)
    with pytest.raises(actions.Struck):
        actions.give(walk_in=came, learner=learner, actor=instructor, now=session.ends_at)
    assert not Enrollment.objects.exists()

    actions.put_back(walk_in=came, actor=instructor)
    assert actions.claim(walk_in=came, learner=learner, now=session.ends_at).state == "ENROLLED"


def test_what_is_claimed_is_not_struck_off(session, instructor, came):
    actions.claim(walk_in=came, learner=a_learner(phone=PHONE), now=session.ends_at)

    with pytest.raises(actions.NotTheirs):
        actions.strike(walk_in=came, actor=instructor, now=session.ends_at)
    with pytest.raises(IntegrityError, match="walk_in_struck_or_claimed"), transaction.atomic():
        WalkIn.objects.update(struck_at=session.ends_at, struck_by=instructor)


@pytest.mark.parametrize("act", ["strike", "put_back"])
def test_a_stranger_strikes_nobody_off(session, came, act):
    now = {"now": session.ends_at} if act == "strike" else {}

    with pytest.raises(actions.NotTheirs):
        getattr(actions, act)(walk_in=came, actor=a_learner(), **now)


def test_a_name_is_struck_off_where_sheets_are_keyed_in(session, instructor, came, learner_client, time_machine):
    time_machine.move_to(session.ends_at, tick=False)
    provider = session.run.version.course.provider
    address = f"/organizations/{provider.public_id}/runs/{session.run_id}/sessions/1/codes/"
    client = learner_client(instructor)

    struck = client.post(address, {"strike": str(came.mark_id)}, follow=True).content.decode()
    on_the_phone = client.get(address.replace("/codes/", "/phone/")).content.decode()
    back = client.post(address, {"put_back": str(came.mark_id)}, follow=True).content.decode()

    assert "Đã gạch tên: Lý Văn Tư" in struck
    assert "<s>Lý Văn Tư</s>" in struck
    assert "Lý Văn Tư" not in on_the_phone
    assert "Đã ghi lại tên: Lý Văn Tư" in back
    assert "<s>" not in back
