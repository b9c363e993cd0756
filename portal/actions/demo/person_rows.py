"""The people of the demonstration world, as they stand in ``portal/demo/people.yaml``."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from credits.choices import KindOfCredit
from learners.choices import FormOfAddress, HelperAct, Role, Weekday
from learners.models.address import fold_phone
from portal.actions.demo.files import WEEKDAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Shows:
    """Who a person to sign in as is, and what there is to see."""

    who_vi: str
    who_en: str
    what_vi: str
    what_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    course: str
    days_ago: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    course: str
    run: str
    units_done: int
    sessions_attended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What somebody learned elsewhere or from experience, and when an organisation had it recognised."""

    title_vi: str
    title_en: str
    provider_vi: str  # empty: the organisation that recognised it saw for itself
    provider_en: str
    kind_of_credit: KindOfCredit
    field_code: str  # ISCED-F 2013
    field_vi: str
    field_en: str
    level: int | None
    learned_until: date
    organization: str  # key
    days_ago: int
    hundredths: int  # of a credit; of a transfer, of its scheme's unit
    ratio: tuple[str, int, int] | None  # of a transfer: scheme, numerator, denominator


@dataclass(frozen=True, slots=True, kw_only=True)
class Helped:
    """By whom somebody is helped, and what the helper may do."""

    helper: str  # key
    words: str  # as the person says it
    acts: frozenset[HelperAct]
    days: int  # until the last day
    days_ago: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    key: str
    name: str
    email: str  # empty: they sign in by their phone, or by the card printed where they were registered
    phone: str
    birth_year: int
    registered_by: str  # key of an organisation; empty: they opened the account themselves
    since_days: int  # of an account without e-mail: how long ago it was opened
    helped_by: Helped | None
    place_code: str
    roles: tuple[tuple[str, Role], ...]  # key of an organisation, role
    is_curator: bool
    form_of_address: FormOfAddress | None
    digest: tuple[Weekday, int] | None  # None: no weekly letter
    keeps_letters: bool  # those of the last days go to the mailbox
    history: tuple[Completed, ...]
    current: tuple[Current, ...]
    brought: tuple[Brought, ...]
    pathways: tuple[str, ...]  # keys; those that are not in the file are for later
    shows: Shows | None

    @property
    def address(self) -> str:
        """What they sign in with, as it is stored: the e-mail address, else the number."""
        return self.email or fold_phone(self.phone)

    @property
    def typed(self) -> str:
        """What they type to sign in."""
        return self.email or self.phone


def read_person(row: dict[str, Any]) -> Person:
    digest = row.get("settings", {}).get("digest", "sun 19:00")
    weekday, _space, clock = digest.partition(" ")
    return Person(
        key=row["key"],
        form_of_address=next((form for form in FormOfAddress if form.label == row.get("pronoun")), None),
        name=row["name"],
        email=row["email"] or "",
        phone=row["phone"] or "",
        birth_year=row["birth_year"],
        registered_by=row.get("registered_by_organisation", ""),
        since_days=row.get("since_days", 0),
        helped_by=_helped(row["helped_by"]) if "helped_by" in row else None,
        place_code=row["commune_code"],
        roles=tuple((held["organisation"], Role(held["role"].upper())) for held in row["memberships"]),
        is_curator=row.get("staff_role") == "curator",
        digest=None if digest == "off" else (Weekday(WEEKDAYS[weekday]), int(clock[:2])),
        keeps_letters=row.get("keeps_letters", False),
        history=tuple(Completed(course=each["course"], days_ago=each["completed_days_ago"]) for each in row["history"]),
        current=tuple(
            Current(
                course=each["course"],
                run=each["run"],
                units_done=each.get("units_done", 0),
                sessions_attended=each.get("sessions_attended", 0),
            )
            for each in row["current"]
            if each["status"] == "enrolled"
        ),
        brought=(
            *(_claim(each) for each in row.get("claims", ()) if each["status"] == "recognised"),
            *(_transfer(each) for each in row.get("transfers", ())),
        ),
        pathways=tuple(row["pathways"]),
        shows=Shows(**row["shows"]) if "shows" in row else None,
    )


def _helped(row: dict[str, Any]) -> Helped:
    acts = frozenset(HelperAct(act.upper()) for act in row["acts"])
    return Helped(helper=row["helper"], words=row["words_vi"], acts=acts, days=row["days"], days_ago=row["days_ago"])


def _claim(row: dict[str, Any]) -> Brought:
    return Brought(
        title_vi=row["title_vi"],
        title_en=row["title_en"],
        provider_vi="",
        provider_en="",
        kind_of_credit=KindOfCredit(row["kind_of_credit"].upper()),
        field_code=row["field"],
        field_vi=row["field_vi"],
        field_en=row["field_en"],
        level=None,
        learned_until=row["learned_until"],
        organization=row["assessor_organisation"],
        days_ago=row["decided_days_ago"],
        hundredths=row["credit_hundredths"],
        ratio=None,
    )


def _transfer(row: dict[str, Any]) -> Brought:
    same = ("title_vi", "title_en", "provider_vi", "provider_en", "field_vi", "field_en", "level", "learned_until")
    return Brought(
        **{name: row[name] for name in same},
        kind_of_credit=KindOfCredit(row["kind_of_credit"].upper()),
        field_code=row["field"],
        organization=row["organisation"],
        days_ago=row["decided_days_ago"],
        hundredths=row["amount_hundredths"],
        ratio=(row["scheme"], row["numerator"], row["denominator"]),
    )
