"""A title of 120 letters without a space stays inside the page, at a phone's width and at a desk's, and on paper."""

import re

import pytest
from django.urls import reverse

from courses.exports.poster_pdf import poster_data, poster_pdf
from courses.queries import poster
from tests.browser import open_window
from tests.factories.catalog import a_draft, a_published_run, a_published_version
from tests.factories.people import NOW, an_organization
from tests.pdf import Pdf

LONG = "Nghiêng" * 17 + "x"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [320, 1280])
def test_on_the_pages_of_a_manager(chromium, live_server, width):
    provider = an_organization()
    version = a_published_version(provider=provider, title_vi=LONG)
    run = a_published_run(version=version)
    draft = a_draft(provider=provider, title_vi=LONG, units=1)
    module = draft.modules.get()
    window = open_window(chromium, live_server.url, width=width, learner=provider.registered_by)
    at = {"organization_id": provider.public_id}
    of_draft, of_course = at | {"course_id": draft.course_id}, at | {"course_id": version.course_id}
    pages = [
        ("workspace", at),
        ("desk_reviews", at),
        ("proposal", of_draft),
        ("proposal", of_course),
        ("proposal_edit", of_draft),
        ("discard", of_draft),
        ("outline", of_draft),
        ("outline_module", of_draft | {"key": module.pk}),
        ("outline_remove", of_draft | {"kind": "modules", "key": module.pk}),
        ("run_new", of_course),
        ("run", at | {"run_id": run.pk}),
        ("version", {"course_id": version.course_id, "number": 1}),
        ("course", {"course_id": version.course_id, "slug": version.slug}),
        ("enroll", {"run_id": run.pk}),
    ]

    too_wide = {}
    for name, where in pages:
        page = window.open(reverse(f"courses:{name}", kwargs=where))
        assert page.locator("h1").count() == 1, name
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        too_wide |= {name: over} if over > 0 else {}

    assert too_wide == {}


@pytest.mark.django_db
def test_on_the_poster():
    run = poster.run_to_print(a_published_run(version=a_published_version(title_vi=LONG)).pk)
    said = poster_data(run.version, run, languages=("vi",))

    text = Pdf(poster_pdf(said, dated=NOW)).text

    assert LONG not in text
    assert LONG in re.sub(r"[\s\u200b]", "", text)
