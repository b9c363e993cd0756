"""The words that were found are marked in a title, in its own letters, and nothing of it becomes HTML."""

import unicodedata

import pytest
from django.template import Context, Template

from courses.queries.asked import marking, understand

pytestmark = pytest.mark.django_db


def marked(title: str, text: str) -> str:
    return marking.marked(title, understand(text, language="vi").words_to_mark)


@pytest.mark.parametrize(
    ("title", "text", "html"),
    [
        ("Tin học cơ bản", "tin hoc", "<mark>Tin học</mark> cơ bản"),
        ("TIN HỌC cơ bản", "tin học cơ bản", "<mark>TIN HỌC cơ bản</mark>"),
        ("Cắt tóc nam", "hớt tóc", "<mark>Cắt tóc</mark> nam"),
        ("Đàn nguyệt cho dân phố", "đàn", "<mark>Đàn</mark> nguyệt cho dân phố"),
        ("Dân ca", "đàn", "<mark>Dân</mark> ca"),
        ("Chụp ảnh", "chup an", "<mark>Chụp ảnh</mark>"),
        ("Trồng rau, nuôi gà", "rau gà", "Trồng <mark>rau</mark>, nuôi <mark>gà</mark>"),
        ("Điện thoại", "thoại điện", "<mark>Điện thoại</mark>"),
        ("Hoa & <b>lá</b>", "la", "Hoa &amp; &lt;b&gt;<mark>lá</mark>&lt;/b&gt;"),
        ("Không có gì", "máy tính", "Không có gì"),
        ("An toàn thực phẩm", "nau an", "An toàn thực phẩm"),
        ("Ăn vừa, đủ chất", "nau an", "<mark>Ăn</mark> vừa, đủ chất"),
        (unicodedata.normalize("NFD", "Tiếng Anh"), "tieng anh", "<mark>Tiếng Anh</mark>"),
    ],
)
def test_what_was_asked_is_marked(title, text, html):
    assert marked(title, text) == html


def test_templates_mark_with_a_filter():
    template = Template("{% load finding %}{{ title|marked:asked }}")

    html = template.render(Context({"title": "Sơ cứu <1>", "asked": understand("so cuu", language="vi")}))

    assert html == "<mark>Sơ cứu</mark> &lt;1&gt;"
