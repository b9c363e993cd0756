"""The tags, components and the stylesheet that every page is made of."""

import gzip
import re
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.template import engines
from django.template.loader import get_template
from django.test import RequestFactory
from django.urls import reverse
from django.utils.translation import override

from portal import stylesheets
from portal.context_processors import display, page
from portal.icons import ICONS

COMPONENTS = Path("templates/_components")
VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")


def rendered(source, language="en", **context):
    with override(language):
        return (
            engines["django"]
            .from_string(source)
            .render(context, RequestFactory().get("/courses/?q=rau&page=2"))
            .strip()
        )


class DateInBoxes(forms.MultiWidget):
    def __init__(self):
        super().__init__({part: forms.TextInput() for part in ("day", "month", "year")})

    def decompress(self, value):
        return [value.day, value.month, value.year] if value else [None] * 3


class DateInBoxesField(forms.MultiValueField):
    widget = DateInBoxes

    def compress(self, parts):
        return date(*reversed(parts)) if parts else None


class EveryKind(forms.Form):
    name = forms.CharField(label="Name", help_text="As on your card.")
    seats = forms.IntegerField(label="Seats", required=False)
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    place = forms.ChoiceField(label="Place", choices=[("1", "Cần Thơ")])
    remind = forms.ChoiceField(label="Remind", choices=[("1", "SMS"), ("2", "Call")], widget=forms.RadioSelect)
    needs = forms.MultipleChoiceField(
        label="Needs", choices=[("1", "Large print")], widget=forms.CheckboxSelectMultiple, required=False
    )
    agree = forms.BooleanField(label="I agree")
    born = DateInBoxesField(label="Born", fields=[forms.IntegerField() for _part in range(3)])
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def test_icon_is_drawn_where_it_stands():
    assert rendered('{% icon "x" %}') == (
        '<svg class="i" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="m6 6 12 12M18 6 6 18"/></svg>'
    )
    assert 'class="i i--l"' in rendered('{% icon "x" "l" %}')


@pytest.mark.parametrize("name", sorted(ICONS))
def test_every_icon_is_drawing_only(name):
    assert re.fullmatch(r'(<(path|circle) [a-z]+="[^"<>]*"( [a-z]+="[^"<>]*")*/>)+', ICONS[name])


def test_leaf_in_both_languages():
    assert rendered("{% leaf on %}", "vi", on=date(2026, 11, 24)) == (
        '<div class="leaf"><b>Thứ Ba</b><i>24</i><span>tháng 11</span>'
        '<span>16/10 <abbr title="âm lịch">ÂL</abbr></span></div>'
    )
    assert rendered("{% leaf on %}", on=datetime(2026, 11, 29, 8, tzinfo=VIET_NAM)) == (
        '<div class="leaf leaf--sun"><b>Sun</b><i>29</i><span>Nov</span>'
        '<span>21/10 <abbr title="lunar calendar">lunar</abbr></span></div>'
    )


def test_leaf_without_a_date_escapes_its_words():
    assert "<span>a &lt;b&gt;</span>" in rendered("{% leaf_any words %}", words="a <b>")


def test_ring_never_shows_more_than_the_whole():
    assert 'stroke-dasharray="60 60"' in rendered("{% ring 75 60 %}")
    assert 'stroke-dasharray="0 60"' in rendered("{% ring -1 60 %}")


@pytest.mark.parametrize(
    ("part", "whole", "width"),
    [(39, 46, "84.8%"), (5, 0, "0%"), (9, 3, "100%")],
    ids=["part", "of nothing", "too much"],
)
def test_bar_is_as_long_as_its_share(part, whole, width):
    assert f'width="{width}"' in rendered("{% hbar part whole %}", part=part, whole=whole)


