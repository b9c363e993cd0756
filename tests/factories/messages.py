"""Messages in the outbox, through the action that queues them."""

from datetime import datetime
from itertools import count

from learners.actions import message
from learners.choices import MessageKind
from learners.models import Learner, Message
from tests.factories.people import NOW, a_learner

_number = count(1)
DATA = {
    MessageKind.SIGN_IN_CODE: {"code": "482913", "minutes": "10"},
    MessageKind.WITHDRAWN: {
        "course": "Sơ cấp cứu tại nhà",
        "date": "thứ Bảy 21/11/2026",
        "link": "http://localhost/courses/1-so-cap-cuu/",
    },
    MessageKind.CLASS_TOMORROW: {
        "course": "Sơ cấp cứu tại nhà",
        "session_title": "buổi 3",
        "date": "thứ Ba 24/11/2026",
        "time": "8:00",
        "venue": "Nhà văn hóa phường Ninh Kiều",
        "link": "http://localhost/enrollments/1/",
    },
}


def a_message(
    *, kind: MessageKind = MessageKind.WITHDRAWN, recipient: Learner | None = None, now: datetime = NOW, **more: object
) -> Message:
    """Return a message due at once; a sign-in code goes to an address nobody has an account for."""
    if kind == MessageKind.SIGN_IN_CODE:
        more.setdefault("address", "nobody@example.vn")
    else:
        recipient = recipient or a_learner()
    queued = message.queue(
        kind=kind, key=f"test:{next(_number)}", data=DATA[kind], recipient=recipient, now=now, **more
    )
    assert queued is not None
    return queued
