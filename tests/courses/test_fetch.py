"""Fetching what strangers name: only public addresses, whatever way they are written, and never for long."""

import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any

import pytest

from courses.importers import fetch
from courses.rules import Limit

PAGES: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}


def answer(handler: BaseHTTPRequestHandler, status: int = 200, content: bytes = b"xin", **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    if handler.command == "GET":
        handler.wfile.write(content)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        PAGES.get(self.path, lambda handler: answer(handler, 404))(self)

    do_HEAD = do_GET

    def log_message(self, *_arguments: Any) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def site(address: str, settings: Any) -> str:
    """A site on this machine that may be fetched because the settings name it."""
    settings.FETCH_PRIVATE_HOSTS = [address.removeprefix("http://")]
    PAGES.clear()
    return address


def test_a_page_is_fetched_and_who_asks_is_said(site):
    seen = {}

    def page(handler: BaseHTTPRequestHandler) -> None:
        seen.update(handler.headers)
        answer(handler, Content_Type="text/html")

    PAGES["/khoa-hoc?a=1"] = page

    fetched = fetch.get(site + "/khoa-hoc?a=1")

    assert (fetched.content, fetched.content_type) == (b"xin", "text/html")
    assert seen["User-Agent"] == "HocSuotDoi (+http://localhost)"
    assert "Cookie" not in seen


def test_the_same_page_without_the_setting_is_not_fetched(address, settings):
    settings.FETCH_PRIVATE_HOSTS = []

    with pytest.raises(fetch.UnableToFetch):
        fetch.get(address + "/")


NEVER = [
    "http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://0/", "http://2130706433/", "http://0x7f.1/",
    "http://017700000001/", "http://169.254.169.254/latest/meta-data/", "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:7f00:1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://10.0.0.1/",
    "http://172.16.0.1/", "http://192.168.1.1/", "http://100.64.0.1/", "http://224.0.0.1/", "http://0.0.0.0/",
    "http://[fd00::1]/", "http://[fe80::1]/", "http://user@8.8.8.8/", "https://example.vn@127.0.0.1/",
    "http://8.8.8.8:22/", "http://8.8.8.8:8080/", "https://8.8.8.8\\@127.0.0.1/", "//127.0.0.1/",
    "file:///etc/passwd", "gopher://127.0.0.1:6379/_FLUSHALL", "ftp://8.8.8.8/", "dict://x", "javascript:1", "",
    "http://8.8.8.8:99999/", "http://[::1", "http://8.8.8.8/\r\nX: y", "http://a b/", "http://%00/", "http://./",
    "http://" + "a" * 300 + "/",
]  # fmt: skip


@pytest.mark.parametrize("address", NEVER)
def test_an_address_that_is_not_public_is_never_connected_to(address, monkeypatch):
    def connect(*_arguments: object) -> None:
        pytest.fail("connected")

    monkeypatch.setattr(socket.socket, "connect", connect)

    with pytest.raises(fetch.UnableToFetch) as refusal:
        fetch.get(address)

    assert str(refusal.value)
    assert fetch.problem_of(address)


def answers_with(*addresses: str) -> Callable[..., list[Any]]:
    def look_up(_host: str, port: int, **_more: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    return look_up


def test_a_name_with_one_private_address_among_its_public_ones_is_refused(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", answers_with("93.184.215.14", "10.0.0.1"))

    with pytest.raises(fetch.UnableToFetch, match="không phải địa chỉ công khai"):
        fetch.get("http://hoc.example.vn/")


def test_the_address_that_was_judged_is_the_one_connected_to(monkeypatch):
    looked_up, connected = [], []
    one = answers_with("93.184.215.14")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: looked_up.append(a) or one(*a, **k))

    def connect(self: socket.socket, where: Any) -> None:
        connected.append(where)
        raise OSError

    monkeypatch.setattr(socket.socket, "connect", connect)

    with pytest.raises(fetch.UnableToFetch):
        fetch.get("http://hoc.example.vn/")

    assert connected == [("93.184.215.14", 80)]
    assert len(looked_up) == 1


def test_redirects_are_followed_and_each_is_judged_anew(site):
    PAGES["/a"] = lambda handler: answer(handler, 302, Location="/b")
    PAGES["/b"] = lambda handler: answer(handler, content=b"b")
    PAGES["/inside"] = lambda handler: answer(handler, 302, Location="http://169.254.169.254/latest/")
    PAGES["/file"] = lambda handler: answer(handler, 302, Location="file:///etc/passwd")
    PAGES["/round"] = lambda handler: answer(handler, 302, Location="/round")

    assert fetch.get(site + "/a").content == b"b"
    for path in ("/inside", "/file", "/round"):
        with pytest.raises(fetch.UnableToFetch):
            fetch.get(site + path)


def limited(monkeypatch: pytest.MonkeyPatch, **limits: int) -> None:
    for name, count in limits.items():
        monkeypatch.setattr(fetch, name, Limit(name="", count_max=count, source=""))


def test_too_large_is_given_up(site, monkeypatch):
    limited(monkeypatch, FETCH_BYTES_MAX=1000)
    PAGES["/"] = lambda handler: answer(handler, content=b"x" * 5000)

    with pytest.raises(fetch.UnableToFetch, match="MB"):
        fetch.get(site + "/")


PIECES, PIECE_EVERY_SECONDS = 100, 0.1
SENT: Queue[int] = Queue()  # how many pieces a page could send before it was cut off


def send(handler: BaseHTTPRequestHandler, pieces: Iterable[bytes]) -> None:
    sent = 0
    with suppress(OSError):
        for piece in pieces:
            handler.wfile.write(piece)
            sent += 1
            time.sleep(PIECE_EVERY_SECONDS)
    SENT.put(sent)


def slowly(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    send(handler, [b"x"] * PIECES)


def slow_headers(handler: BaseHTTPRequestHandler) -> None:
    send(handler, [b"HTTP/1.1 200 OK\r\n", *[b"X: y\r\n"] * PIECES])


@pytest.mark.parametrize("page", [slowly, slow_headers])
def test_who_sends_a_byte_now_and_then_is_cut_off(site, monkeypatch, page):
    limited(monkeypatch, FETCH_SECONDS_MAX=1)
    PAGES["/"] = page

    with pytest.raises(fetch.UnableToFetch):
        fetch.get(site + "/")

    assert SENT.get(timeout=60) < 3 / PIECE_EVERY_SECONDS


def test_what_comes_compressed_is_not_unpacked(site):
    PAGES["/"] = lambda handler: answer(handler, content=gzip.compress(b"x" * 10**6), Content_Encoding="gzip")

    with pytest.raises(fetch.UnableToFetch):
        fetch.get(site + "/")


@pytest.mark.parametrize(("status", "is_there"), [(200, True), (403, True), (404, False), (410, False), (500, False)])
def test_whether_a_page_is_there(site, status, is_there):
    PAGES["/"] = lambda handler: answer(handler, status)

    assert (fetch.problem_of(site + "/") == "") is is_there


def test_a_page_that_knows_no_head_is_asked_properly(site):
    PAGES["/"] = lambda handler: answer(handler, 200 if handler.command == "GET" else 501)

    assert fetch.problem_of(site + "/") == ""


def test_a_host_that_is_not_there_does_not_answer(settings):
    settings.FETCH_PRIVATE_HOSTS = ["127.0.0.1:1"]

    assert fetch.problem_of("http://127.0.0.1:1/") == "127.0.0.1 không trả lời."
    assert json.dumps(fetch.problem_of("http://khong-co.invalid/"))
