"""The catalogues: what is extracted, kept, compiled and found wrong."""

import gettext
from pathlib import Path

import pytest
from django.template import Context, Engine
from django.utils import translation

from portal import translations

PAGE = """{% load i18n %}
{# Translators: the heading #}
<h1>{% translate "Classes near you" %}</h1> {% translate 'May' context "month" %}
{% comment %}{% translate "Never shown" %}{% endcomment %}
<p>{% blocktranslate trimmed with place=org.place %}
    {{ place }} has
    classes, 50% of them free.
{% endblocktranslate %}</p>
{% blocktranslate trimmed count seats=run.seats %}
    {{ seats }} seat left
{% plural %}
    {{ seats }} seats left
{% endblocktranslate %}
{% if title == _("Draft") %}{{ _("Yes")|default:_("No") }}{% endif %}
\tthen\u00a0a line that begins with a tab
"""
CODE = """
from django.utils.translation import gettext as _, ngettext_lazy, pgettext
a = _("This run "
      "is full.")
b = ngettext_lazy("%(n)s hour", "%(n)s hours", "n")
c = pgettext("verb", "Open")
d = "not translated"
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small checkout: one template, one Python file, the words to avoid, no catalogue yet."""
    for folder in ("templates/courses", "courses/migrations", "portal/locale"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "templates/courses/run.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "courses/rules.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "courses/migrations/0001_initial.py").write_text('_("In a migration")', encoding="utf-8")
    (tmp_path / translations.AVOIDED_WORDS).write_text("avoid,instead\nhọc viên,«người học»\n", encoding="utf-8")
    return tmp_path


def catalogue_at(root: Path):
    return translations.read(root / translations.OURS / translations.CATALOGUE)


def translate(root: Path, msgid, string, context=None) -> None:
    catalogue = catalogue_at(root)
    catalogue.get(msgid, context).string = string
    translations.save(catalogue, root / translations.OURS / translations.CATALOGUE)


def translate_everything(root: Path) -> None:
    translations.update_ours(root)
    catalogue = catalogue_at(root)
    for message in catalogue:
        if message.id:
            message.string = message.id if isinstance(message.id, str) else (message.id[1],)
    translations.save(catalogue, root / translations.OURS / translations.CATALOGUE)


def test_extract_finds_every_text_and_its_context(house):
    found = {(message.id, message.context) for message in translations.extract(house) if message.id}

    assert found == {
        ("Classes near you", None),
        ("May", "month"),
        ("%(place)s has classes, 50%% of them free.", None),
        (("%(seats)s seat left", "%(seats)s seats left"), None),
        ("Draft", None),
        ("Yes", None),
        ("No", None),
        ("This run is full.", None),
        (("%(n)s hour", "%(n)s hours"), None),
        ("Open", "verb"),
    }


def test_extract_gives_the_msgids_that_django_looks_up(house, monkeypatch):
    asked = set()

    def note(singular, plural=None, *rest):
        asked.add((singular, plural) if plural is not None else singular)
        return singular

    monkeypatch.setattr("django.template.base.gettext_lazy", note)
    for name in ("gettext", "ngettext"):
        monkeypatch.setattr(translation, name, note)
    monkeypatch.setattr("django.template.base.pgettext_lazy", lambda context, text: note(text))
    context = {"org": {"place": "Huế"}, "run": {"seats": 3}, "title": ""}

    Engine(libraries={"i18n": "django.templatetags.i18n"}).from_string(PAGE).render(Context(context))

    extracted = {message.id for message in translations.extract(house) if message.id}
    assert asked - extracted == set()
    assert {"%(place)s has classes, 50%% of them free.", ("%(seats)s seat left", "%(seats)s seats left")} <= asked


