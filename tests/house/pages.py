"""Every named address that answers GET, and who looks at it with what in hand."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.factories.world import World

Arguments = Callable[[World], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Seen:
    """How one address is looked at: by whom (an attribute of the world; "" is nobody) and with which arguments."""

    by: str = ""
    arguments: Arguments = field(default=lambda world: {})
    query: str = ""

    def path(self, name: str, world: World) -> str:
        return reverse(name, kwargs=self.arguments(world)) + self.query


def _organization(world: World) -> dict[str, Any]:
    return {"organization_id": world.organization.public_id}


PAGES: dict[str, Seen] = {
    "home": Seen(),
    "account_login": Seen(),
    "courses:catalog": Seen(query="?q=so+cap+cuu"),
    "courses:course": Seen(arguments=lambda w: {"course_id": w.version.course_id, "slug": "so-cap-cuu-tai-nha"}),
    "courses:enroll": Seen("other", lambda w: {"run_id": w.run.pk}),
    "courses:enrollment": Seen("learner", lambda w: {"public_id": w.enrollment.public_id}),
    "courses:withdraw": Seen("learner", lambda w: {"public_id": w.enrollment.public_id}),
    "courses:unit": Seen("learner", lambda w: {"public_id": w.online.public_id, "position": 1}),
    "courses:workspaces": Seen("other"),
    "courses:workspace": Seen("manager", _organization),
    "courses:proposal_new": Seen("manager", _organization),
    "courses:proposal": Seen("manager", lambda w: {**_organization(w), "course_id": w.proposal.course_id}),
    "courses:run": Seen("instructor", lambda w: {**_organization(w), "run_id": w.run.pk}),
    "courses:attendance": Seen("instructor", lambda w: {**_organization(w), "run_id": w.run.pk, "position": 1}),
    "credits:statement": Seen("learner"),
    "dashboard": Seen("learner"),
    "learners:organization_new": Seen("other"),
    "learners:profile": Seen("learner"),
    "dev_mailbox": Seen(),
}

# Addresses for machines, or that only answer POST, or redirect: each with what a test elsewhere says of it.
NOT_PAGES: dict[str, str] = {
    "display": "POST: tests/portal/test_display.py",
    "health_live": "plain text: tests/portal/test_health.py",
    "health_ready": "plain text: tests/portal/test_health.py",
}


def named_addresses() -> set[str]:
    """Return the name of every address outside the admin, whose pages are found from its registry."""

    def walk(resolver: URLResolver, namespace: str) -> set[str]:
        names = set()
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                if pattern.namespace != "admin":
                    names |= walk(pattern, inner)
            elif isinstance(pattern, URLPattern) and pattern.name:
                names.add(namespace + pattern.name)
        return names

    return walk(get_resolver(), "")
