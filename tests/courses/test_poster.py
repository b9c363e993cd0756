"""The poster of a class for the notice board: what it says, that it can be read from afar, and who may ask for it."""

import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.utils import translation

from courses.exports.poster_pdf import poster_data, poster_pdf
from courses.models import Course
from courses.queries import poster
from learners.choices import OrganizationStatus
from learners.models import Organization
from tests.credits.test_statement_pdf import LETTERS
from tests.factories.catalog import a_draft, a_published_run, a_published_version, replaced, some_content
from tests.factories.people import NOW, a_curator, an_organization
from tests.pdf import Pdf

pytestmark = pytest.mark.django_db
# Of what one reads from two metres. Its capitals are 5 mm high, 8.6 minutes of arc there; full sight reads 5 minutes.
BIG_POINTS = 22


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture(autouse=True)
def nothing_kept():
    caches["default"].clear()
    caches["pages"].clear()


def a_centre(**more):
    provider = an_organization(name_vi="Trung tâm học tập cộng đồng phường Ninh Kiều")
    said = {"phone": "0292 3812 345", **more}
    Organization.objects.filter(pk=provider.pk).update(**said)
    provider.refresh_from_db()
    return provider


def a_class(**more):
    said = {
        "title_vi": "Đan giỏ lục bình",
        "title_en": "Weaving baskets",
        "outcomes_vi": ("Chọn lục bình", "Đan một chiếc giỏ", "Tính giá bán", "Điều thứ tư"),
        "outcomes_en": ("Choose the plant", "Weave a basket", "Work out a price"),
    }
    return a_published_run(version=a_published_version(provider=a_centre(), **(said | more)))


def document_of(run, *languages):
    found = poster.run_to_print(run.pk)
    return Pdf(poster_pdf(poster_data(found.version, found, languages=languages or ("vi",)), dated=NOW))


def words_of(document):
    return re.sub(r"\s+", " ", document.text)


def test_it_says_what_when_where_and_whom_to_call():
    run = a_class()

    text = words_of(document_of(run))

    for words in (
        *("Trung tâm học tập cộng đồng phường Ninh Kiều", "Đan giỏ lục bình", "Học xong, bạn làm được"),
        *("Chọn lục bình", "Đan một chiếc giỏ", "Tính giá bán", "Thứ Ba 8:00–10:00", "24/11–8/12/2026, 3 buổi"),
        *("Nhà văn hóa phường Ninh Kiều", "Miễn phí", "0,12 tín chỉ, 6 giờ", "0292 3812 345"),
        f"localhost/p/r{run.pk}",
    ):
        assert words in text
    assert "Điều thứ tư" not in text
    assert "Weaving" not in text


def test_with_english_it_says_everything_twice():
    text = words_of(document_of(a_class(), "vi", "en"))

    for words in (
        *("Đan giỏ lục bình", "Weaving baskets", "Weave a basket", "When you finish, you can", "Tuesday 8:00–10:00"),
        *("24 November – 8 December 2026, 3 class sessions", "Free", "0.12 credits, 6 hours", "Ask and enrol"),
    ):
        assert words in text
    assert text.count("0292 3812 345") == 1


def test_it_is_one_tagged_page_for_screen_readers_and_archives():
    document = document_of(a_class(), "vi", "en")

    assert len(document.pages) == 1
    assert ("<pdfuaid:part>1<" in document.metadata, "<pdfaid:part>2<" in document.metadata) == (True, True)
    assert "<pdfaid:conformance>A<" in document.metadata
    assert {"H1", "H2", "L", "Figure", "P"} <= document.tags
    assert b"/FontFile" in document.data


@pytest.mark.parametrize("languages", [("vi",), ("vi", "en"), ("en",)], ids=" ".join)
def test_what_matters_is_readable_from_two_metres(languages):
    document = document_of(a_class(title_vi="Chăm sóc vườn sầu riêng mùa hạn mặn"), *languages)

    sizes = document.sizes

    title, when = ("Weavingbaskets", "Tuesday8:00") if languages == ("en",) else ("Chămsóc", "ThứBa8:00")
    for words in (title, when, "02923812345", "Nhàvănhóa"):
        assert max(size for text, size in sizes if words in re.sub(r"\s", "", text)) >= BIG_POINTS


def test_a_very_long_title_is_not_cut_and_stays_on_one_page():
    title = ("Ứng dụng trí tuệ nhân tạo trong quản lý hợp tác xã nông nghiệp và truy xuất nguồn gốc " * 3)[:199].strip()
    line = ("Biết cách lập hồ sơ điện tử và truy xuất nguồn gốc từng lô hàng theo quy định " * 3)[:199].strip()
    run = a_class(title_vi=title, title_en=title, outcomes_vi=(line,) * 3, outcomes_en=(line + ".",) * 3)

    document = document_of(run, "vi", "en")

    assert len(document.pages) == 1
    assert re.sub(r"\s", "", title) in re.sub(r"\s", "", document.text)
    assert "0292 3812 345" in document.text