def test_field_ties_hint_and_error_to_its_control():
    html = rendered("{% field form.name %}", form=EveryKind({}))

    assert '<label class="field__label" for="id_name">Name</label>' in html
    assert 'aria-describedby="id_name_hint id_name_error"' in html
    assert 'id="id_name_hint">As on your card.' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert html.index("id_name_hint") < html.index('id="id_name_error"') < html.index("<input")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("seats", ['class="input input--xs"', "(optional)"]),
        ("note", ['<textarea name="note"', 'class="input"', 'rows="3"']),
        ("place", ['<select name="place"', 'class="input input--m"']),
        ("remind", ["<fieldset", '<label class="choice"><input type="radio"', "<span>Call</span>"]),
        ("needs", ["<fieldset", '<label class="check"><input type="checkbox"', "(optional)"]),
        ("agree", ['<label class="check"><input type="checkbox" name="agree"', "<span>I agree</span>"]),
        ("born", ["<fieldset", '<div class="date"><label>Day<input', 'name="born_year"']),
    ],
)
def test_field_of_every_kind(name, expected):
    html = rendered("{% field bound %}", bound=EveryKind()[name])

    assert [piece for piece in expected if piece not in html] == []


def test_hidden_field_has_no_label():
    assert rendered("{% field form.token %}", form=EveryKind()) == ('<input type="hidden" name="token" id="id_token">')


def test_field_takes_a_size_a_unit_and_another_label():
    html = rendered('{% field form.seats size="s" unit="people" label="How many?" optional=False %}', form=EveryKind())

    assert 'class="input input--s"' in html
    assert "<span>people</span>" in html
    assert ">How many?</label>" in html


def test_error_summary_leads_to_each_control():
    html = rendered("{% error_summary form nothing %}", form=EveryKind({}), nothing=None)

    assert re.findall(r'href="#(\w+)"', html) == [
        "id_name",
        "id_place",
        "id_remind_0",
        "id_agree",
        "id_born_0",
    ]
    assert "5 things to put right" in html


def test_error_summary_after_a_question_needs_no_colon():
    class Question(forms.Form):
        why = forms.CharField(label="Why?", error_messages={"required": "Say why."})

    assert ">Why? Say why.</a>" in rendered("{% error_summary form %}", form=Question({}))


def test_a_placeholder_that_a_package_brings_is_left_out():
    class Code(forms.Form):
        code = forms.CharField(widget=forms.TextInput(attrs={"placeholder": "Code"}))

    assert "placeholder" not in rendered("{% field form.code %}", form=Code())


def test_the_words_of_a_lone_check_stand_beside_it_and_what_explains_them_below():
    class Shared(forms.Form):
        is_shared = forms.BooleanField(label="Shared", help_text="At a library.")

    html = rendered("{% field form.is_shared %}", form=Shared({}))

    assert html.index('id="id_is_shared_error"') < html.index("<input") < html.index('id="id_is_shared_hint"')


def test_error_summary_of_a_fresh_form_is_nothing():
    assert rendered("{% error_summary form %}", form=EveryKind()) == ""


def test_pagination_keeps_the_rest_of_the_address():
    html = rendered('{% include "_components/pagination.html" %}', page=Paginator(range(300), 20).page(5))

    assert 'href="?q=rau&amp;page=4" rel="prev"' in html
    assert re.findall(r"</span>(\d+)<", html) == ["1", "4", "5", "6", "15"]
    assert rendered('{% include "_components/pagination.html" %}', page=Paginator([1], 20).page(1)) == ""


@pytest.mark.parametrize(
    ("seats_left", "waiting", "expected"),
    [
        (14, 0, '<span class="seats seats--ok">14 places left</span>'),
        (1, 0, '<span class="seats seats--few">1 place left</span>'),
        (0, 2, '<span class="seats seats--full">Full, 2 people waiting</span>'),
        (0, 0, '<span class="seats seats--full">Full</span>'),
        (None, 0, '<span class="seats seats--ok">No limit on places</span>'),
    ],
    ids=["many", "few", "full with a queue", "full", "no limit"],
)
def test_seats(seats_left, waiting, expected):
    html = rendered('{% include "_components/seats.html" %}', seats_left=seats_left, waiting=waiting)

    assert html == expected


