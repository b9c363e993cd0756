"""How pages look is the reader's choice, kept in cookies."""

import pytest
from django.test import Client


def test_large_text_is_kept_and_the_reader_comes_back(client: Client) -> None:
    answer = client.post("/display/", {"text": "lg", "next": "/courses/?q=dien"})

    assert (answer.status_code, answer["Location"]) == (302, "/courses/?q=dien")
    assert client.cookies["text"].value == "lg"
    assert client.cookies["text"]["httponly"] is True


def test_the_default_takes_the_cookie_away(client: Client) -> None:
    client.post("/display/", {"theme": "dark", "next": "/"})
    client.post("/display/", {"theme": "", "next": "/"})

    assert client.cookies["theme"].value == ""


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "http:///evil.example"],
)
def test_one_never_leaves_the_site(client: Client, target: str) -> None:
    answer = client.post("/display/", {"text": "lg", "next": target})

    assert answer["Location"] == "/"


@pytest.mark.parametrize("value", ["xxl", "<script>", "lg\r\nSet-Cookie: a=b"])
def test_an_unknown_value_is_not_kept(client: Client, value: str) -> None:
    client.post("/display/", {"text": value, "next": "/"})

    assert "text" not in client.cookies


def test_reading_changes_nothing(client: Client) -> None:
    assert client.get("/display/").status_code == 405
