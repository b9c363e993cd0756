"""The people of the demonstration world: those of ``people.yaml``, and nameless ones who fill classes."""

import random
from datetime import datetime

from learners.actions import curator, preferences, profile, sign_up
from learners.choices import Language, Weekday
from learners.models import Learner, Place
from learners.queries import learner as queries
from portal.actions.demo.person_rows import Person

FAMILY = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Huỳnh",
    "Hoàng",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
]
MIDDLE_AND_GIVEN = (
    *("Thị Mai", "Thị Lan", "Thị Hồng", "Thị Thu", "Thanh Hương", "Ngọc Ánh", "Thu Hà", "Mỹ Duyên", "Thùy Linh"),
    *("Văn Nam", "Văn Hùng", "Văn Sơn", "Minh Quang", "Quốc Bảo", "Đức Anh", "Hữu Phúc", "Công Danh", "Thành Đạt"),
)


def sign_up_named(person: Person, *, now: datetime) -> Learner:
    """Return the account of somebody of ``people.yaml``; one that exists already is left as it is."""
    if known := queries.by_address(person.address):
        return known
    learner = sign_up.sign_up(
        address=person.address,
        full_name=person.name,
        language=Language.VI,
        place=Place.objects.get(pk=person.place_code),
        is_demonstration=True,
        now=now,
    )
    if person.is_curator:
        learner = curator.appoint(address=person.email, full_name=person.name, now=now)
    return settle(person, learner, now=now)


def settle(person: Person, learner: Learner, *, now: datetime) -> Learner:
    """Set what ``people.yaml`` says of a new account and return it."""
    weekday, hour = person.digest or (Weekday(learner.digest_weekday), learner.digest_hour)
    if person.form_of_address:
        preferences.edit(
            learner=learner,
            form_of_address=person.form_of_address,
            quiet_from=None,
            quiet_until=None,
            text_size="",
            theme="",
            lite="",
            aloud="",
        )
    return profile.edit(
        learner=learner,
        full_name=person.name,
        birth_year=learner.birth_year,
        language=Language.VI,
        place=learner.place,
        digest_weekday=weekday,
        digest_hour=hour,
        wants_digest=person.digest is not None,
        wants_reminders=True,
        wants_suggestions=True,
        now=now,
    )


def sign_up_nameless(number: int, *, now: datetime) -> Learner:
    """Return the ``number``-th nameless person, who gets no letters; one that exists already is left as it is."""
    address = f"demo-{number:03}@hocsuotdoi.example"
    if known := queries.by_address(address):
        return known
    name = _names()[number]
    learner = sign_up.sign_up(address=address, full_name=name, language=Language.VI, is_demonstration=True, now=now)
    return profile.edit(
        learner=learner,
        full_name=name,
        birth_year=learner.birth_year,
        language=Language.VI,
        place=None,
        digest_weekday=Weekday(learner.digest_weekday),
        digest_hour=learner.digest_hour,
        wants_digest=False,
        wants_reminders=False,
        wants_suggestions=True,
        now=now,
    )


def _names() -> list[str]:
    """Return names put together from common parts, each once, in the same mixed order every time."""
    names = [f"{family} {rest}" for family in FAMILY for rest in MIDDLE_AND_GIVEN]
    random.Random(2026).shuffle(names)  # noqa: S311 -- nothing secret
    return names
