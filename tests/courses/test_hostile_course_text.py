"""Whatever stands in an imported course is shown as text: in its page, the catalogue, the feeds, and its headers."""

import html
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from courses.actions import import_work
from courses.models import CatalogEntry, CourseVersion
from tests.factories.importing import a_job, imported
from tests.factories.people import NOW, a_curator, an_organization

pytestmark = pytest.mark.django_db
TEXTS = {
    "script": "<script>alert(1)</script>",
    "end of script": "</script><script>alert(1)</script>",
    "end of title": "</title><script>alert(1)</script>",
    "attribute": "\" onmouseover=\"alert(1)\" x='",
    "image": "<img src=x onerror=alert(1)>",
    "svg": "<svg/onload=alert(1)>",
    "comment": "<!--<img src=\"--><img src=x onerror=alert(1)//\">",
    "entity": "&lt;script&gt;alert(1)&lt;/script&gt;",
    "javascript": "javascript:alert(1)",
    "template": "{{ settings.SECRET_KEY }}{% debug %}${7*7}#{7*7}",
    "percent": "%s%n%(x)s%%",
    "sql": "'; DROP TABLE courses_course; --",
    "sql or": "' OR '1'='1",
    "header": "A\r\nSet-Cookie: sid=1\r\n\r\n<b>",
    "mail header": "A\nBcc: a@example.vn",
    "nul": "A\x00B",
    "escape": "\x1b[31mA\x1b[0m",
    "bidi": "A\u202egnp.exe\u2066B",
    "zero width": "A\u200b\u200d\ufeffB",
    "combining": "Z" + "\u0301" * 60,
    "emoji": "👩🏽‍🌾 Trồng rau 🇻🇳",
    "lone surrogate in json": "\\ud800",
    "right to left": "مرحبا بالعالم",
    "formula": "=cmd|' /C calc'!A0",
    "path": "../../../../etc/passwd",
    "cdata": "]]><script>alert(1)</script>",
    "tsquery": "a & | ! <-> :* ( ' \\",
    "like": "%_\\",
    "json": '"},"x":{"y":"',
    "crlf json": "\u2028\u2029",
}  # fmt: skip
COLUMNS = (
    "code", "title_vi", "title_en", "summary_vi", "summary_en", "outcomes_vi", "outcomes_en", "audience_vi",
    "audience_en", "requirements_vi", "requirements_en", "tags", "licence",
)  # fmt: skip
ADDRESSES = {"href", "src", "action", "formaction"}
LIMITS = {"tags": 40, "licence": 60}


