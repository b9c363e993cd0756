"""Coming in by a printed card: scanned or typed, for looking and enrolling only, until the card ends."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver, reverse

from learners import rules
from learners.actions import card as actions
from learners.choices import Role
from learners.models import Card, CardGuess, Device, Message
from portal.by_card import OPEN_BY_CARD
from tests.factories.catalog import a_published_run
from tests.factories.counter import a_card, a_registration, an_old_card, the_manager
from tests.factories.people import NOW, a_curator, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db
NOTHING = "Chưa mở được sổ nào"
PER_REQUEST = re.compile(r'(name="csrfmiddlewaretoken" value|/card/)[="]*[\w-]+')


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()  # limits of a network address


@pytest.fixture
def registered():
    return a_registration(organization=an_organization(), birth_year=1952)


def scan(client, printed_or_token):
    token = getattr(printed_or_token, "secret", printed_or_token)
    return client.post(reverse("learners:card_scan", args=[token]))


def type_in(client, code, known):
    return client.post(reverse("learners:card_sign_in"), {"code": code, "known": known})


def whose(client):
    return int(client.session["_auth_user_id"]) if "_auth_user_id" in client.session else None


# To come in


def test_a_scanned_card_asks_one_button_and_opens_the_own_page(client, registered):
    printed = a_card(registered)
    address = reverse("learners:card_scan", args=[printed.secret])

    asked = client.get(address)
    opened = client.post(address, follow=True)

    assert asked.content.decode().partition("<main")[2].partition("</main>")[0].count("<button") == 1
    assert (whose(client), opened.redirect_chain[-1][0]) == (registered.learner.pk, "/me/")
    assert client.session["card"] == printed.card.pk
    assert client.session["card_ends_at"] == (NOW + rules.CARD_SESSION).timestamp()
    printed.card.refresh_from_db()
    assert printed.card.used_at == NOW


def test_looking_at_the_address_of_a_card_tells_nothing_and_changes_nothing(client, registered):
    printed = a_card(registered)
    other = "A" * len(printed.secret)

    pages = [client.get(reverse("learners:card_scan", args=[token])) for token in (printed.secret, other)]

    assert PER_REQUEST.sub("", pages[0].content.decode()) == PER_REQUEST.sub("", pages[1].content.decode())
    assert Card.objects.get().used_at is None
    assert whose(client) is None


@pytest.mark.parametrize("typed", ["{}", " {} ", "lower", "parts"])
def test_the_code_opens_with_the_birth_year(client, registered, typed):
    code = a_card(registered).code
    typed = {"lower": code.lower(), "parts": f"{code[:4]}-{code[4:]}"}.get(typed, typed.format(code))

    answer = type_in(client, typed, "1952")

    assert (answer.status_code, whose(client)) == (302, registered.learner.pk)


def test_with_a_pin_the_birth_year_does_not_open(client, registered):
    printed = a_card(registered, pin="240952")

    by_year = type_in(client, printed.code, "1952")
    by_pin = type_in(client, printed.code, "240952")

    assert (by_year.status_code, by_pin.status_code, whose(client)) == (200, 302, registered.learner.pk)


def test_with_neither_year_nor_pin_only_the_qr_code_opens(client):
    registered = a_registration(organization=an_organization(), birth_year=None)
    printed = an_old_card(registered)

    typed = type_in(client, printed.code, "1952")
    scan(client, printed)

    assert (typed.status_code, whose(client)) == (200, registered.learner.pk)


def test_neither_code_nor_secret_nor_pin_is_in_the_database(registered):
    printed = a_card(registered, pin="240952")

    stored = [str(value) for value in Card.objects.values_list().get()]

    assert not any(printed.secret in value or printed.code in value or "240952" in value for value in stored)
    assert len(printed.secret) >= 22  # 128 bits in base 64


def test_a_card_outlives_a_change_of_the_portals_key(client, registered, settings):
    printed = a_card(registered, pin="240952")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of the portal, as long as a key has to be, and longer"

    answer = type_in(Client(), printed.code, "240952")

    assert answer.status_code == 302


# What does not open


def test_a_wrong_card_code_year_and_a_dead_card_are_answered_alike(registered):
    old = a_card(registered)
    printed = a_card(registered)
    code = "".join(rules.CARD_LETTERS[number] for number in range(rules.CARD_CODE_LETTERS))

    scanned = [scan(Client(), each).content.decode() for each in (old, "A" * 22, "x")]
    typed = [
        type_in(Client(), *said).content.decode()
        for said in ((printed.code, "1953"), (code, "1952"), (old.code, "1952"), (printed.code, "0000"))
    ]

    assert NOTHING in scanned[0]
    assert NOTHING in typed[0]
    assert len({PER_REQUEST.sub("", page) for page in scanned}) == 1
    shown = [re.sub(r'name="(?:code|known)" value="[^"]*"', "", PER_REQUEST.sub("", page)) for page in typed]
    assert len(set(shown)) == 1


def test_a_known_and_an_unknown_code_are_the_same_work(registered, django_assert_num_queries):
    printed = a_card(registered)
    code = "".join(rules.CARD_LETTERS[number] for number in range(rules.CARD_CODE_LETTERS))

    for each in (printed.code, code):
        with django_assert_num_queries(7), pytest.raises(actions.UnableToComeIn):
            actions.come_in_by_code(code=each, said="1999", now=NOW)

    assert CardGuess.objects.count() == 2


def test_codes_that_are_nobodys_fill_no_table(registered):
    """Nor do they hide the guesses at a card."""
    printed = a_card(registered)
    code = "".join(rules.CARD_LETTERS[number] for number in range(rules.CARD_CODE_LETTERS))
    for typed in [printed.code, *[code] * 50]:
        with pytest.raises(actions.UnableToComeIn):
            actions.come_in_by_code(code=typed, said="1999", now=NOW)

    assert list(CardGuess.objects.order_by("guessed_at").values_list("card", flat=True)) == [None, printed.card.pk]


@pytest.mark.parametrize("how", ["scanned", "typed"])
def test_one_card_opens_twenty_sessions_an_hour(registered, how):
    printed = a_card(registered)

    def come_in():
        return scan(Client(), printed) if how == "scanned" else type_in(Client(), printed.code, "1952")

    answers = [come_in().status_code for _ in range(rules.CARD_USES.times + 1)]

    assert answers == [302] * rules.CARD_USES.times + [429]
    assert Device.objects.count() == rules.CARD_USES.times
    assert scan(Client(), a_card(a_registration(organization=an_organization()))).status_code == 302


def test_after_five_wrong_guesses_only_scanning_opens_until_tomorrow(registered):
    printed = a_card(registered)
    for _ in range(rules.CARD_GUESSES.times):
        type_in(Client(), printed.code, "1953")

    right_too_late, scanned, tomorrow = Client(), Client(), NOW + timedelta(days=1, minutes=1)
    answers = [type_in(right_too_late, printed.code, "1952").status_code, scan(scanned, printed).status_code]

    assert answers == [200, 302]
    assert actions.come_in_by_code(code=printed.code, said="1952", now=tomorrow) == printed.card


def test_guesses_are_bounded_on_the_account_whatever_cards_are_printed(registered):
    for _card in range(rules.ACCOUNT_GUESSES.times // rules.CARD_GUESSES.times):
        printed = a_card(registered)
        for _ in range(rules.CARD_GUESSES.times):
            with pytest.raises(actions.UnableToComeIn):
                actions.come_in_by_code(code=printed.code, said="1953", now=NOW)

    with pytest.raises(actions.UnableToComeIn):
        actions.come_in_by_code(code=a_card(registered).code, said="1952", now=NOW)


def test_one_network_address_tries_as_often_as_its_limit_says():
    answers = [scan(Client(), "A" * 22).status_code for _ in range(rules.SIGN_IN_POSTS_PER_IP.times + 1)]

    assert (set(answers[:-1]), answers[-1]) == ({200}, 429)


@pytest.mark.parametrize("what", ["closed", "staff", "member"])
def test_a_card_opens_nobodys_account_who_may_not_come_in_by_one(client, registered, what):
    printed, learner = a_card(registered), registered.learner
    if what == "closed":
        learner.is_active = False
    if what == "staff":
        learner.is_staff = True
    learner.save()
    if what == "member":
        a_membership(organization=an_organization(), learner=learner, role=Role.VOLUNTEER)

    scan(client, printed)

    assert whose(client) is None


# What it opens


def test_everything_said_to_be_open_to_cards_is_an_address():
    named = {
        f"{space}:{name}" if space else name
        for space, names in [
            ("", get_resolver().reverse_dict),
            *((space, resolver.reverse_dict) for space, (_prefix, resolver) in _spaces()),
        ]
        for name in names
        if isinstance(name, str)
    }

    assert OPEN_BY_CARD - named - {"dev_mailbox", "dev_mailbox_mail"} == set()


def _spaces():
    resolver = get_resolver()
    found = dict(resolver.namespace_dict)
    return [(name, found[name]) for name in ("courses", "credits", "learners") if name in found]


@pytest.mark.parametrize(
    "path",
    [
        "/me/profile/",
        "/organizations/",
        "/organizations/new/",
        "/me/record.pdf",
        "/admin/",
        "/me/complaints/",
        "/courses/duplicates/",
    ],
)
def test_what_is_more_than_looking_and_enrolling_is_closed(client, registered, path):
    scan(client, a_card(registered))

    answer = client.get(path)

    assert answer.status_code == 403
    assert "Thẻ không mở được trang này" in answer.content.decode()


def test_one_searches_enrols_signs_out_and_comes_in_again(client, registered):
    run = a_published_run()
    printed = a_card(registered)
    scan(client, printed)

    found = client.get("/courses/")
    enrolled = client.post(reverse("courses:enroll", args=[run.pk]))
    client.post(reverse("account_logout"))
    out = client.get("/me/")
    type_in(client, printed.code, "1952")
    mine = client.get(enrolled["Location"])

    assert [found.status_code, enrolled.status_code, out.status_code, mine.status_code] == [200, 302, 302, 200]
    assert not Message.objects.exists()  # nobody to write to


# The end of a card


@pytest.mark.parametrize("how", ["revoked", "replaced", "works there", "closed"])
def test_a_card_that_ended_opens_nothing_at_the_next_request(client, registered, how):
    scan(client, a_card(registered))
    assert client.get("/me/").status_code == 200
    if how == "revoked":
        staff = the_manager(registered.organization)
        actions.revoke(learner=registered.learner, actor=staff, organization=registered.organization, now=NOW)
    if how == "replaced":
        a_card(registered)
    if how == "works there":
        a_membership(organization=registered.organization, learner=registered.learner, role=Role.VOLUNTEER)
    if how == "closed":
        type(registered.learner).objects.filter(pk=registered.learner.pk).update(is_active=False)

    answer = client.get("/me/")

    assert answer.status_code == 302
    assert not client.get("/me/").wsgi_request.user.is_authenticated


def test_the_new_card_opens_and_the_old_one_does_not(registered):
    old, new = a_card(registered), a_card(registered)
    by_old, by_new = Client(), Client()

    scan(by_old, old)
    scan(by_new, new)

    assert (whose(by_old), whose(by_new)) == (None, registered.learner.pk)
    assert Card.objects.filter(revoked_at=None).count() == 1


def test_who_has_an_e_mail_prints_and_ends_their_own_card_and_is_told(proven_client):
    learner = a_learner()
    client = proven_client(learner)

    paper = client.post(reverse("learners:card"), {"pin": "4711"})
    (letter,) = Message.objects.filter(kind="CARD_PRINTED")
    client.post(reverse("learners:card_end"))

    assert paper["Content-Type"] == "application/pdf"
    assert (letter.recipient, letter.data["who"]) == (learner, "chính bạn")
    assert Card.objects.get().revoked_by == learner


def test_who_is_there_is_asked_before_a_pin_is_typed(client, proven_client):
    page, learner = reverse("learners:card"), a_learner()
    client.force_login(learner)
    asked_first = client.get(page).text

    assert f'href="{reverse("account_reauthenticate")}?next={page}"' in asked_first
    assert 'name="pin"' not in asked_first
    assert 'name="pin"' in proven_client(learner).get(page).text


def test_a_card_does_not_print_a_card(client, registered):
    scan(client, a_card(registered))

    client.post(reverse("learners:card"), {"pin": "4711"})

    assert Card.objects.count() == 1


@pytest.mark.parametrize("who", ["curator", "manager"])
def test_who_works_for_somebody_gets_no_card(who):
    person = a_curator() if who == "curator" else the_manager(an_organization())

    with pytest.raises(actions.UnableToIssue):
        actions.issue(learner=person, actor=person, now=NOW)


def test_nobody_prints_a_card_for_a_stranger(registered):
    stranger = the_manager(an_organization())

    for organization in (None, registered.organization):
        with pytest.raises(actions.UnableToIssue):
            actions.issue(learner=registered.learner, actor=stranger, organization=organization, now=NOW)
    with pytest.raises(actions.UnableToIssue):
        actions.revoke(learner=registered.learner, actor=stranger, now=NOW)
