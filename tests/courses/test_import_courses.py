"""A catalogue comes in from a file: ``manage.py import_courses``."""

import pytest

from courses.actions import catalog
from courses.choices import Format, VersionState
from courses.models import CatalogEntry, Course, CourseVersion, Review, Unit
from courses.queries import catalog as catalogue
from credits.choices import KindOfCredit
from learners.models import Message
from tests.factories.catalog import a_published_version
from tests.factories.importing import HEADER, TWO_COURSES, counts, the_version
from tests.factories.people import NOW, an_organization

pytestmark = pytest.mark.django_db


def test_new_courses_are_drafts_with_the_defaults(import_text, provider, curator):
    said, complained = import_text(TWO_COURSES)

    assert said.startswith("Read as UTF-8; columns separated by comma.\n")
    assert counts(new=2) in said
    assert complained == ""
    version = CourseVersion.objects.get(course__import_key="IT1010")
    assert (version.course.provider, version.course.import_source) == (provider, "catalog")
    assert (version.number, version.state, version.title_vi) == (1, VersionState.DRAFT, "Tin học đại cương")
    assert (version.notional_minutes, version.credit_hundredths) == (150 * 60, 300)
    assert (version.field_id, version.kind_of_credit, version.format) == ("9999", "COMMUNITY", "IN_PERSON")
    assert (version.languages, version.level, version.cost_vnd, version.created_by) == (["vi"], None, 0, curator)
    assert version.completion_rule.attendance_percent_min == 80
    assert not CatalogEntry.objects.exists()


def test_every_column_is_read(import_text):
    import_text(
        "code;title_vi;title_en;summary_vi;summary_en;outcomes_vi;outcomes_en;audience_vi;audience_en;"
        "requirements_vi;requirements_en;hours;credits;field;kind_of_credit;format;level;language;cost_vnd;tags;"
        "licence\n"
        "A1;Hàn điện;Welding;Hàn được mối thẳng.;Weld a straight seam.;Chọn que hàn|Hàn góc;Choose rods|Weld corners;"
        'Thợ mới;New welders;Găng tay;Gloves;"2,5";"0,05";0715;VOCATIONAL;Trực tuyến;3;vi/en;150.000;hàn|cơ khí;'
        "CC BY 4.0\n"
    )

    version = the_version()
    assert (version.title_vi, version.title_en) == ("Hàn điện", "Welding")
    assert (version.summary_vi, version.summary_en) == ("Hàn được mối thẳng.", "Weld a straight seam.")
    assert (version.outcomes_vi, version.outcomes_en) == (["Chọn que hàn", "Hàn góc"], ["Choose rods", "Weld corners"])
    assert (version.audience_vi, version.audience_en) == ("Thợ mới", "New welders")
    assert (version.requirements_vi, version.requirements_en) == ("Găng tay", "Gloves")
    assert (version.notional_minutes, version.credit_hundredths, version.field_id) == (150, 5, "0715")
    assert (version.kind_of_credit, version.format) == (KindOfCredit.VOCATIONAL, Format.ONLINE)
    assert (version.level, version.languages, version.cost_vnd) == (3, ["vi", "en"], 150_000)
    assert (version.tags, version.licence) == (["hàn", "cơ khí"], "CC BY 4.0")
    assert (version.completion_rule.all_units, version.completion_rule.attendance_percent_min) == (True, None)


@pytest.mark.parametrize("options", [{}, {"publish": True}], ids=["drafts", "published"])
def test_the_same_file_again_changes_nothing(import_text, options):
    import_text(TWO_COURSES, **options)
    before = list(CourseVersion.objects.order_by("pk").values())

    said, _complained = import_text(TWO_COURSES, **options)

    assert counts(unchanged=2) in said
    assert list(CourseVersion.objects.order_by("pk").values()) == before
    assert Review.objects.count() == (2 if options else 0)


def test_published_courses_are_found_at_once_and_nobody_is_written_to(import_text, curator):
    import_text(TWO_COURSES, publish=True)

    version = catalogue.published().get(course__import_key="IT1010")
    entry = CatalogEntry.objects.get(version=version)
    assert (version.published_by, version.submitted_by) == (curator, curator)
    assert (entry.title_fold, entry.broad_field_id) == ("tin hoc dai cuong", "99")
    assert CatalogEntry.objects.extra(where=["document @@ to_tsquery('simple', 'tin & khoa')"]).count() == 1
    assert [review.decision for review in version.reviews.all()] == ["PUBLISHED"]
    assert not Message.objects.exists()


