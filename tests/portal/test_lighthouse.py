"""The public pages on a phone, as Lighthouse sees them: faultless but for speed, which the benchmark measures."""

import json
from typing import Any

import pytest
from django.test import override_settings

from courses.models import CourseVersion
from tests import lighthouse
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.people import an_organization

CATEGORIES = ("accessibility", "best-practices", "seo")
# Nothing is timed, so nothing is slowed down and nothing waited for once a page is there.
AT_ONCE = {
    "throttlingMethod": "provided",
    **dict.fromkeys(("pauseAfterFcpMs", "pauseAfterLoadMs", "networkQuietThresholdMs", "cpuQuietThresholdMs"), 0),
}
# pytest-django makes a database only for tests that say they use one.
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(site: str) -> CourseVersion:
    provider = an_organization(
        name_vi="Thư viện phường Ninh Kiều",
        description_vi="Phòng đọc sáu mươi chỗ.",
        address="12 đường Hòa Bình",
        phone="0292 000 0000",
        opening_hours_vi="Thứ Hai đến thứ Bảy, 7:30–17:00",
    )
    version = a_published_version(provider=provider, title_vi="Sơ cấp cứu tại nhà")
    a_published_run(version=version)
    return version


def test_home_catalogue_course_and_organization_are_faultless_on_a_phone(site: str, version: CourseVersion) -> None:
    addresses = ["/", "/courses/", version.get_absolute_url(), version.course.provider.get_absolute_url()]

    # A demonstration keeps search engines out, which Lighthouse would find fault with.
    with override_settings(DEMO=False), lighthouse.a_browser() as port:
        seen = lighthouse.look_at(
            [site + address for address in addresses], port=port, categories=CATEGORIES, **AT_ONCE
        )

    assert [(page.url, page.wrong) for page in seen] == [(site + address, []) for address in addresses]
    assert [page.scores for page in seen] == [dict.fromkeys(CATEGORIES, 1)] * len(addresses)


def test_what_is_installed_is_named_exactly_and_from_nowhere_in_particular() -> None:
    asked: dict[str, Any] = json.loads((lighthouse.FOLDER / "package.json").read_text())
    lock: dict[str, Any] = json.loads((lighthouse.FOLDER / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}

    assert asked["dependencies"] == {"lighthouse": packages["node_modules/lighthouse"]["version"]}
    assert {name for name, package in packages.items() if "integrity" not in package} == set()
    assert {name for name, package in packages.items() if "resolved" in package} == set()
