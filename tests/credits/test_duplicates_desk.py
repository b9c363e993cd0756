"""The curators' list of accounts that are likely one person's, and the way from it to two persons' merging."""

import pytest
from django.db import connection
from django.urls import reverse

from credits.queries.access import readings
from learners.models import Learner, Place
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


@pytest.mark.parametrize("how", ["closed", "merged"])
def test_who_is_gone_is_not_in_it(how):
    older, newer = somebody("Nguyễn Thị Đào"), somebody("Nguyễn Thị Đào")
    gone = {"closed_at": NOW, "is_active": False} if how == "closed" else {"merged_into": older}
    Learner.objects.filter(pk=newer.pk).update(**gone)

    assert likely_pairs() == []


def test_a_name_everybody_has_says_nothing(monkeypatch):
    monkeypatch.setattr(duplicate, "ALIKE_MAX", 2)
    for _ in range(3):
        somebody("Nguyễn Thị Đào")

    assert likely_pairs() == []


@pytest.mark.parametrize("people", [2, 4])
def test_it_costs_two_queries_however_many(people, django_assert_num_queries):
    for _ in range(people):
        somebody("Nguyễn Thị Đào")

    with django_assert_num_queries(2):
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
