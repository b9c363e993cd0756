"""Whether two kinds of visitors are answered alike: no letter differs, and the time tells no more than a coin."""

import re
from http.client import HTTPConnection
from random import Random
from urllib.parse import urlencode

from django.conf import settings

from learners.formats import way

PAIRS = 75
ROUNDS = 4  # so many times each: chance alone then moves the AUC by 0.024, a quarter of what is allowed
RANDOM_VALUES = [
    (re.compile(r'(name="csrfmiddlewaretoken" value=)"[^"]+"'), r"\1"),
    (re.compile(r"((?:session|csrf)=)[^;]+"), r"\1"),
    (re.compile(r"(expires=)[^;]+"), r"\1"),
]


class Browser:
    """Cookies and the token of the form, over a real socket; one socket for all, or connecting would be most of it."""

    def __init__(self, connection: HTTPConnection) -> None:
        self.connection = connection
        self.cookies: dict[str, str] = {}
        self.token = ""

    def opens(self, path: str) -> "Browser":
        """Look at a form once, for all who will fill it in: looking is not what is timed."""
        self.ask("GET", path)
        return self

    def of_another(self) -> "Browser":
        """Return the browser of somebody else, signed in nowhere, with the same form open."""
        other = Browser(self.connection)
        name = settings.CSRF_COOKIE_NAME
        other.cookies, other.token = {name: self.cookies[name]}, self.token
        return other

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, list[str], str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Host": "localhost"}
        body = urlencode({**(form or {}), "csrfmiddlewaretoken": self.token}) if method == "POST" else None
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        for name, value in response.getheaders():
            if name == "Set-Cookie":
                cookie, _semicolon, _rest = value.partition(";")
                self.cookies.update([cookie.split("=", 1)])
        if found := re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text):
            self.token = found[1]
        kept = [
            f"{name}: {value}"
            for name, value in response.getheaders()
            if name not in {"Date", "Expires", "X-Request-Id"}
        ]
        return response.status, kept, text


def plain(text: str, address: str = "") -> str:
    for pattern, replacement in RANDOM_VALUES:
        text = pattern.sub(replacement, text)
    for shown in (address, way(address)):
        text = text.replace(shown, "ADDRESS") if shown else text
    return text


def auc(first: list[float], second: list[float]) -> float:
    """The chance that a value of ``first`` is above one of ``second``: 0.5 when they cannot be told apart."""
    above = sum((one > other) + (one == other) / 2 for one in first for other in second)
    return above / (len(first) * len(second))


def in_pairs(first: list[str], second: list[str]) -> list[str]:
    """Return both in pairs, each in random order: a machine that grows slower meanwhile slows both alike."""
    random = Random(20261121)
    pairs = list(zip(first, second, strict=True)) * ROUNDS
    random.shuffle(pairs)
    return [each for pair in pairs for each in random.sample(pair, 2)]