def test_an_import_and_a_single_publication_index_a_course_alike(import_text, provider, curator):
    import_text(TWO_COURSES, publish=True)
    entry = CatalogEntry.objects.filter(course__import_key="IT1010").values().get()
    version = CourseVersion.objects.get(pk=entry["version_id"])

    from_the_database = CourseVersion.objects.select_related("course__provider", "field").get(pk=version.pk)
    rebuilt = catalog.catalog_entry.rebuild(version=from_the_database, now=entry["rebuilt_at"])

    again = CatalogEntry.objects.filter(pk=rebuilt.pk).values().get()
    assert again == entry | {"revision": again["revision"]}


def test_drafts_of_before_are_published_when_asked(import_text):
    import_text(TWO_COURSES)

    said, _complained = import_text(TWO_COURSES, publish=True)

    assert counts(changed=2) in said
    assert set(CourseVersion.objects.values_list("number", "state")) == {(1, "PUBLISHED")}


def test_a_changed_draft_is_changed_where_it_stands(import_text):
    import_text(TWO_COURSES)
    draft = CourseVersion.objects.get(course__import_key="IT1010")

    said, _complained = import_text(TWO_COURSES.replace("Tin học đại cương,150", "Tin học cơ sở,100"))

    assert counts(changed=1, unchanged=1) in said
    draft.refresh_from_db()
    assert (draft.number, draft.title_vi, draft.credit_hundredths) == (1, "Tin học cơ sở", 200)


@pytest.mark.parametrize(
    ("options", "states"),
    [({}, ["PUBLISHED", "DRAFT"]), ({"publish": True}, ["SUPERSEDED", "PUBLISHED"])],
    ids=["drafted", "published"],
)
def test_a_changed_published_course_gets_a_new_version(import_text, options, states):
    import_text(TWO_COURSES, publish=True)
    changed = TWO_COURSES.replace("Tin học đại cương", "Tin học cơ sở")

    said, _complained = import_text(changed, **options)

    assert counts(changed=1, unchanged=1) in said
    versions = CourseVersion.objects.filter(course__import_key="IT1010").order_by("number")
    assert [version.state for version in versions] == states
    assert [version.title_vi for version in versions] == ["Tin học đại cương", "Tin học cơ sở"]
    assert [version.completion_rule.attendance_percent_min for version in versions] == [80, 80]
    assert counts(unchanged=2) in import_text(changed, **options)[0]
    assert Course.objects.count() == 2


def test_what_the_file_does_not_say_stays(import_text):
    import_text(TWO_COURSES)
    CourseVersion.objects.filter(course__import_key="IT1010").update(summary_vi="Viết tay.", field="0611", level=5)

    import_text("code,title_vi,hours,summary_vi,level\nIT1010,Tin học cơ sở,150,,\n")

    version = CourseVersion.objects.get(course__import_key="IT1010")
    assert (version.title_vi, version.summary_vi, version.field_id, version.level) == (
        "Tin học cơ sở",
        "Viết tay.",
        "0611",
        5,
    )


def test_a_new_version_keeps_the_units_of_the_one_before(import_text, provider):
    version = a_published_version(provider=provider, units=2, hours=6)
    Course.objects.filter(pk=version.course_id).update(import_source="catalog", import_key="A1")

    import_text(HEADER + "A1,Sơ cấp cứu,6\n", publish=True)

    newer = the_version()
    assert (newer.number, newer.title_vi, newer.summary_vi) == (2, "Sơ cấp cứu", version.summary_vi)
    assert list(Unit.objects.filter(module__version=newer).values_list("title_vi", flat=True)) == ["Bài 1", "Bài 2"]
    assert Unit.objects.filter(module__version=version).count() == 2
    assert newer.completion_rule.all_units


def test_sources_are_kept_apart(import_text):
    import_text(TWO_COURSES)

    said, _complained = import_text(TWO_COURSES, source="summer school")

    assert counts(new=2) in said
    assert Course.objects.count() == 4


