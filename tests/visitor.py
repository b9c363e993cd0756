"""A visitor without a browser: real HTTP, cookies, forms with their hidden fields, and how long each answer took."""

import http.cookiejar
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default as mail_policy
from html import unescape
from pathlib import Path

HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
ATTRIBUTE = re.compile(r'\b(name|value)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Answer:
    url: str
    status: int
    text: str
    seconds: float


class Visitor:
    """Keeps cookies; ``slowest`` is the longest answer so far, in seconds."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.slowest = 0.0
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def _open(self, request: urllib.request.Request) -> Answer:
        began = time.monotonic()
        try:
            with self.opener.open(request, timeout=30) as answer:
                text, status, url = answer.read().decode(), answer.status, answer.url
        except urllib.error.HTTPError as refused:
            text, status, url = refused.read().decode(), refused.code, refused.url
        seconds = time.monotonic() - began
        self.slowest = max(self.slowest, seconds)
        return Answer(url, status, text, seconds)

    def get(self, path: str) -> Answer:
        return self._open(urllib.request.Request(urllib.parse.urljoin(self.site, path)))

    def submit(self, page: Answer, fields: dict[str, str], *, path: str = "") -> Answer:
        """Post the form of ``page`` (its hidden fields and ``fields``) to ``path``, or to the page itself."""
        hidden = {}
        for tag in HIDDEN.findall(page.text):
            pair = dict(ATTRIBUTE.findall(tag))
            hidden.setdefault(pair.get("name", ""), unescape(pair.get("value", "")))
        url = urllib.parse.urljoin(page.url, path)
        body = urllib.parse.urlencode({**hidden, **fields}).encode()
        return self._open(urllib.request.Request(url, data=body, headers={"Referer": page.url}))


def mails(folder: Path) -> list[tuple[str, str, str]]:
    """Return (to, subject, text) of the mails that have arrived, oldest first."""
    found = []
    for path in sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime):
        mail = message_from_bytes(path.read_bytes(), policy=mail_policy)
        body = mail.get_body(("plain",))
        found.append((str(mail["To"]), str(mail["Subject"]), body.get_content() if body else ""))
    return found
