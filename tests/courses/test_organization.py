from datetime import date, timedelta

import pytest
from django.urls import reverse

from learners.actions import organization as actions
from learners.choices import OrganizationKind, Role
from learners.models import Membership, Message, Organization, Place
from learners.rules import ORGANIZATIONS_WAITING_MAX
from tests.factories.people import NINH_KIEU, NOW, a_curator, a_learner, a_membership, an_organization
from tests.learners.sign_in import ask_for_code, code_sent_to, type_code

pytestmark = pytest.mark.django_db
ADDRESS = "/organizations/new/"
TYPED = {
    "kind": "CULTURAL_HOUSE",
    "name_vi": "Nhà văn hóa phường Cái Khế",
    "province": "92",
    "commune": "31120",
    "address": "12 đường Hòa Bình",
    "phone": "0292 000 000",
}
UNTIL = date(2028, 11, 21)


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def particulars(**more):
    said = {"kind": OrganizationKind.LIBRARY, "name_vi": "Thư viện", "place": Place.objects.get(code=NINH_KIEU)}
    return actions.Particulars(**(said | more))


def test_a_learner_registers_an_organization_and_manages_it(learner_client):
    learner = a_learner()

    answer = learner_client(learner).post(ADDRESS, TYPED)

    organization = Organization.objects.get()
    assert answer["Location"] == f"/organizations/{organization.public_id}/"
    assert (organization.name_vi, organization.kind, organization.place_id) == (
        TYPED["name_vi"],
        "CULTURAL_HOUSE",
        "31120",
    )
    assert (organization.status, organization.registered_by, organization.registered_at) == ("REGISTERED", learner, NOW)
    membership = Membership.objects.get()
    assert (membership.organization, membership.learner, membership.role) == (organization, learner, "MANAGER")


def test_a_province_first_then_its_communes(learner_client):
    client = learner_client(a_learner())

    first = client.get(ADDRESS).content.decode()
    second = client.post(ADDRESS, TYPED | {"commune": "", "show_communes": "1", "name_vi": ""}).content.decode()

    assert 'name="commune"' not in first
    assert 'value="31120"' in second
    assert 'value="12 đường Hòa Bình"' in second
    assert 'class="field__error"' not in second
    assert not Organization.objects.exists()


