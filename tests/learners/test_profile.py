"""One's own profile: what is written is kept, what is wrong is said at the field."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from learners.choices import Corrected
from learners.models import Correction, Learner, Place
from learners.rules import NAMES_A_DAY_MAX
from tests.factories.counter import a_registration
from tests.factories.people import NINH_KIEU, NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db
FORM = {
    "full_name": "Lê Văn Hòa",
    "province": "92",
    "commune": NINH_KIEU,
    "language": "en",
    "digest_weekday": "3",
    "digest_hour": "6",
    "wants_digest": "on",
}


@pytest.fixture
def learner(client: Client) -> Learner:
    learner = a_learner(place=Place.objects.get(code=NINH_KIEU))
    client.force_login(learner)
    return learner


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    page = client.get(reverse("learners:profile"))

    assert page.url == f"{reverse('account_login')}?next={reverse('learners:profile')}"


def test_the_form_shows_what_is_stored(client: Client, learner: Learner) -> None:
    form = client.get(reverse("learners:profile")).context["form"]

    shown = {name: str(form[name].value()) for name in form.fields}
    assert shown == {
        "full_name": "Lê Văn Hòa",
        "birth_year": "None",
        "is_that_young": "None",
        "province": "92",
        "commune": NINH_KIEU,
        "language": "vi",
        "wants_reminders": "True",
        "wants_digest": "True",
        "digest_weekday": "7",
        "digest_hour": "19",
        "wants_suggestions": "True",
    }


def test_what_is_written_is_kept(client: Client, learner: Learner) -> None:
    saved = client.post(reverse("learners:profile"), {**FORM, "full_name": "  Le\u0302  Va\u0306n Ho\u0300a "})

    learner.refresh_from_db()
    assert saved.url == reverse("learners:profile")
    assert (learner.full_name, learner.language, learner.place_id) == ("Lê Văn Hòa", "en", NINH_KIEU)
    assert (learner.digest_weekday, learner.digest_hour) == (3, 6)
    assert (learner.wants_digest, learner.wants_reminders) == (True, False)


def test_a_province_shows_its_communes_and_saves_nothing(client: Client, learner: Learner) -> None:
    page = client.post(
        reverse("learners:profile"), {**FORM, "full_name": "", "province": "01", "commune": "", "show_communes": "1"}
    )

    assert page.status_code == 200
    assert page.context["form"].errors == {}
    assert len(page.context["form"].fields["commune"].choices) > 100
    learner.refresh_from_db()
    assert learner.place_id == NINH_KIEU


def test_the_place_may_stay_empty(client: Client, learner: Learner) -> None:
    client.post(reverse("learners:profile"), {**FORM, "province": "", "commune": ""})

    learner.refresh_from_db()
    assert learner.place is None


def test_the_province_alone_is_a_place_too(client: Client, learner: Learner) -> None:
    shown = client.get(reverse("learners:profile")).content.decode()

    saved = client.post(reverse("learners:profile"), {**FORM, "province": "92", "commune": ""})
    again = client.get(reverse("learners:profile")).context["form"]

    learner.refresh_from_db()
    assert "Chỉ ghi tỉnh, thành phố" in shown
    assert (saved.status_code, learner.place_id) == (302, "92")
    assert (again["province"].value(), again["commune"].value(), len(again.communes) > 100) == ("92", None, True)


def test_a_slip_of_the_finger_makes_nobody_a_child(client: Client, learner: Learner) -> None:
    """Nobody stops being a child by saying so, so who types the year of today is asked first."""
    asked = client.post(reverse("learners:profile"), {**FORM, "birth_year": "2020"})
    learner.refresh_from_db()
    before = learner.birth_year
    client.post(reverse("learners:profile"), {**FORM, "birth_year": "2020", "is_that_young": "on"})
    learner.refresh_from_db()

    assert list(asked.context["form"].errors) == ["birth_year"]
    assert 'name="is_that_young"' in asked.content.decode()
    assert 'name="is_that_young"' not in client.get(reverse("learners:profile")).content.decode()
    assert (before == 2020, learner.birth_year) == (False, 2020)


def test_what_is_not_seen_is_in_no_name(client: Client, learner: Learner) -> None:
    """Pasted from a chat, a sign of no width would keep two accounts of one person apart."""
    client.post(reverse("learners:profile"), {**FORM, "full_name": "Phùng\u200b Thị\u2060 Lụa\ufeff Là\u00ad"})

    learner.refresh_from_db()
    assert learner.full_name == "Phùng Thị Lụa Là"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"full_name": ""}, "full_name"),
        ({"full_name": "x" * 121}, "full_name"),
        ({"full_name": "123 !!"}, "full_name"),
        ({"full_name": "a\x00b" + "\u202e" * 200 + "c" * 121}, "full_name"),
        ({"province": "99", "commune": ""}, "province"),
        ({"province": "01"}, "commune"),
        ({"language": "fr"}, "language"),
        ({"digest_weekday": "0"}, "digest_weekday"),
        ({"digest_hour": "24"}, "digest_hour"),
        ({"digest_hour": "١٢ giờ"}, "digest_hour"),
    ],
)
def test_bad_input_is_said_at_the_field_and_changes_nothing(
    client: Client, learner: Learner, changes: dict[str, Any], field: str
) -> None:
    before = Learner.objects.values().get(pk=learner.pk)

    page = client.post(reverse("learners:profile"), {**FORM, **changes})

    assert page.status_code == 200
    assert list(page.context["form"].errors) == [field]
    assert page.context["form"]["digest_weekday"].value() == changes.get("digest_weekday", "3")
    assert Learner.objects.values().get(pk=learner.pk) == before


def test_the_profile_costs_the_same_queries_for_everyone(
    client: Client, learner: Learner, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(9):
        client.get(reverse("learners:profile"))


@pytest.mark.parametrize("more", [{}, {"show_communes": "1"}], ids=["sent", "choosing the province"])
@pytest.mark.parametrize("province", ["\0", "'", "9" * 5000], ids=["null", "quote", "long"])
def test_what_is_no_province_is_refused_and_not_asked_for(
    client: Client, learner: Learner, province: str, more: dict[str, str]
) -> None:
    page = client.post(reverse("learners:profile"), FORM | {"province": province, "commune": ""} | more)

    assert page.status_code == 200
    assert list(page.context["form"].errors) == ([] if more else ["province"])
    learner.refresh_from_db()
    assert learner.place_id == NINH_KIEU


def test_a_changed_name_stays_where_its_bearer_reads_it(client: Client, learner: Learner) -> None:
    client.post(reverse("learners:profile"), {**FORM, "full_name": "Lê Văn Hoà Bình"})
    client.post(reverse("learners:profile"), {**FORM, "full_name": "Lê Văn Hoà Bình"})

    page = client.get(reverse("my_data")).content.decode()

    kept = Correction.objects.get()
    assert (kept.before, kept.after, kept.corrected_by, kept.organization) == (
        "Lê Văn Hòa",
        "Lê Văn Hoà Bình",
        learner,
        None,
    )
    assert "Tôi đổi họ tên" in page
    assert "trước đó: Lê Văn Hòa" in page


def test_a_name_is_changed_so_many_times_a_day(client: Client, learner: Learner, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    for number in range(NAMES_A_DAY_MAX):
        client.post(reverse("learners:profile"), {**FORM, "full_name": f"Tên {number}"})

    page = client.post(reverse("learners:profile"), {**FORM, "full_name": "Một Tên Nữa"})
    time_machine.move_to(NOW + timedelta(days=1), tick=False)
    next_day = client.post(reverse("learners:profile"), {**FORM, "full_name": "Một Tên Nữa"})

    assert list(page.context["form"].errors) == ["full_name"]
    assert next_day.status_code == 302


@pytest.mark.parametrize("who", ["nobody's", "one's own at a counter", "one's own of the look"])
def test_a_correction_is_of_a_counter_or_of_its_bearers_name(who: str) -> None:
    registered = a_registration(organization=an_organization())
    learner, counter = registered.learner, registered.organization
    refusal, what, by, where = {
        "nobody's": ("at the counter that registered", Corrected.NAME, a_learner(), None),
        "one's own at a counter": ("correction_by_whom", Corrected.NAME, learner, counter),
        "one's own of the look": ("at the counter that registered", Corrected.LOOK, learner, None),
    }[who]
    with pytest.raises(IntegrityError, match=refusal):
        Correction.objects.create(
            learner=learner,
            what=what,
            before="Hoa",
            after="Hòa",
            corrected_at=NOW,
            corrected_by=by,
            organization=where,
        )
