"""
Valkey is away for a minute: pages, enrolment and sign-in answer within a second, and nothing due is lost.

Without the time-outs of the page cache, or with anything published inside a request, an answer would wait for it.
"""

import re
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from learners.models import Message
from tests.factories.catalog import a_published_run
from tests.factories.people import a_learner
from tests.stack import a_stack, wait_for
from tests.visitor import Visitor, mails

AWAY_SECONDS = 60
ANSWER_SECONDS_MAX = 1.0
BACK_SECONDS_MAX = 30


@pytest.mark.django_db(transaction=True)
def test_a_minute_without_valkey() -> None:
    a_learner(email="hoa@example.vn")
    run = a_published_run(starts_at=timezone.now() + timedelta(days=3))
    with a_stack("web", "courier", "worker", "beat") as stack:
        before = Visitor(stack.url)
        for _ in range(4):  # both web workers have started and rendered once
            before.get("/courses/")
        stack.valkey.stop()
        gone_at = time.monotonic()
        visitor = Visitor(stack.url)

        for path in ("/", "/courses/", "/courses/?q=so+cap+cuu", f"/courses/{run.version.course_id}/", "/en/"):
            assert visitor.get(path).status == 200
        page = visitor.get("/account/sign-in/")
        page = visitor.submit(page, {"address": "hoa@example.vn"})
        wait_for(lambda: bool(mails(stack.mailbox)), what="the courier brings the code")
        code = re.search(r"\b\d{6}\b", mails(stack.mailbox)[-1][2])
        assert code is not None
        signed_in = visitor.submit(page, {"code": code.group()})
        assert "Lê Văn Hòa" in signed_in.text
        kept = visitor.submit(visitor.get(f"/runs/{run.pk}/enroll/"), {})
        assert "Đã giữ chỗ" in kept.text
        assert visitor.get("/me/").status == 200
        # On a machine busy with other tests an ordinary answer may take longer than the limit by itself.
        limit = max(ANSWER_SECONDS_MAX, 3 * before.slowest)
        assert visitor.slowest < limit

        while time.monotonic() - gone_at < AWAY_SECONDS:
            assert visitor.get("/courses/").seconds < limit
            time.sleep(2)
        assert Message.objects.filter(kind="ENROLLED", state="DUE").count() == 1
        stack.valkey.start()
        took = wait_for(
            lambda: Message.objects.filter(kind="ENROLLED", state="SENT").exists(),
            what="what was due leaves",
        )
    assert took < BACK_SECONDS_MAX + 10 * before.slowest  # the worker finds Valkey again, and does its work
