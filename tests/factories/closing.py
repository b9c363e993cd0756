"""Somebody with something of everything, and how to see that nothing of them is left."""

from datetime import datetime, timedelta
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.db import connection

from courses.actions import interest
from courses.models import Enrollment
from learners.actions import message
from learners.choices import MessageKind
from learners.models import Learner, SignInCode
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.complaints import a_complaint
from tests.factories.consents import agreed_to_needs
from tests.factories.disputes import a_dispute
from tests.factories.enrollment import enrolled
from tests.factories.exports import a_ready_export
from tests.factories.feedback import a_review
from tests.factories.groups import a_group
from tests.factories.guardians import a_child, a_guardian
from tests.factories.help import a_help_request
from tests.factories.ledger import a_reversal, a_transfer, an_award
from tests.factories.mandates import a_mandate
from tests.factories.messages import a_message
from tests.factories.people import NINH_KIEU, NOW, a_device, a_learner
from tests.factories.waiting import an_offer
from tests.factories.wishes import a_wish

NAME, ADDRESS, PHONE = "Quách Thị Hiếm Gặp", "hiem.gap@example.vn", "+84911222333"
WORDS = "Chuyện riêng của tôi"  # in everything that was written by them or about them
TOPIC = "Đan lát với cô Hiếm Gặp 0911222333"  # a wish nobody else has
OTHERS_TOPIC = "Làm bánh chưng nhỏ"  # one that somebody else has too
PERSONAL = (NAME, ADDRESS, PHONE, WORDS, TOPIC, "dan lat voi co hiem gap")


def somebody(*, now: datetime = NOW) -> Learner:
    """Return a learner with a record, a place, words in every table that takes some, a file and letters."""
    learner = a_learner(
        full_name=NAME, email=ADDRESS, phone=PHONE, place_id=NINH_KIEU, form_of_address="CO", theme="dark"
    )
    a_place(learner, now=now)
    agreed_to_needs(learner, words=WORDS, now=now)
    a_reversal(an_award(learner=learner, now=now), reason=f"{WORDS}: {NAME}", now=now)
    a_transfer(learner, seen=WORDS, now=now)
    a_dispute(entry=an_award(learner=learner, now=now), text=WORDS, now=now)
    a_review(a_published_version(units=2), learner=learner, text=WORDS, now=now)
    a_wish(learner=learner, topic=TOPIC, now=now)
    a_wish(learner=learner, topic=OTHERS_TOPIC, now=now)
    a_wish(topic=OTHERS_TOPIC, now=now)
    a_letter_about_them_as_a_child(learner, now=now)
    an_offer(a_published_run(seats=1), learner, now=now)
    a_group(a_published_run(), size=2, leader=learner, now=now)  # whose other one is told that it ends
    interest.choose(learner=learner, codes=["09"], now=now)
    a_complaint(learner=learner, text=WORDS, now=now)
    a_help_request(learner=learner, name=NAME, reach=PHONE, about=WORDS, now=now)
    a_help_request(learner=None, name=NAME, reach="0911 222 333", about=WORDS, now=now)  # asked without signing in
    a_message(recipient=learner, now=now)
    a_ready_export(learner, content=NAME.encode(), now=now)
    a_device(learner=learner, now=now)
    a_mandate(person=learner, helper_words=WORDS, now=now)
    a_guardian(a_child(now=now), guardian=learner, now=now)
    SocialAccount.objects.create(user=learner, provider="vneid", uid="1", extra_data={"name": NAME})
    SignInCode.objects.create(
        address="moi@example.vn",
        purpose="NEW_WAY",
        learner=learner,
        asked_at=now,
        expires_at=now + timedelta(minutes=5),
    )
    a_learner(full_name=NAME, merged_into=learner, birth_year=1940)  # an account of theirs that has become this one
    return learner


def a_letter_about_them_as_a_child(learner: Learner, *, now: datetime = NOW) -> None:
    """What a guardian was told of them, when their name was spelled otherwise, in an account that is theirs now."""
    child = a_child(now=now)
    row = a_guardian(child, guardian=a_learner(full_name="Quách Thị Mẹ"), now=now)
    message.queue(
        kind=MessageKind.GUARDIAN_ASKED,
        key=f"guardian-asked:{row.pk}:ACCESS_NEEDS:1",
        recipient=row.guardian,
        data={"child": f"{WORDS}, viết sai", "what": "…", "link": "http://localhost/", "help_phone": ""},
        now=now,
    )
    Learner.objects.filter(pk=child.pk).update(merged_into=learner)


def a_place(learner: Learner, *, now: datetime = NOW) -> Enrollment:
    return enrolled(learner, a_published_run(), now=now)


def found_in_database(*texts: str) -> list[str]:
    """Return in which table which of the texts stands, in any column, as text or as bytes."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        for (table,) in cursor.fetchall():
            for text in texts:
                values: list[Any] = [f"%{text}%", f"%{text.encode().hex()}%", f"%{ascii(text)[1:-1]}%"]
                cursor.execute(
                    f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE ANY (%s)',
                    [[each.replace("\\", "\\\\") for each in values]],
                )
                if cursor.fetchone()[0]:
                    found.append(f"{table}: {text}")
    return found
