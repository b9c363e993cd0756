"""No other form that takes an address or number tells whether it opens a record: not by page, headers or statements."""

import re
from collections.abc import Callable
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.counter import a_card, a_registration, the_manager
from tests.factories.people import a_learner, an_organization
from tests.learners.sign_in import prove_again
from tests.learners.telling_apart import plain

pytestmark = pytest.mark.django_db
EMAILS = ("known1@example.vn", "nobody@example.vn")
NUMBERS = ("+84912345601", "+84912345602")
CHANGING = {"Expires", "X-Request-Id"}  # in every answer another
Form = tuple[Client, str, dict[str, str]]


def somebodys() -> Client:
    """Return a browser of somebody signed in who has proved a moment ago who they are."""
    client, learner = Client(), a_learner(email="own@example.vn")
    client.force_login(learner)
    prove_again(client, learner)
    return client


def new_email() -> Form:
    return somebodys(), reverse("learners:way_new", args=["email"]), {}


def new_number() -> Form:
    return somebodys(), reverse("learners:way_new", args=["phone"]), {}


def claim_by_card() -> Form:
    client = Client()
    printed = a_card(a_registration(organization=an_organization(), birth_year=1952))
    client.post(reverse("learners:card_scan", args=[printed.secret]))
    return client, reverse("learners:claim"), {"known": "1952"}


def claim_at_counter() -> Form:
    client, registered = Client(), a_registration(organization=an_organization(), birth_year=1952)
    client.force_login(the_manager(registered.organization))
    where = [registered.organization.public_id, registered.learner.public_id]
    return client, reverse("learners:person_claim", args=where), {}


def call_me() -> Form:
    return Client(), reverse("learners:help"), {"name": "Lê Văn Hòa", "about": "Quên cách đăng nhập."}


FORMS: list[tuple[Callable[[], Form], str, tuple[str, str]]] = [
    (new_email, "address", EMAILS),
    (new_number, "address", NUMBERS),
    (claim_by_card, "address", EMAILS),
    (claim_by_card, "address", NUMBERS),
    (claim_at_counter, "address", EMAILS),
    (claim_at_counter, "address", NUMBERS),
    (call_me, "reach", EMAILS),
    (call_me, "reach", NUMBERS),
]


def answers(form: Form, field: str, address: str) -> list[Any]:
    """Return all that is answered to the form, and to looking at the page it leads to, without what is random."""
    client, path, said = form
    told: list[Any] = []
    for send in (lambda: client.post(path, said | {field: address}), lambda: client.get(told[0][1])):
        with CaptureQueriesContext(connection) as captured:
            answer = send()
        headers = sorted(f"{name}: {value}" for name, value in answer.headers.items() if name not in CHANGING)
        statements = [each["sql"].split(" ", 1)[0] for each in captured if "SAVEPOINT" not in each["sql"]]
        headers += sorted(answer.cookies)
        told.append((answer.status_code, answer.get("Location", path), headers, body_of(answer, address), statements))
    return told


def body_of(answer: Any, address: str) -> str:
    """Of two people of the same kind; who they are, and the key of a page sent twice, is in every answer another."""
    text = plain(answer.content.decode(), address)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", text)


@pytest.mark.parametrize(
    ("form", "field", "addresses"), FORMS, ids=[f"{form.__name__}-{known}" for form, _field, (known, _not) in FORMS]
)
def test_known_and_unknown_are_answered_alike(
    form: Callable[[], Form], field: str, addresses: tuple[str, str], settings: Any, tmp_path: Path
) -> None:
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    known, unknown = addresses
    is_number = known.startswith("+")
    a_learner(**{"phone" if is_number else "email": known})
    filled = form()
    undone(filled, field, "+84912345699" if is_number else "first@example.vn")  # so that what is kept is kept

    of_known, of_unknown = (undone(filled, field, address) for address in (known, unknown))

    assert of_known[0][0] == 302
    assert of_known == of_unknown


def test_no_form_that_takes_an_address_is_forgotten() -> None:
    """Of those of signing in more is asked: tests/learners/test_sign_in_privacy.py."""
    takes_one = re.compile(r"= (?:way_field|AddressField|PhoneField|WayField)\(")
    homes = [path for app in ("learners", "credits", "courses", "portal") for path in Path(app, "forms").rglob("*.py")]

    assert sorted(path.stem for path in homes if takes_one.search(path.read_text())) == ["claim", "sign_in", "ways"]


def undone(form: Form, field: str, address: str) -> list[Any]:
    """Return what is answered, and leave database and browser as they were before."""
    client = form[0]
    cookies = client.cookies
    client.cookies = SimpleCookie({name: morsel.value for name, morsel in cookies.items()})
    cache.clear()
    before = transaction.savepoint()
    told = answers(form, field, address)
    transaction.savepoint_rollback(before)
    client.cookies = cookies
    return told
