"""
Fetching addresses that other people wrote: only public ones, by a connection to the very address that was judged.

Every hop is judged anew: scheme, port, and each address its name stands for. Nothing is asked of a proxy, no cookie or
password is sent, and what comes is counted in bytes and seconds. ``FETCH_PRIVATE_HOSTS`` names hosts (``host:port``)
that are allowed although they are not public; it is empty unless somebody sets it.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from django.conf import settings
from django.utils.translation import gettext as _

from courses.rules import FETCH_BYTES_MAX, FETCH_REDIRECTS_MAX, FETCH_SECONDS_MAX

PORTS = {"http": 80, "https": 443}
REDIRECTS = {301, 302, 303, 307, 308}
# They answer, though not to a machine: the page is there.
ANSWERS_NOT_TO_MACHINES = {401, 403, 405, 406, 429, 451}
_CONNECT_SECONDS = 5
_CHUNK_BYTES = 1 << 16
_ERRORS = (OSError, http.client.HTTPException, UnicodeError)


class UnableToFetch(Exception):
    """The address was not fetched; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What an address answered."""

    address: str  # the last of the redirects
    status: int
    content_type: str
    content: bytes


def get(address: str) -> Fetched:
    """
    Return what an address answers with success.

    :raises UnableToFetch: if it is not public, does not answer in time, answers with an error, or is too large.
    """
    answer = _ask("GET", address, time.monotonic() + FETCH_SECONDS_MAX.count_max)
    if answer.status != http.client.OK:
        raise UnableToFetch(_("The page answers with the error %(status)s.") % {"status": answer.status})
    return answer


def problem_of(address: str) -> str:
    """Return why a page cannot be opened, or an empty text when it can."""
    deadline = time.monotonic() + FETCH_SECONDS_MAX.count_max
    try:
        answer = _ask("HEAD", address, deadline)
        if answer.status >= http.client.BAD_REQUEST and answer.status not in ANSWERS_NOT_TO_MACHINES:
            answer = _ask("GET", address, deadline, body=False)  # many a page knows no HEAD
    except UnableToFetch as reason:
        return str(reason)
    if answer.status < http.client.BAD_REQUEST or answer.status in ANSWERS_NOT_TO_MACHINES:
        return ""
    return _("The page answers with the error %(status)s.") % {"status": answer.status}


def _ask(method: str, address: str, deadline: float, *, body: bool = True) -> Fetched:
    for _hop in range(FETCH_REDIRECTS_MAX.count_max + 1):
        parts = _judged(address)
        try:
            status, headers, content = _once(method, parts, deadline, body=body and method == "GET")
        except _ERRORS as error:
            raise UnableToFetch(_("%(host)s does not answer.") % {"host": parts.hostname}) from error
        target = headers.get("Location", "")
        if status not in REDIRECTS or not target:
            return Fetched(
                address=address, status=status, content_type=headers.get("Content-Type", ""), content=content
            )
        address = urljoin(address, target)
    raise UnableToFetch(_("The address redirects too often."))


def _judged(address: str) -> SplitResult:
    """Return the parts of an address that may be asked."""
    refusal = UnableToFetch(_("Only public addresses that begin with http:// or https:// are fetched."))
    try:
        parts = urlsplit(address)
        port = parts.port or PORTS.get(parts.scheme)
    except ValueError as error:
        raise refusal from error
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None or parts.password is not None:
        raise refusal
    if port != PORTS[parts.scheme] and f"{parts.hostname}:{port}" not in settings.FETCH_PRIVATE_HOSTS:
        raise refusal
    if any(ord(letter) <= ord(" ") or letter == "\\" for letter in address):
        raise refusal
    return parts


def _once(
    method: str, parts: SplitResult, deadline: float, *, body: bool
) -> tuple[int, http.client.HTTPMessage, bytes]:
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    connection = http.client.HTTPConnection(host, port)
    connection.sock = connected = _connected(host, port, deadline, encrypted=parts.scheme == "https")
    # A socket's own limit begins anew with every byte: who sends one now and then is cut off by the clock.
    clock = threading.Timer(_left(deadline), _cut, [connected])
    clock.start()
    try:
        connection.request(
            method,
            _quoted(urlunsplit(("", "", parts.path or "/", parts.query, ""))),
            headers={
                "User-Agent": f"HocSuotDoi (+{settings.SITE_URL})",
                "Accept-Encoding": "identity",
                "Connection": "close",
            },
        )
        answer = connection.getresponse()
        if answer.headers.get("Content-Encoding", "identity").lower() not in {"", "identity"} and body:
            raise UnableToFetch(_("The page comes compressed although that was not asked for."))
        content = _counted(answer) if body else b""
        _left(deadline)  # what the clock has cut off looks like an end
        return answer.status, answer.headers, content
    finally:
        clock.cancel()
        connection.close()


def _cut(connected: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it may have been closed in the same moment
        connected.shutdown(socket.SHUT_RDWR)


def _connected(host: str, port: int, deadline: float, *, encrypted: bool) -> socket.socket:
    """Return a connection to an address of the host that was judged: no second look-up can put another in its place."""
    is_allowed = f"{host}:{port}" in settings.FETCH_PRIVATE_HOSTS
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not is_allowed and not all(_is_public(str(where[0])) for *_how, where in found):
        raise UnableToFetch(_("%(host)s is no public address.") % {"host": host})
    failure: OSError = TimeoutError()
    for family, kind, protocol, _name, where in found:
        plain = socket.socket(family, kind, protocol)
        try:
            plain.settimeout(min(_CONNECT_SECONDS, _left(deadline)))
            plain.connect(where)
            plain.settimeout(_left(deadline))
            return ssl.create_default_context().wrap_socket(plain, server_hostname=host) if encrypted else plain
        except OSError as error:
            plain.close()
            failure = error
    raise failure


def _is_public(address: str) -> bool:
    """Return whether an IP address is one of the public internet, also where it is written inside another."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            ip = inner
        elif ip in _NAT64:
            ip = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def _counted(answer: http.client.HTTPResponse) -> bytes:
    pieces, size = [], 0
    while piece := answer.read1(_CHUNK_BYTES):
        size += len(piece)
        if size > FETCH_BYTES_MAX.count_max:
            raise UnableToFetch(_("The page is larger than %(max)s MB.") % {"max": FETCH_BYTES_MAX.count_max >> 20})
        pieces.append(piece)
    return b"".join(pieces)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _quoted(path: str) -> str:
    return "".join(
        letter if letter.isascii() else "".join(f"%{byte:02X}" for byte in letter.encode()) for letter in path
    )
