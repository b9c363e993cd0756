"""The curators' list of accounts that are likely one person's, and the way from it to two persons' merging."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.translation import override

from credits.actions import deciding, merging
from credits.admin import duplicate as desk_page
from credits.queries.access import readings
from learners.actions import erasure, telling_apart
from learners.models import Learner, Place, ToldApart
from learners.queries import duplicate
from learners.queries.duplicate import likely_pairs
from tests.factories.people import NINH_KIEU, NOW, a_curator, a_learner

pytestmark = pytest.mark.django_db


def somebody(full_name, birth_year=1952, commune=NINH_KIEU, **more):
    place = Place.objects.get(code=commune)
    return a_learner(full_name=full_name, birth_year=birth_year, place=place, **more)


def test_likely_pairs_are_found_the_older_account_first():
    older = somebody("Nguyễn Thị Đào")
    newer = somebody("DAO NGUYEN THI", 1952)
    somebody("Nguyễn Thị Đạo", 1960)
    somebody("Nguyễn Thị Đào", 1971)

    assert [(pair.older, pair.newer) for pair in likely_pairs()] == [(older, newer)]


def test_ly_and_li_are_looked_at_together():
    somebody("Trần Thị Lý")
    somebody("Trần Thị Lí")

    assert len(likely_pairs()) == 1


def test_who_has_said_no_place_is_looked_at_by_a_long_name_and_the_year():
    older = somebody("Nguyễn Thị Kim Đào")
    newer = a_learner(full_name="Nguyen Thi Kim Dao", birth_year=1952)
    a_learner(full_name="Nguyen Thi Kim Dao", birth_year=1953)
    a_learner(full_name="Nguyễn Thị Đào", birth_year=1952)
    somebody("Nguyễn Thị Đào")

    assert [(pair.older, pair.newer) for pair in likely_pairs()] == [(older, newer)]


@pytest.mark.parametrize("how", ["closed", "merged"])
def test_who_is_gone_is_not_in_it(how):
    older, newer = somebody("Nguyễn Thị Đào"), somebody("Nguyễn Thị Đào")
    gone = {"closed_at": NOW, "is_active": False} if how == "closed" else {"merged_into": older}
    Learner.objects.filter(pk=newer.pk).update(**gone)

    assert likely_pairs() == []


def test_whoever_registered_before_many_others_is_looked_at_too(monkeypatch, learner_client):
    monkeypatch.setattr(duplicate, "NEWEST_LOOKED_AT", 2)
    older, newer = somebody("Nguyễn Thị Đào"), somebody("Nguyễn Thị Đào")
    somebody("Lê Văn Hòa")
    client, desk = learner_client(a_curator()), reverse("admin:credits_duplicates")

    first = client.get(desk)
    then = client.get(desk, {"before": first.context["next_before"]})
    last = client.get(desk, {"before": older.pk})

    assert list(first.context["pairs"]) == []
    assert [(pair.older, pair.newer) for pair in then.context["pairs"]] == [(older, newer)]
    assert last.context["next_before"] is None
    assert client.get(desk, {"before": "9" * 40}).status_code == 200


def test_a_name_everybody_has_says_nothing(monkeypatch):
    monkeypatch.setattr(duplicate, "ALIKE_MAX", 2)
    for _ in range(3):
        somebody("Nguyễn Thị Đào")

    assert likely_pairs() == []


@pytest.mark.parametrize("people", [2, 4])
def test_it_costs_three_queries_however_many(people, django_assert_num_queries):
    for _ in range(people):
        somebody("Nguyễn Thị Đào")

    with django_assert_num_queries(3):
        likely_pairs()


def test_the_database_makes_the_same_key_of_a_name_in_any_order():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT learners_name_key(%s), learners_name_key(%s)", ["Quý Đặng  Thị".replace("  ", " "), "ĐẶNG THỊ QUÍ"]
        )
        first, second = cursor.fetchone()

    assert first == second == "dang qui thi"


def test_the_desk_leads_to_asking_for_the_merge(learner_client):
    older, newer = somebody("Nguyễn Thị Đào"), somebody("Nguyen Thi Dao")
    client = learner_client(a_curator())

    page = client.get(reverse("admin:credits_duplicates")).content.decode()
    asks = f"{reverse('admin:credits_merge_ask')}?kept={older.ledger_number}&amp;merged={newer.ledger_number}"
    form = client.get(asks.replace("&amp;", "&")).content.decode()

    assert asks in page
    assert newer.email not in page
    assert f'value="{older.ledger_number}"' in form
    assert f'value="{newer.ledger_number}"' in form


def test_with_nobody_twice_the_page_says_so(learner_client):
    page = learner_client(a_curator()).get(reverse("admin:credits_duplicates")).content.decode()

    assert "Không thấy ai có hai sổ" in page


def test_whom_the_list_shows_is_told_who_looked_once_a_day(learner_client, client, time_machine):
    time_machine.move_to(NOW, tick=False)
    older, newer, other = somebody("Nguyễn Thị Đào"), somebody("Nguyen Thi Dao"), somebody("Trần Văn Mai")
    curator = a_curator()
    desk = learner_client(curator)

    for _each in range(2):
        desk.get(reverse("admin:credits_duplicates"))
    client.logout()
    client.force_login(newer)
    told = client.get("/me/data/").content.decode()

    for learner in (older, newer):
        reading = readings(learner).get()
        assert (reading.reader, reading.about) == (curator, "tài khoản có lẽ của cùng một người")
    assert not readings(other).exists()
    assert curator.full_name in told


# Two people


def test_one_button_says_that_they_are_two_people_and_it_can_be_taken_back(learner_client, time_machine):
    time_machine.move_to(NOW, tick=False)
    older, newer = somebody("Nguyễn Thị Đào"), somebody("Nguyen Thi Dao")
    curator = a_curator()
    client = learner_client(curator)
    said = {"one": newer.ledger_number, "other": older.ledger_number}

    for _press in range(2):
        page = client.post(reverse("admin:credits_tell_apart"), said, follow=True).content.decode()
    row = ToldApart.objects.get()

    assert (row.one, row.other, row.said_by, row.said_at) == (older, newer, curator, NOW)
    assert likely_pairs() == []
    assert "Không thấy ai có hai sổ" in page
    assert curator.full_name in page
    for _press in range(2):
        page = client.post(reverse("admin:credits_together_again", args=[row.pk]), follow=True).content.decode()
    row.refresh_from_db()
    assert (row.taken_back_by, row.taken_back_at) == (curator, NOW)
    assert len(likely_pairs()) == 1
    assert reverse("admin:credits_together_again", args=[row.pk]) not in page
    assert telling_apart.say(accounts=(older, newer), actor=curator, now=NOW) != row
    assert {reading.about for reading in readings(older)} == {"tài khoản có lẽ của cùng một người"}


def test_whose_merge_was_refused_are_two_people_until_somebody_says_otherwise():
    older, newer, second = somebody("Nguyễn Thị Đào"), somebody("Nguyen Thi Dao"), a_curator()
    why = {"reason": "Trùng.", "authority": "Biên bản số 1", "idempotency_key": "1"}
    asked = merging.ask_merge(kept=newer, merged=older, actor=a_curator(), now=NOW, **why)

    assert len(likely_pairs()) == 1
    for _press in range(2):
        deciding.refuse(request=asked, actor=second, note="Là hai người.", now=NOW)

    assert likely_pairs() == []
    row = ToldApart.objects.get()
    assert (row.one, row.other, row.said_by) == (older, newer, second)
    telling_apart.take_back(said=row, actor=second, now=NOW)
    deciding.refuse(request=asked, actor=second, note="Là hai người.", now=NOW)
    assert len(likely_pairs()) == 1


def test_who_was_merged_since_stands_on_no_page_as_somebody_else():
    older, newer = somebody("Nguyễn Thị Đào"), somebody("Nguyen Thi Dao")
    telling_apart.say(accounts=(older, newer), actor=a_curator(), now=NOW)
    before = [(said.one, said.other) for said in duplicate.told_apart()]

    Learner.objects.filter(pk=newer.pk).update(merged_into=older)

    assert before == [(older, newer)]
    assert list(duplicate.told_apart()) == []


def test_a_curators_joined_account_is_theirs():
    curator, theirs, other = a_curator(), somebody("Nguyễn Thị Đào"), somebody("Nguyen Thi Dao")
    Learner.objects.filter(pk=theirs.pk).update(merged_into=curator)

    with override("en"), pytest.raises(telling_apart.UnableToTellApart, match="your own account"):
        telling_apart.say(accounts=(theirs, other), actor=curator, now=NOW)


def test_who_is_one_of_the_two_or_no_curator_says_nothing(learner_client):
    curator = a_curator()
    older, newer = somebody("Nguyễn Thị Đào"), somebody("Nguyen Thi Dao")

    for actor, accounts in ((a_learner(), (older, newer)), (curator, (older, curator)), (curator, (older, older))):
        with pytest.raises(telling_apart.UnableToTellApart):
            telling_apart.say(accounts=accounts, actor=actor, now=NOW)
    said = telling_apart.say(accounts=(older, newer), actor=curator, now=NOW)
    with pytest.raises(telling_apart.UnableToTellApart):
        telling_apart.take_back(said=said, actor=newer, now=NOW)
    nobody = learner_client(curator).post(reverse("admin:credits_tell_apart"), {"one": older.ledger_number})

    assert nobody.status_code == 404
    assert ToldApart.objects.get().taken_back_at is None


def test_the_database_keeps_a_pair_once_and_it_goes_with_either():
    older, newer, curator = somebody("Nguyễn Thị Đào"), somebody("Nguyen Thi Dao"), a_curator()
    telling_apart.say(accounts=(newer, older), actor=curator, now=NOW)

    for one, other in ((older, newer), (newer, older)):
        with pytest.raises(IntegrityError), transaction.atomic():
            ToldApart.objects.create(one=one, other=other, said_by=curator, said_at=NOW)
    with transaction.atomic():
        erasure.erase(learner=Learner.objects.select_for_update().get(pk=newer.pk), now=NOW)

    assert not ToldApart.objects.exists()


def test_the_list_goes_on_beyond_its_first_page(learner_client, monkeypatch):
    monkeypatch.setattr(desk_page, "PAIRS_A_PAGE", 2)
    for name in ("Đào", "Mai", "Lan"):
        for _account in range(2):
            somebody(f"Nguyễn Thị {name}")
    client, address = learner_client(a_curator()), reverse("admin:credits_duplicates")

    first, second = client.get(address).content.decode(), client.get(address, {"page": 2}).content.decode()

    assert ("Nguyễn Thị Lan" in first, "Nguyễn Thị Đào" in first, "page=2" in first) == (True, False, True)
    assert ("Nguyễn Thị Lan" in second, "Nguyễn Thị Đào" in second) == (False, True)