def test_extract_again_keeps_translations_and_drops_nothing(house):
    translate_everything(house)
    translate(house, "Draft", "Nháp")
    page = house / "templates/courses/run.html"
    page.write_text(PAGE.replace('_("Draft")', '_("Drafts")'), encoding="utf-8")

    translations.update_ours(house)
    gone = catalogue_at(house)
    page.write_text(PAGE, encoding="utf-8")
    translations.update_ours(house)

    assert gone.get("Drafts").string == ""
    assert [message.string for message in gone.obsolete.values()] == ["Nháp"]
    assert catalogue_at(house).get("Draft").string == "Nháp"
    assert not catalogue_at(house).obsolete


def test_a_plural_without_translation_counts_as_one_to_translate(house):
    translate_everything(house)

    translate(house, ("%(n)s hour", "%(n)s hours"), ("",))

    _texts, untranslated = translations.update_ours(house)
    assert untranslated == 1


def test_extract_twice_writes_the_same_file(house):
    translate_everything(house)
    path = house / translations.OURS / translations.CATALOGUE
    translations.update_ours(house)
    before = path.read_bytes()

    translations.update_ours(house)

    assert path.read_bytes() == before


def test_compile_writes_what_gettext_reads_and_only_once(house):
    translate_everything(house)
    translate(house, "Classes near you", "Lớp gần bạn")
    translate(house, "Open", "Mở", context="verb")

    written = [translations.compile_all(house), translations.compile_all(house)]

    assert written == [1, 0]
    with (house / translations.OURS / translations.CATALOGUE).with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert compiled.gettext("Classes near you") == "Lớp gần bạn"
    assert compiled.pgettext("verb", "Open") == "Mở"
    assert compiled.ngettext("%(n)s hour", "%(n)s hours", 1) == "%(n)s hours"


def test_check_finds_nothing_in_a_complete_catalogue(house):
    translate_everything(house)

    assert translations.check(house) == []


@pytest.mark.parametrize(
    ("msgid", "string", "fault"),
    [
        ("Draft", "", "not translated"),
        (
            "%(place)s has classes, 50%% of them free.",
            "Có lớp ở %(palce)s, 50%%.",
            "placeholders differ: %(palce)s, %(place)s",
        ),
        (("%(n)s hour", "%(n)s hours"), ("nhiều giờ",), "placeholders differ: %(n)s"),
        ("Yes", "Học viên", "«học viên»: say «người học»"),
        ("Yes", "Có!", "exclamation mark"),
        ("Yes", "Khoá", "«oá»: the tone mark goes on the letter before, as in hòa, thủy"),
        ("Yes", "thuỷ", "«uỷ»: the tone mark goes on the letter before, as in hòa, thủy"),
    ],
    ids=["empty", "placeholder", "plural placeholder", "avoided word", "exclamation", "khoá", "thuỷ"],
)
def test_check_finds(house, msgid, string, fault):
    translate_everything(house)
    translate(house, msgid, string)

    found = translations.check(house)

    assert [found.what for found in found] == [fault]


def test_check_finds_a_text_that_was_never_extracted(house):
    translate_everything(house)
    (house / "courses/choices.py").write_text('x = _("Waiting list")\n', encoding="utf-8")

    assert [str(fault) for fault in translations.check(house)] == [
        "'Waiting list': not in the catalogue: run `manage.py translations extract`"
    ]


def test_check_finds_a_text_no_longer_used_before_and_after_extraction(house):
    translate_everything(house)
    (house / "courses/rules.py").write_text("", encoding="utf-8")

    before = translations.check(house)
    translations.update_ours(house)
    after = translations.check(house)

    assert {fault.what for fault in before} == {"no longer in the code: run `manage.py translations extract`"}
    assert {fault.what for fault in after} == {"obsolete: delete it"}
    assert [fault.msgid for fault in after] == [fault.msgid for fault in before]


@pytest.mark.parametrize("text", ["hoàn thành", "quý", "hòa, thủy, lũy", "người học"])
def test_voice_lets_good_words_pass(text):
    assert list(translations.faults_of_voice(text, {"học viên": "«người học»"})) == []
