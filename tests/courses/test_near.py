import pytest

from learners.models import Place
from learners.queries.place import located, metres_around
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.people import NINH_KIEU, NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db
BA_DINH = "00004"  # a ward of Hà Nội


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def a_neighbour(metres_min: int, metres_max: int) -> Place:
    """Return a commune so far from Ninh Kiều."""
    code = next(code for code, metres in metres_around(NINH_KIEU, metres_max).items() if metres >= metres_min)
    return Place.objects.get(pk=code)


def test_the_distance_between_two_cities_is_the_one_on_the_map():
    far = metres_around(NINH_KIEU, 2_000_000)[BA_DINH]

    assert 1_200_000 < far < 1_240_000  # Cần Thơ to Hà Nội: some 1,220 km


def test_around_a_commune_the_nearest_comes_first_and_itself_is_no_way_off():
    around = metres_around(NINH_KIEU, 20_000)

    assert next(iter(around.items())) == (NINH_KIEU, 0)
    assert list(around.values()) == sorted(around.values())
    assert max(around.values()) <= 20_000


def test_a_commune_nobody_knows_has_nothing_around_it():
    assert metres_around("99999", 20_000) == {}
    assert "99999" not in located()


def test_near_me_shows_each_distance_nearest_first_and_says_how_it_is_measured(client):
    near, farther = a_neighbour(4_000, 9_000), a_neighbour(11_000, 19_000)
    a_published_version(provider=an_organization(place=farther), title_vi="Xa hơn")
    a_published_version(provider=an_organization(place=near), title_vi="Gần hơn")
    a_published_version(provider=an_organization(place=Place.objects.get(pk=BA_DINH)), title_vi="Ở Hà Nội")
    a_published_run(version=a_published_version(title_vi="Ngay đây"))

    page = client.get(f"/courses/?near={NINH_KIEU}&within=20").content.decode()

    assert "Ở Hà Nội" not in page
    assert page.index("Ngay đây") < page.index("Gần hơn") < page.index("Xa hơn")
    assert "đường chim bay" in page
    assert "ngay tại xã, phường này" in page
    assert page.count(" km đường chim bay") == 2


def test_nothing_near_says_which_filter_to_take_off_and_what_it_would_show(client):
    a_published_version(provider=an_organization(place=Place.objects.get(pk=BA_DINH)))

    page = client.get(f"/courses/?near={NINH_KIEU}&within=5&format=IN_PERSON").content.decode()

    assert 'class="empty"' in page
    assert 'href="?format=IN_PERSON"' in page
    assert "Xem 1 chương trình" in page


def test_ones_own_commune_is_offered_and_not_forced(learner_client):
    a_published_version()
    visitor = learner_client(a_learner(place=Place.objects.get(pk=NINH_KIEU)))

    page = visitor.get("/courses/?format=IN_PERSON").content.decode()

    assert f'href="?format=IN_PERSON&amp;near={NINH_KIEU}"' in page
    assert "đường chim bay, tính" not in page


def test_a_province_is_chosen_first_and_its_communes_come_then(client):
    assert 'name="near"' not in client.get("/courses/").content.decode()

    page = client.get("/courses/?near_province=92").content.decode()

    assert 'name="near"' in page
    assert f'value="{NINH_KIEU}"' in page
    assert '<details class="filters" open>' in page  # on a phone the next step must be in sight
    assert '<details class="filters" open>' not in client.get(f"/courses/?near={NINH_KIEU}").content.decode()


@pytest.mark.parametrize(
    ("sent", "tidy"),
    [
        ("q=&province=&near=&within=20&near_province=", "/courses/"),
        (f"q=tin&near_province=92&near={NINH_KIEU}&within=20", f"/courses/?q=tin&near={NINH_KIEU}&within=20"),
        (f"near_province=01&near={NINH_KIEU}&within=20", "/courses/?near_province=01"),
        ("cost=&format=ONLINE&format=", "/courses/?format=ONLINE"),
    ],
    ids=["nothing", "a commune", "another province", "all costs"],
)
def test_an_address_says_only_what_is_asked(client, sent, tidy):
    assert client.get(f"/courses/?{sent}").headers["Location"] == tidy
