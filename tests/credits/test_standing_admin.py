"""Frozen ledgers and merged accounts at the curators' desk."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from credits.actions import freezing, merging
from credits.models import Freeze, LedgerAccess, LedgerRequest, Merge, MergeUndo, Unfreeze
from tests.factories.ledger import an_award, approved
from tests.factories.people import a_curator, a_learner

pytestmark = pytest.mark.django_db
FREEZES, MERGES = "/admin/credits/freeze/", "/admin/credits/merge/"
WHY = {"reason": "Đã xác minh với gia đình", "authority": "Biên bản số 4"}


@pytest.fixture
def curator():
    return a_curator()


@pytest.fixture
def desk(learner_client, curator):
    return learner_client(curator)


def a_freeze(learner=None, **more):
    said = {"reason": "Có người lấy mã đăng nhập", "actor": a_curator(), "now": timezone.now(), **more}
    return freezing.freeze(learner=learner or a_learner(), **said)


def a_merge(*, now=None):
    now = now or timezone.now()
    kept, merged = a_learner(full_name="Lê Thị Giữ"), a_learner(full_name="Lê Thị Bỏ")
    an_award(learner=merged, now=now)
    request = merging.ask_merge(
        kept=kept, merged=merged, **WHY, actor=a_curator(), idempotency_key=f"merge:{merged.pk}", now=now
    )
    approved(request, now=now)
    return Merge.objects.get(request=request)


def test_a_ledger_is_frozen_by_its_number(desk, curator):
    learner = a_learner(full_name="Đinh Văn Kín")

    listed = desk.get(FREEZES).content.decode()
    answer = desk.post(f"{FREEZES}freeze/", {"learner": learner.ledger_number, "reason": "Nghi bị lừa"}, follow=True)

    frozen = Freeze.objects.get()
    assert f"{FREEZES}freeze/" in listed
    assert (frozen.learner, frozen.frozen_by, frozen.reason) == (learner, curator, "Nghi bị lừa")
    page = answer.content.decode()
    assert "Đinh Văn Kín" in page
    assert LedgerAccess.objects.get().learner == learner


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        (lambda curator: {"learner": "x", "reason": "Nghi bị lừa"}, {"learner"}),
        (lambda curator: {"learner": a_learner().ledger_number, "reason": ""}, {"reason"}),
        (lambda curator: {"learner": curator.ledger_number, "reason": "Nghi bị lừa"}, {"__all__"}),
    ],
    ids=["no number", "no reason", "one's own"],
)
def test_a_freeze_that_cannot_be(desk, curator, said, fields):
    answer = desk.post(f"{FREEZES}freeze/", said(curator))

    assert set(answer.context["form"].errors) == fields
    assert not Freeze.objects.exists()


def test_a_freeze_is_lifted_by_two(desk):
    frozen = a_freeze()
    where = f"{FREEZES}{frozen.pk}/change/"

    asked = desk.post(where, WHY, follow=True)
    again = desk.get(where).content.decode()
    approved(LedgerRequest.objects.get())
    lifted = desk.get(where).content.decode()

    assert "Một quản trị nội dung khác quyết định" in asked.content.decode()
    assert ("Đã có đề nghị mở lại sổ này" in again, 'name="reason"' in again) == (True, False)
    assert ("Đã mở lại" in lifted, 'name="reason"' in lifted) == (True, False)
    assert Unfreeze.objects.get().freeze == frozen


def test_nobody_asks_to_lift_the_freeze_of_their_own(desk, curator):
    frozen = a_freeze(curator)

    answer = desk.post(f"{FREEZES}{frozen.pk}/change/", WHY)

    assert "sửa sổ của mình" in answer.context["form"].non_field_errors()[0]
    assert not LedgerRequest.objects.exists()


def test_a_merge_says_who_agreed_on_it_and_is_undone_by_two(desk):
    merge = a_merge()
    where = f"{MERGES}{merge.pk}/change/"

    page = desk.get(where).content.decode()
    desk.post(where, WHY)
    asked = LedgerRequest.objects.get(kind="UNMERGE")
    again = desk.get(where).content.decode()
    approved(asked, now=timezone.now())
    undone = desk.get(where).content.decode()

    for words in ("Lê Thị Giữ", "Lê Thị Bỏ", "Phạm Thu Hà, Phạm Thu Hà"):
        assert words in page
    assert ("Đã có đề nghị tách lại" in again, 'name="reason"' in again) == (True, False)
    assert ("Đã tách lại" in undone, 'name="reason"' in undone) == (True, False)
    assert MergeUndo.objects.get().merge == merge
    assert set(LedgerAccess.objects.values_list("learner", flat=True)) == {merge.kept_id, merge.merged_id}


def test_after_thirty_days_a_merge_stays(desk):
    merge = a_merge(now=timezone.now() - timedelta(days=31))

    page = desk.get(f"{MERGES}{merge.pk}/change/").content.decode()
    sent = desk.post(f"{MERGES}{merge.pk}/change/", WHY)

    assert ("quá hạn" in page, 'name="reason"' in page) == (True, False)
    assert sent.status_code == 200
    assert not LedgerRequest.objects.filter(kind="UNMERGE").exists()


def test_the_lists_show_numbers_and_write_the_reading(desk):
    frozen, merge = a_freeze(a_learner(full_name="Đinh Văn Kín")), a_merge()

    freezes, merges = desk.get(FREEZES).content.decode(), desk.get(MERGES).content.decode()

    assert ("Đinh Văn Kín" in freezes, str(frozen.learner.ledger_number) in freezes) == (False, True)
    assert ("Lê Thị Giữ" in merges, str(merge.kept.ledger_number) in merges) == (False, True)
    assert set(LedgerAccess.objects.values_list("learner", "what")) == {
        (frozen.learner_id, "LIST"),
        (merge.kept_id, "LIST"),
        (merge.merged_id, "LIST"),
    }


def test_staff_without_the_right_act_on_nothing(client):
    frozen = a_freeze()
    client.force_login(a_learner(is_staff=True))

    assert client.post(f"{FREEZES}freeze/", {}).status_code == 403
    assert client.post(f"{FREEZES}{frozen.pk}/change/", WHY).status_code == 404
    assert client.get(reverse("admin:credits_merge_changelist")).status_code == 403
    assert not LedgerRequest.objects.exists()
    assert not LedgerAccess.objects.exists()
