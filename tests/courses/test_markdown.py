"""What a unit's Markdown becomes when it is saved."""

import time

import pytest

from courses.actions import content
from courses.models import Unit
from courses.rules import MARKDOWN_BYTES_MAX
from tests.factories.catalog import a_published_version

SECONDS_MAX = 3.0  # of processor time


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("Một **đoạn**.", "<p>Một <strong>đoạn</strong>.</p>\n"),
        ("# Một\n\n## Hai", "<h2>Một</h2>\n<h3>Hai</h3>\n"),
        ("## Một\n\n#### Hai", "<h2>Một</h2>\n<h3>Hai</h3>\n"),
        ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n"),
        ("![Vườn rau](https://example.vn/a.png)", "<p>Vườn rau</p>\n"),
        (
            "[x](https://example.vn)",
            '<p><a href="https://example.vn" rel="nofollow ugc noopener">x</a></p>\n',
        ),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("<b onclick=alert(1)>x</b>", "<p>&lt;b onclick=alert(1)&gt;x&lt;/b&gt;</p>\n"),
        ("`<i>`", "<p><code>&lt;i&gt;</code></p>\n"),
    ],
    ids=["bold", "headings", "no gap", "list", "picture", "link", "script link", "script", "handler", "code"],
)
def test_markdown_becomes_safe_html(markdown, html):
    assert content.render(markdown) == html


def test_a_table_scrolls_by_itself():
    html = content.render("| a | b |\n|---|---|\n| 1 | 2 |")

    assert html.startswith('<div class="table-scroll" tabindex="0"><table class="table">')


def test_too_long_a_text_is_refused():
    content.render("a" * MARKDOWN_BYTES_MAX.count_max)

    with pytest.raises(content.UnableToSave):
        content.render("ạ" * (MARKDOWN_BYTES_MAX.count_max // 3 + 1))


@pytest.mark.parametrize("piece", ["![", "[", "[a](", "*a _b ", "> ", "- ", "`", "<a ", "\\", "&#", "[a]: x\n"])
def test_hostile_text_takes_no_time(piece):
    began = time.thread_time()

    content.render((piece * MARKDOWN_BYTES_MAX.count_max)[: MARKDOWN_BYTES_MAX.count_max])

    assert time.thread_time() - began < SECONDS_MAX


@pytest.mark.django_db
def test_a_unit_keeps_its_text_and_what_it_became():
    version = a_published_version(units=2)

    first, second = Unit.objects.filter(module__version=version).order_by("position")
    assert (first.position, second.position) == (1, 2)
    assert (first.markdown, first.html, first.renderer_version) == ("Một đoạn.", "<p>Một đoạn.</p>\n", 1)