def test_a_dry_run_says_the_same_and_saves_nothing(import_text):
    said, _complained = import_text(TWO_COURSES, publish=True, dry_run=True)

    assert counts(new=2) in said
    assert "A dry run: nothing was saved." in said
    assert not Course.objects.exists()
    assert not CatalogEntry.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        TWO_COURSES.encode(),
        TWO_COURSES.encode("utf-8-sig"),
        TWO_COURSES.encode("utf-16"),
        TWO_COURSES.encode("utf-16-be"),
        TWO_COURSES.encode("utf-16-le"),
        TWO_COURSES.replace(",", ";").encode(),
        TWO_COURSES.replace(",", "\t").encode("utf-16"),
        b"sep=;\r\n" + TWO_COURSES.replace(",", ";").encode(),
        TWO_COURSES.replace("\n", "\r").encode(),
        TWO_COURSES.replace("\n", "\r\r\n").encode(),
        TWO_COURSES.replace("ọ", "o\u0323").replace("ạ", "a\u0323").encode(),
        TWO_COURSES.replace("đại", "\u202dđ\u200bại\x07 \u00a0").encode(),
        TWO_COURSES.replace("code,title_vi,hours", '"Mã học phần", TÊN_HỌC_PHẦN ,"Số giờ",,Ghi chú').encode(),
    ],
    ids=[
        "UTF-8", "UTF-8 with a mark", "UTF-16", "UTF-16 BE without", "UTF-16 LE without", "semicolons", "tabs",
        "sep line", "CR", "CR CR LF", "NFD", "unseen characters", "Vietnamese header",
    ],
)  # fmt: skip
def test_the_same_courses_come_out_of_every_kind_of_file(import_text, content):
    said, complained = import_text(content)

    assert complained == ""
    assert counts(new=2) in said
    assert set(CourseVersion.objects.values_list("title_vi", flat=True)) == {"Tin học đại cương", "Tiếng Anh I"}


def test_columns_map_a_file_without_a_header(import_text):
    said, complained = import_text("0,IT1010,Tin học đại cương,3,5.5\n", columns="-,code,title_vi,credits,-")

    assert (counts(new=1) in said, complained) == (True, "")
    assert the_version().credit_hundredths == 300


def test_columns_map_a_file_whose_header_is_stepped_over(import_text):
    said, _complained = import_text("id,name,ects\nA1,Hàn,1\n", columns="code,title_vi,credits", skip_header=True)

    assert counts(new=1) in said


@pytest.mark.parametrize(
    "title",
    ["=1+1", "=cmd|' /C calc'!A0", "+84 học", "@SUM(1)", "<script>alert(1)</script>", "{{ 7*7 }}", "%(x)s %s",
     "'; DROP TABLE courses_course; --", "Bcc: a@example.vn", "👩🏽‍🌾 Trồng rau"],
)  # fmt: skip
def test_hostile_text_is_text(import_text, title):
    import_text(f'code;title_vi;hours;summary_vi\n"{title}";"{title}";3;"{title}"\n', publish=True)

    version = the_version()
    assert (version.course.import_key, version.title_vi, version.summary_vi) == (title, title, title)


def test_columns_that_are_not_read_are_named(import_text):
    said, _complained = import_text("code,title_vi,hours,teacher,room\nA1,Hàn,3,Lan,B2\n")

    assert "Columns that are not read: teacher, room." in said


def test_a_provider_is_found_by_its_exact_name_unless_two_have_it(import_text, provider):
    said, _complained = import_text(TWO_COURSES, provider="Đại học Bách khoa")
    assert counts(new=2) in said

    twin = an_organization(name_vi="Đại học Bách khoa")
    _said, complained = import_text(TWO_COURSES, provider="Đại học Bách khoa")
    assert complained.startswith("2 organisations are called Đại học Bách khoa.")
    assert str(twin.public_id) in complained


@pytest.mark.parametrize("rows", [1, 300])
def test_the_number_of_queries_does_not_grow_with_the_rows(import_text, rows, django_assert_num_queries):
    text = HEADER + "".join(f"A{number},Hàn điện {number},3\n" for number in range(rows))

    with django_assert_num_queries(17):
        import_text(text, publish=True)


def test_imported_drafts_do_not_use_up_the_drafts_a_provider_may_have(import_text, provider):
    import_text(HEADER + "".join(f"A{number},Hàn điện {number},3\n" for number in range(201)))

    content = catalog.Content(
        title_vi="Sơ cấp cứu",
        summary_vi="Mười phút đầu.",
        format=Format.IN_PERSON,
        kind_of_credit=KindOfCredit.COMMUNITY,
        field_id="0611",
        notional_minutes=60,
        attendance_percent_min=75,
    )
    draft = catalog.create_draft(organization=provider, author=provider.registered_by, content=content, now=NOW)

    assert draft.state == VersionState.DRAFT