@pytest.mark.parametrize("path", sorted(COMPONENTS.glob("*.html")), ids=lambda path: path.name)
def test_every_component_says_what_it_needs(path):
    source = path.read_text(encoding="utf-8")

    assert source.startswith("{% comment %}")
    assert "Context:" in source


@pytest.mark.parametrize(
    "path", sorted(path for path in Path("templates").rglob("*.html") if "mail" not in str(path)), ids=str
)
def test_no_template_breaks_the_content_policy(path):
    source = path.read_text(encoding="utf-8")

    assert (
        re.findall(r'\sstyle="|<style|\son[a-z]+="|<script(?![^>]*\b(?:src=|application/(?:ld\+)?json))', source) == []
    )


@pytest.mark.parametrize(
    ("cookies", "save_data", "expected"),
    [
        ({}, "", {"theme": "", "text": "", "lite": "", "aloud": ""}),
        ({"theme": "dark", "text": "lg", "lite": "1"}, "", {"theme": "dark", "text": "lg", "lite": "1", "aloud": ""}),
        ({"theme": '"><script>', "text": "xxl"}, "", {"theme": "", "text": "", "lite": "", "aloud": ""}),
        ({}, "on", {"theme": "", "text": "", "lite": "1", "aloud": ""}),
    ],
    ids=["nothing set", "all set", "nonsense", "browser saves data"],
)
def test_display_settings(cookies, save_data, expected):
    request = RequestFactory().get("/", headers={"Save-Data": save_data})
    request.COOKIES = cookies

    assert display(request) == expected


def page_context(path, language="vi"):
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    with override(language):
        context = page(request)
        return {
            "current": {place.label: place.current for place in context["navigation"]},
            "other": str(context["other_language_url"]),
        }


def test_navigation_of_a_guest_marks_where_they_are():
    with override("en"):
        home, catalog = reverse("home"), reverse("courses:catalog")

    assert page_context(home, "en")["current"] == {"Home": "page", "Find courses": ""}
    assert page_context(catalog, "en")["current"] == {"Home": "", "Find courses": "page"}
    assert page_context(f"{catalog}12-rau-sach/", "en")["current"] == {"Home": "", "Find courses": "true"}
    assert page_context("/en/elsewhere/", "en")["current"] == {"Home": "", "Find courses": ""}


def test_the_other_language_keeps_the_page_and_its_question():
    catalog = reverse("courses:catalog")

    assert page_context(f"{catalog}?q=rau")["other"] == f"/en{catalog}?q=rau"
    assert page_context(f"/en{catalog}?q=rau", "en")["other"] == f"{catalog}?q=rau"
    assert page_context("/no-such-page/")["other"] == "/en/"


def test_the_page_of_last_resort_needs_no_context():
    html = get_template("500.html").render()

    assert "Cổng đang trục trặc" in html
    assert 'lang="en"' in html


def test_stylesheet_is_found_and_small():
    found = finders.find(stylesheets.BUNDLE)

    css = Path(found).read_text(encoding="utf-8")
    assert css == stylesheets.bundle(stylesheets.source_directory())
    assert len(gzip.compress(css.encode())) <= 12_000
    assert css.count("{") == css.count("}")


def test_stylesheet_leaves_no_source_out():
    directory = stylesheets.source_directory()

    there = {path.relative_to(directory).with_suffix("").as_posix() for path in directory.rglob("*.css")}

    assert there == set(stylesheets.SOURCES)


def test_squeezing_keeps_what_is_quoted():
    css = '/* why */ .a :focus { margin : 0 1px ; /* no */ background: url("data:x, y ; z") }\n\n.b > .c , .d{ }'

    assert stylesheets.squeeze(css) == '.a :focus{margin :0 1px;background:url("data:x, y ; z")}.b > .c,.d{}\n'