class Elements(HTMLParser):
    """The elements a browser would make of a page, and what each is."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.attributes: list[tuple[str, str, str]] = []
        self.scripts: list[str] = []
        self.inside_script = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.inside_script = tag == "script"
        if self.inside_script:
            assert ("type", "application/ld+json") in attrs

    def handle_endtag(self, tag: str) -> None:
        self.inside_script = False

    def handle_data(self, data: str) -> None:
        if self.inside_script:
            self.scripts.append(data)


def hostile_courses(*texts: str) -> list[CourseVersion]:
    """Return published courses, each of which says the same hostile thing in every field."""
    rows = []
    for number, text in enumerate(texts):
        row = {name: text[: LIMITS.get(name, 200)] or "x" for name in COLUMNS}
        rows.append(row | {"code": f"{number} {text[:100]}", "title_vi": f"Khóa {number} {text[:150]}", "hours": "3"})
    job = a_job(content=json.dumps({"courses": rows}), name="khoa.json", provider=an_organization())
    job = imported(job, actor=a_curator(), publish=True)
    assert (job.state, job.new) == ("DONE", len(texts)), list(job.faults.values_list("problem", flat=True))
    return list(CourseVersion.objects.select_related("course__provider").order_by("pk"))


def assert_only_text(page: str) -> None:
    """Assert that what the course says makes no element, no attribute and no script of the page."""
    found = Elements(page)
    assert all(json.loads(script) for script in found.scripts)
    assert not [each for each in found.attributes if each[1].startswith("on")]
    addresses = [value.strip().lower() for _tag, name, value in found.attributes if name in ADDRESSES]
    assert not [address for address in addresses if address.startswith(("javascript:", "data:text"))]
    assert not [tag for tag, _name, _value in found.attributes if tag == "img"]
    assert "\x00" not in page


def test_it_is_text_wherever_it_is_shown(client: Client) -> None:
    versions = hostile_courses(*TEXTS.values())
    provider = versions[0].course.provider
    addresses = [*(version.get_absolute_url() for version in versions)]
    addresses += ["/en" + version.get_absolute_url() for version in versions]
    addresses += [f"/courses/?page={page}" for page in (1, 2)] + ["/en/courses/", "/courses/?q=khoa"]
    desk = f"/organizations/{provider.public_id}/"
    pages = {address: client.get(address) for address in addresses}
    client.force_login(provider.registered_by)
    for address in (desk, f"{desk}imports/", *(f"{desk}courses/{version.course_id}/" for version in versions)):
        pages[address] = client.get(address)

    for answer in pages.values():
        assert answer.status_code == 200
        assert "Bcc" not in answer.headers
        assert "Set-Cookie" not in answer.headers
        assert_only_text(answer.content.decode())
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", answer.content.decode())
    for version in versions:
        assert html.escape(version.title_vi) in pages[version.get_absolute_url()].content.decode()
    assert client.get("/sitemap.xml").status_code == 200
    assert CatalogEntry.objects.count() == len(TEXTS)


def test_each_of_them_can_be_searched_for(client: Client) -> None:
    hostile_courses("Hàn")

    for text in TEXTS.values():
        answer = client.get("/courses/", {"q": text})
        assert answer.status_code == 200
        assert_only_text(answer.content.decode())


def test_what_is_seen_is_cleaned_of_what_is_not_seen() -> None:
    (version,) = hostile_courses("A\x00\u202eB\r\nC\u200bD\x1bE")

    assert version.title_vi == "Khóa 0 AB CDE"
    assert version.course.import_key == "0 AB CDE"


def test_a_file_with_hostile_columns_and_cells_is_shown_as_text(client: Client) -> None:
    form: dict[str, Any] = {"field": "9999", "kind_of_credit": "COMMUNITY", "format": "ONLINE", "language": "vi"}
    manager = an_organization().registered_by
    client.force_login(manager)
    for number, text in enumerate(TEXTS.values()):
        provider = an_organization(manager=manager)
        content = json.dumps([{text: text, "title": text[:300] + "x" * 300, "code": f"{number} {text[:100]}"}])
        job = a_job(content=content, name=f"{text[:60]}.json", provider=provider)
        page = f"/organizations/{provider.public_id}/imports/{job.public_id}/"
        columns = {f"column-{position}": name or "" for position, name in enumerate(job.names)}

        before = client.get(page)
        chosen = client.post(page, form | columns | {"hours": "3"})
        import_work.carry_out_waiting(now=NOW)
        after = client.get(page)

        assert (before.status_code, chosen.status_code, after.status_code) == (200, 302, 200), text
        assert_only_text(before.content.decode())
        assert_only_text(after.content.decode())


def test_a_report_names_hostile_cells_as_text(client: Client) -> None:
    provider = an_organization()
    content = "code,title_vi,hours\n" + "".join(f'"{text}","x","{text}"\n' for text in ("<b>", "=1+1", "\x1b[1m"))
    job = a_job(content=content, provider=provider)
    client.force_login(provider.registered_by)
    page = f"/organizations/{provider.public_id}/imports/{job.public_id}/"
    form = {"column-0": "code", "column-1": "title_vi", "column-2": "hours"}
    form |= {"field": "9999", "kind_of_credit": "COMMUNITY", "format": "ONLINE", "language": "vi"}

    assert client.post(page, form).status_code == 302
    import_work.carry_out_waiting(now=NOW)
    report = client.get(page).content.decode()

    assert "&lt;b&gt;" in report
    assert_only_text(report)