def test_where_a_learner_lives_is_suggested(learner_client):
    learner = a_learner(place=Place.objects.get(code=NINH_KIEU))

    form = learner_client(learner).get(ADDRESS).context["form"]

    assert (form["province"].value(), form["commune"].value()) == ("92", NINH_KIEU)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "PALACE"}, "kind"),
        ({"name_vi": " "}, "name_vi"),
        ({"name_vi": "a" * 201}, "name_vi"),
        ({"province": ""}, "province"),
        ({"commune": ""}, "commune"),
        ({"province": "01"}, "commune"),
        ({"commune": "92"}, "commune"),
        ({"phone": "0" * 21}, "phone"),
        ({"address": "a\0b"}, "address"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_bad_input_is_told_at_its_field(learner_client, typed, field):
    answer = learner_client(a_learner()).post(ADDRESS, TYPED | typed)

    assert list(answer.context["form"].errors) == [field]
    assert not Organization.objects.exists()


def test_a_visitor_signs_in_first(client):
    assert client.get(ADDRESS)["Location"] == f"/account/sign-in/?next={ADDRESS}"


@pytest.mark.parametrize(
    ("before", "refusal"),
    [(["Thư viện"], actions.AlreadyRegistered), (list("abcde"), actions.TooManyWaiting)],
    ids=["the same again", "too many waiting"],
)
def test_register_refuses(before, refusal):
    learner = a_learner()
    for name in before:
        actions.register(learner=learner, particulars=particulars(name_vi=name), now=NOW)

    with pytest.raises(refusal):
        actions.register(learner=learner, particulars=particulars(), now=NOW)

    assert Organization.objects.count() == len(before) <= ORGANIZATIONS_WAITING_MAX


def test_a_curator_verifies_until_a_day(learner_client):
    organization, curator = an_organization(verified=False), a_curator()

    learner_client(curator).post(
        reverse("admin:learners_organization_decide", args=[organization.pk]), {"until": "21/11/2028"}
    )

    organization.refresh_from_db()
    assert (organization.status, organization.verified_until) == ("VERIFIED", UNTIL)
    assert (organization.verified_by, organization.verified_at) == (curator, NOW)
    message = Message.objects.get()
    assert (message.kind, message.recipient) == ("ORGANIZATION_VERIFIED", organization.registered_by)
    assert message.data == {
        "org": organization.name_vi,
        "verified_by": "Phạm Thu Hà",
        "date": "thứ Ba 21/11/2028",
        "link": f"http://localhost/organizations/{organization.public_id}/",
    }


def test_verifying_twice_until_the_same_day_tells_once():
    organization, curator = an_organization(verified=False), a_curator()

    actions.verify(organization=organization, curator=curator, until=UNTIL, now=NOW)
    actions.verify(organization=organization, curator=curator, until=UNTIL, now=NOW)

    assert Message.objects.count() == 1


def test_a_suspension_ends_with_the_next_verification():
    organization, curator = an_organization(), a_curator()
    suspended = actions.suspend(organization=organization, curator=curator, now=NOW)
    again = actions.suspend(organization=organization, curator=a_curator(), now=NOW + timedelta(days=1))

    verified = actions.verify(organization=organization, curator=curator, until=UNTIL, now=NOW)

    assert (suspended.status, again.suspended_by, again.suspended_at) == ("SUSPENDED", curator, NOW)
    assert (verified.status, verified.suspended_at, verified.suspended_by) == ("VERIFIED", None, None)


def own_curator(organization):
    curator = a_curator()
    a_membership(organization=organization, learner=curator, role=Role.VOLUNTEER)
    return curator


@pytest.mark.parametrize(
    ("who", "until", "refusal"),
    [
        (lambda organization: organization.registered_by, UNTIL, actions.NotACurator),
        (own_curator, UNTIL, actions.OwnOrganization),
        (lambda organization: a_curator(), date(2026, 11, 20), actions.AlreadyOver),
    ],
    ids=["no curator", "one of their own", "a day that is past"],
)
def test_verify_refuses(who, until, refusal):
    organization = an_organization(verified=False)

    with pytest.raises(refusal):
        actions.verify(organization=organization, curator=who(organization), until=until, now=NOW)

    organization.refresh_from_db()
    assert organization.status == "REGISTERED"
    assert not Message.objects.exists()


@pytest.mark.parametrize("until", ["", "31/2/2028", "soon", "20/11/2026"])
def test_a_day_that_makes_no_sense_verifies_nobody(learner_client, until):
    organization = an_organization(verified=False)

    learner_client(a_curator()).post(
        reverse("admin:learners_organization_decide", args=[organization.pk]), {"until": until}
    )

    organization.refresh_from_db()
    assert organization.status == "REGISTERED"


def test_the_desk_shows_an_organization(learner_client):
    organization = an_organization()

    page = learner_client(a_curator()).get(reverse("admin:learners_organization_change", args=[organization.pk]))

    assert organization.name_vi in page.content.decode()
    assert 'name="until"' in page.content.decode()


def test_a_day_that_is_none_is_said_at_its_field(learner_client):
    organization = an_organization(verified=False)

    answer = learner_client(a_curator()).post(
        reverse("admin:learners_organization_decide", args=[organization.pk]), {"until": "31/2/2028"}
    )

    assert answer.status_code == 200
    assert 'value="31/2/2028"' in answer.content.decode()
    assert answer.context["verification"].errors["until"]


ODD = ["\0", "92\0", "９２", "92'--", "\ud7ff", "9" * 5000, "-1"]


@pytest.mark.parametrize("field", ["province", "commune"])
@pytest.mark.parametrize("page", ["proposal", "profile", "organization", "sign-up"])
def test_a_place_may_be_anything_somebody_sends(client, page, field):
    provider = an_organization()
    person = provider.registered_by
    if page == "sign-up":
        ask_for_code(client, "moi@example.vn")
        type_code(client, code_sent_to("moi@example.vn"))
    else:
        client.force_login(person)
    there = {
        "proposal": f"/organizations/{provider.public_id}/courses/new/",
        "profile": reverse("learners:profile"),
        "organization": ADDRESS,
        "sign-up": reverse("learners:sign_up"),
    }[page]

    for odd in ODD:
        for button in ({}, {"show_communes": "1"}):
            said = TYPED | {"full_name": "Lê Hoa", "seats_max": "3", field: odd} | button
            answer = client.post(there, said)

            assert answer.status_code == 200
            assert button or field in answer.context["form"].errors


def test_what_is_written_of_an_organization_is_tidied(learner_client):
    learner_client(a_learner()).post(
        ADDRESS, TYPED | {"name_vi": " Nhà  văn hóa\u202e ", "description_vi": "Một\r\n hai\t ba", "name_en": "\u200b"}
    )

    organization = Organization.objects.get()
    assert (organization.name_vi, organization.name_en) == ("Nhà văn hóa", "")
    assert organization.description_vi == "Một\nhai ba"
