"""Reads ``portal/demo``: what the demonstration world is made of, as it stands in the files."""

from dataclasses import dataclass
from typing import Any

from learners.choices import OrganizationKind
from portal.actions.demo.complaint_rows import ComplaintRow, read_complaint
from portal.actions.demo.files import read_yaml
from portal.actions.demo.person_rows import Person, read_person
from portal.actions.demo.programme_rows import Programme, read_programme
from portal.actions.demo.review_rows import ReviewRow, read_review
from portal.actions.demo.version_rows import VersionRow, read_version
from portal.actions.demo.ways import AcceptedRow, Way, read_accepted, read_way
from portal.actions.demo.wish_rows import WishRow, read_wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    key: str
    kind: OrganizationKind
    name_vi: str
    name_en: str
    place_code: str
    address: str
    phone: str
    description_vi: str
    description_en: str
    opening_hours_vi: str
    opening_hours_en: str
    is_verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    people: tuple[Person, ...]
    providers: tuple[Provider, ...]
    programmes: tuple[Programme, ...]
    ways: tuple[Way, ...]
    accepted: tuple[AcceptedRow, ...]
    wishes: tuple[WishRow, ...]
    complaints: tuple[ComplaintRow, ...]
    help: dict[str, Any]  # who helps, who asked
    reviews: tuple[ReviewRow, ...]
    versions: tuple[VersionRow, ...]


def read() -> World:
    """Return the whole world; a fraction of a second."""
    tags = {code: (words["vi"], words["en"]) for code, words in read_yaml("labels")["tags"].items()}
    return World(
        people=people(),
        providers=tuple(_provider(row) for row in read_yaml("organisations")["organisations"]),
        programmes=tuple(read_programme(row, tags) for row in read_yaml("courses")["courses"]),
        ways=tuple(read_way(row) for row in read_yaml("pathways")["pathways"]),
        accepted=tuple(read_accepted(row) for row in read_yaml("pathways")["accepted"]),
        wishes=tuple(read_wish(row) for row in read_yaml("wishes")["wishes"]),
        help=read_yaml("help"),
        complaints=tuple(read_complaint(row) for row in read_yaml("complaints")["complaints"]),
        reviews=tuple(read_review(row) for row in read_yaml("reviews")["reviews"]),
        versions=tuple(read_version(row) for row in read_yaml("versions")["versions"]),
    )


def people() -> tuple[Person, ...]:
    return tuple(read_person(row) for row in read_yaml("people")["people"])


def _provider(row: dict[str, Any]) -> Provider:
    same = ("key", "name_vi", "name_en", "address", "phone", "description_vi", "description_en")
    return Provider(
        **{name: row[name] for name in (*same, "opening_hours_vi", "opening_hours_en")},
        kind=OrganizationKind(row["kind"].upper()),
        place_code=row["commune_code"],
        is_verified=row["verification"] == "verified",
    )
