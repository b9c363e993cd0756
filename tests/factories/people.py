"""People and organisations, in the field's words."""

from datetime import UTC, date, datetime
from itertools import count

from learners.choices import OrganizationKind, OrganizationStatus, Role
from learners.models import Device, Learner, Membership, Organization, Place

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)  # Saturday 10:00 in Viet Nam
NINH_KIEU = "31135"
_number = count(1)


def a_learner(*, full_name: str = "Lê Văn Hòa", email: str | None = None, **more: object) -> Learner:
    """Return a learner with an address of their own."""
    number = next(_number)
    learner = Learner(full_name=full_name, email=email or f"learner{number}@example.vn", created_at=NOW, **more)
    learner.set_unusable_password()
    learner.save()
    return learner


def a_curator(**more: object) -> Learner:
    return a_learner(full_name="Phạm Thu Hà", is_staff=True, is_superuser=True, **more)


def a_device(*, learner: Learner, now: datetime = NOW) -> Device:
    """Return a device somebody is signed in on; the session itself is in no browser of ours."""
    return Device.objects.create(
        learner=learner,
        session_key=f"elsewhere{next(_number)}",
        name="Firefox, Windows",
        signed_in_at=now,
        last_seen_at=now,
    )


def an_organization(*, verified: bool = True, manager: Learner | None = None, **more: object) -> Organization:
    """Return a community learning centre in Ninh Kiều, verified unless said otherwise, with a manager."""
    manager = manager or a_learner(full_name="Nguyễn Thị Bảy")
    organization = Organization(
        kind=OrganizationKind.COMMUNITY_LEARNING_CENTRE,
        name_vi=f"Trung tâm học tập cộng đồng số {next(_number)}",
        place=Place.objects.get(code=NINH_KIEU),
        registered_at=NOW,
        registered_by=manager,
    )
    if verified:
        organization.status = OrganizationStatus.VERIFIED
        organization.verified_at = NOW
        organization.verified_by = a_curator()
        organization.verified_until = date(2128, 11, 21)  # tests of pages ask the real clock
    for name, value in more.items():
        setattr(organization, name, value)
    organization.save()
    a_membership(organization=organization, learner=manager, role=Role.MANAGER)
    return organization


def a_membership(*, organization: Organization, learner: Learner, role: Role) -> Membership:
    return Membership.objects.create(organization=organization, learner=learner, role=role, started_at=NOW)