def test_every_letter_of_vietnamese_is_drawn():
    run = a_class(title_vi="Vần", outcomes_vi=(LETTERS[: len(LETTERS) // 2], LETTERS[len(LETTERS) // 2 :]))

    text = re.sub(r"\s", "", document_of(run).text)

    assert [letter for letter in LETTERS if letter not in text] == []
    assert "U+" not in text


def test_what_no_font_draws_is_given_by_its_number():
    text = words_of(document_of(a_class(title_vi="Tiếng Khmer ខ្មែរ")))

    assert "[U+1781]" in text


def test_what_is_typed_is_never_markup():
    text = words_of(document_of(a_class(title_vi="#read('/etc') *Đậm* $x$ <b>")))

    assert "#read('/etc') *Đậm* $x$ <b>" in text


@pytest.mark.parametrize(
    ("sessions", "words"),
    [(1, "Thứ Ba 24/11/2026 8:00–10:00"), (0, "Học lúc nào cũng được Nơi học Trực tuyến")],
    ids=["one session", "at one's own pace"],
)
def test_it_says_when_of_every_kind_of_class(sessions, words):
    version = a_published_version(units=0 if sessions else 2)

    text = words_of(document_of(a_published_run(version=version, sessions=sessions)))

    assert words in text


def test_a_course_without_a_class_says_so(client):
    version = a_published_version(provider=a_centre(phone=""))

    with translation.override("vi"):
        data = poster_data(poster.course_to_print(version.course_id), None, languages=("vi",))
    answer = client.get(f"/courses/{version.course_id}/poster.pdf")

    assert data["facts"][0]["value"] == ["Hỏi ngày mở lớp tới"]
    assert data["ask"]["phone"] == ""
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")


def test_it_is_set_once_and_kept_by_what_it_says(client, monkeypatch):
    run, set_by = a_class(), []
    monkeypatch.setattr(
        "courses.exports.poster_pdf.poster_pdf", lambda data, dated: set_by.append(data) or b"%PDF-1.7 of this test"
    )
    page = f"/runs/{run.pk}/poster.pdf"

    first, second = client.get(page), client.get(page)
    unchanged = client.get(page, headers={"If-None-Match": first["ETag"]})
    Organization.objects.update(phone="0292 3000 000")
    client.get(page)

    assert first.content == second.content
    assert unchanged.status_code == 304
    assert [data["ask"]["phone"] for data in set_by] == ["0292 3812 345", "0292 3000 000"]


def test_the_same_words_give_the_same_bytes():
    run = a_class()

    assert document_of(run).data == document_of(run).data


def test_nobody_keeps_the_machine_busy(client, monkeypatch):
    monkeypatch.setattr("courses.views.poster.RATES", {"set": "2/3600s/ip", "scan": "20/3600s/ip"})
    version = a_published_version(provider=a_centre())
    runs = [a_published_run(version=version) for _ in range(3)]

    answers = [client.get(f"/runs/{run.pk}/poster.pdf").status_code for run in runs]

    assert answers == [200, 200, 429]
    assert client.get(f"/runs/{runs[0].pk}/poster.pdf").status_code == 200


def suspended(run):
    Organization.objects.filter(pk=run.version.course.provider_id).update(
        status=OrganizationStatus.SUSPENDED, suspended_at=NOW, suspended_by=a_curator()
    )


@pytest.mark.parametrize(
    "gone",
    [
        suspended,
        lambda run: Course.objects.filter(pk=run.version.course_id).update(archived_at=NOW),
        lambda run: type(run).objects.filter(pk=run.pk).update(cancelled_at=NOW),
    ],
    ids=["suspended", "archived", "cancelled"],
)
def test_what_is_not_on_offer_has_no_poster(client, gone):
    run = a_class()
    gone(run)

    assert client.get(f"/runs/{run.pk}/poster.pdf").status_code == 404


def test_a_draft_and_what_is_taught_elsewhere_have_no_poster(client):
    draft = a_published_run(version=a_draft())
    content = some_content(external_url="https://hoc.example.vn/tin-hoc", attendance_percent_min=None)
    elsewhere = a_published_version(external_url=content.external_url)

    assert client.get(f"/runs/{draft.pk}/poster.pdf").status_code == 404
    assert client.get(f"/courses/{elsewhere.course_id}/poster.pdf").status_code == 404
    assert client.get("/runs/999999999999999999999/poster.pdf").status_code == 404


def test_the_page_of_the_course_leads_to_it(client):
    run = a_class()

    page = client.get(run.version.get_absolute_url()).text

    assert f'href="/runs/{run.pk}/poster.pdf"' in page
    assert f'href="/runs/{run.pk}/poster.pdf?languages=both"' in page


def test_a_poster_costs_the_same_whatever_the_class(client, django_assert_num_queries):
    run = a_published_run(version=a_published_version(provider=a_centre()), sessions=9)
    page = f"/runs/{run.pk}/poster.pdf"
    client.get(page)

    with django_assert_num_queries(2):
        client.get(page)


def test_the_poster_of_a_course_names_its_open_classes_and_what_they_cost():
    first = a_published_version(title_vi="Đan giỏ", cost_vnd=300_000)
    a_published_run(version=first)
    second = replaced(first, cost_vnd=0)
    a_published_run(version=second, starts_at=NOW + timedelta(days=21))

    data = poster_data(second, None, poster.runs_to_name(second.course_id, now=NOW), languages=("vi",))

    facts = {fact["label"][0]: fact["value"][0] for fact in data["facts"]}
    assert facts["Thời gian"] == "Từ 24/11/2026\nTừ 12/12/2026"
    assert facts["Học phí"] == "Miễn phí / 300.000 đồng"


def test_the_poster_of_a_course_without_an_open_class_says_whom_to_ask():
    version = a_published_version(title_vi="Đan giỏ")

    data = poster_data(version, None, poster.runs_to_name(version.course_id, now=NOW), languages=("vi",))

    assert "Hỏi" in data["facts"][0]["value"][0]
