"""Many people at one class at once, over HTTP, at real processes of the web server."""

import http.client
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from courses.models import CourseRun
from learners.models import Learner
from tests.faults.processes import Process
from tests.stack import free_port, wait_for

WORKERS = 6  # more than processors, so that the system takes turns in the middle of requests
READY_SECONDS_MAX = 120
ANSWER_SECONDS_MAX = 120
TOKEN = "a" * 32  # of forms, in the cookie and in the form
FOUND, CONFLICT = 302, 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    learner: int
    enrolled: int  # status of the button "Enrol"
    waits: int  # status of the button "Join the waiting list"; 0 where it was not needed
    seconds: float  # of the longer of the two


@contextmanager
def served(application: str = "portal.wsgi:application", *, workers: int = WORKERS) -> Iterator[int]:
    """Serve the portal on this test's database; yield the port."""
    port = free_port()
    process = Process(
        *("-m", "granian", "--interface", "wsgi", application, "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", "1", "--backpressure", "64", "--no-access-log"),
        *("--log-level", "warning"),
        SITE_URL=f"http://127.0.0.1:{port}",
    )
    try:
        wait_for(lambda: _answers(port), what="the web server answers")
        yield port
    finally:
        process.kill()


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


def session_of(learner: Learner) -> str:
    """Return the key of a session in which the learner is signed in."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(learner.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = learner.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def rush(port: int, run: CourseRun, learners: Sequence[Learner]) -> list[Answered]:
    """Let everybody press "Enrol" at once, and who is refused "Join the waiting list"; return what each was told."""
    keys = [session_of(learner) for learner in learners]
    start = threading.Barrier(len(learners))
    answers: list[Answered] = []

    def come(learner: Learner, key: str) -> None:
        start.wait(READY_SECONDS_MAX)
        enrolled, seconds = press(port, key, f"/runs/{run.pk}/enroll/")
        waits, more = press(port, key, f"/runs/{run.pk}/waiting/") if enrolled == CONFLICT else (0, 0.0)
        answers.append(Answered(learner=learner.pk, enrolled=enrolled, waits=waits, seconds=max(seconds, more)))

    threads = [threading.Thread(target=come, args=each) for each in zip(learners, keys, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def press(port: int, key: str, path: str) -> tuple[int, float]:
    """Send the form of a page as whoever has this session; return the status and the seconds it took."""
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS_MAX)
    cookies = f"{settings.SESSION_COOKIE_NAME}={key}; {settings.CSRF_COOKIE_NAME}={TOKEN}"
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", path, f"csrfmiddlewaretoken={TOKEN}", headers)
    status = connection.getresponse().status
    connection.close()
    return status, time.monotonic() - began
