"""What the tests of importing and of proposing share."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from learners.models import Learner, Organization
from tests.factories.people import a_curator, an_organization


@pytest.fixture
def provider() -> Organization:
    return an_organization(name_vi="Đại học Bách khoa")


@pytest.fixture
def manager(provider: Organization) -> Learner:
    return provider.registered_by


@pytest.fixture
def curator() -> Learner:
    return a_curator(email="curator@example.vn")


@pytest.fixture
def import_text(tmp_path: Path, provider: Organization, curator: Learner) -> Callable[..., tuple[str, str]]:
    """Return a function that imports a text as a file and returns what was printed and what was complained about."""

    def run(text: str | bytes, **options: Any) -> tuple[str, str]:
        file = tmp_path / "catalogue.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        said, complained = StringIO(), StringIO()
        given = {"provider": str(provider.public_id), "by": curator.email, "language": "en", **options}
        try:
            call_command("import_courses", str(file), stdout=said, stderr=complained, **given)
        except CommandError as refusal:
            complained.write(str(refusal))
        return said.getvalue(), complained.getvalue()

    return run
