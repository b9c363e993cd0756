"""Typing a card's code in does not tell whether there is such a card: not by status, headers, body or time."""

from contextlib import closing
from http.client import HTTPConnection
from time import perf_counter
from typing import Any

import pytest
from django.core.cache import cache
from django.core.servers.basehttp import WSGIRequestHandler
from django.test import Client
from django.urls import reverse

from learners.actions import card
from learners.actions.card import new_code
from learners.models import CardGuess
from tests.factories.counter import a_card, a_registration, the_manager
from tests.factories.people import NOW, an_organization
from tests.learners.telling_apart import PAIRS, Browser, auc, in_pairs, plain

pytestmark = pytest.mark.django_db(transaction=True)
WRONG_YEAR = "1901"
FORM = reverse("learners:card_sign_in")


@pytest.fixture
def library() -> Any:
    return an_organization()


def codes_of_cards(library: Any, how_many: int, *, ended: bool = False, pin: str = "") -> list[str]:
    codes = []
    for _each in range(how_many):
        registered = a_registration(organization=library)
        codes.append(a_card(registered, pin=pin).code)
        if ended:
            staff = the_manager(library)
            card.revoke(learner=registered.learner, actor=staff, organization=library, now=NOW)
    return codes


def types(form: Browser, code: str) -> tuple[float, Any]:
    """Return how long the answer to a code with a wrong year took, and the answer without what is random in each."""
    cache.clear()  # one network address asks hundreds of times here
    browser = form.of_another()
    began = perf_counter()
    status, headers, body = browser.ask("POST", FORM, {"code": code, "known": WRONG_YEAR})
    return perf_counter() - began, (status, sorted(map(plain, headers)), plain(body, code))


@pytest.mark.parametrize("kind", ["living", "with a PIN", "ended"])
def test_a_card_there_is_and_one_there_is_not_are_answered_alike(
    live_server: Any, monkeypatch: pytest.MonkeyPatch, library: Any, kind: str
) -> None:
    """ASVS 6.3.8."""
    # The test server writes head and body apart; waiting for the client's acknowledgement would add 40 ms of noise.
    monkeypatch.setattr(WSGIRequestHandler, "disable_nagle_algorithm", True)
    known = codes_of_cards(library, PAIRS, ended=kind == "ended", pin="4711" if kind == "with a PIN" else "")
    unknown = [new_code() for _each in range(PAIRS)]
    asked = in_pairs(known, unknown)

    with closing(HTTPConnection(live_server.thread.host, live_server.thread.port)) as connection:
        form = Browser(connection).opens(FORM)
        types(form, new_code())
        answers = [(code in known, *types(form, code)) for code in asked]

    told_apart = auc(
        [seconds for is_known, seconds, _answer in answers if is_known],
        [seconds for is_known, seconds, _answer in answers if not is_known],
    )
    print(f"AUC {told_apart:.3f} of {len(answers)} answers")
    assert CardGuess.objects.exclude(card=None).count() == (0 if kind == "ended" else len(answers) // 2)
    assert CardGuess.objects.filter(card=None).count() <= 1  # what counts for no card is cleared away at the next guess
    assert answers[0][2][0] == 200
    assert {repr(answer) for _is_known, _seconds, answer in answers} == {repr(answers[0][2])}
    assert 0.40 <= told_apart <= 0.60, told_apart


def test_scanning_tells_no_more_of_an_ended_card_than_of_one_there_never_was(library: Any) -> None:
    registered = a_registration(organization=library)
    ended = a_card(registered).secret
    card.revoke(learner=registered.learner, actor=the_manager(library), organization=library, now=NOW)

    pages = {
        token: [
            (answer.status_code, plain(answer.content.decode(), token))
            for answer in (client.get(path), client.post(path))
        ]
        for token in (ended, "A" * len(ended))
        for client, path in [(Client(), reverse("learners:card_scan", args=[token]))]
    }

    assert len({repr(each) for each in pages.values()}) == 1


def test_a_code_guessed_out_is_answered_as_one_there_is_not(library: Any) -> None:
    [code] = codes_of_cards(library, 1)
    said = {"known": WRONG_YEAR}

    wrong = [plain(Client().post(FORM, {"code": code, **said}).content.decode(), code) for _each in range(7)]
    none = plain(Client().post(FORM, {"code": "AAAA2222", **said}).content.decode(), "AAAA2222")

    assert set(wrong) == {none}
