"""A course that is taught on another site: found here, learned there, and no credit claimed for it."""

import pytest
from django.db import IntegrityError, transaction

from courses.actions import catalog, run
from courses.actions.run import Plan
from courses.choices import VersionState
from courses.models import CatalogEntry, CompletionRule, CourseRun, CourseVersion, LinkCheck
from tests.courses.proposal_form import begun_with
from tests.factories.catalog import a_draft, a_published_run, some_content
from tests.factories.importing import a_job, imported
from tests.factories.people import NOW, a_curator, an_organization

pytestmark = pytest.mark.django_db
ADDRESS = "https://www.hoc.example.vn/han-dien"
ELSEWHERE = f"code,title_vi,url,summary\nH1,Hàn điện,{ADDRESS},Hàn được mối thẳng.\n"


def a_course_elsewhere(content: str = ELSEWHERE) -> CourseVersion:
    imported(a_job(content=content), actor=a_curator(), publish=True)
    return CourseVersion.objects.select_related("course__provider").get()


def test_it_has_no_credit_and_says_nothing_that_was_not_said():
    version = a_course_elsewhere()

    assert (version.external_url, version.external_host) == (ADDRESS, "hoc.example.vn")
    assert (version.notional_minutes, version.credit_hundredths, version.cost_vnd) == (0, 0, None)
    assert not CompletionRule.objects.exists()
    assert CatalogEntry.objects.get().version == version
    assert LinkCheck.objects.get().address == ADDRESS


def test_hours_that_were_said_are_shown_without_credit():
    version = a_course_elsewhere(f"code,title_vi,url,credits,cost_vnd\nH1,Hàn điện,{ADDRESS},3,0\n")

    assert (version.notional_minutes, version.credit_hundredths, version.cost_vnd) == (9000, 0, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"external_url": "javascript:alert(1)", "credit_hundredths": 0},
        {"external_url": "https://a b/", "credit_hundredths": 0},
        {"external_url": ADDRESS},
        {"credit_hundredths": 0, "notional_minutes": 0},
        {"cost_vnd": None},
    ],
    ids=["script", "space", "with credit", "here without credit", "here without cost"],
)
def test_the_database_refuses_what_is_neither_here_nor_there(wrong):
    draft = a_draft()

    with pytest.raises(IntegrityError), transaction.atomic():
        CourseVersion.objects.filter(pk=draft.pk).update(**wrong)


def test_no_class_of_it_is_planned_here():
    version = a_course_elsewhere()

    with pytest.raises(run.TaughtElsewhere):
        run.plan_run(version=version, author=version.created_by, plan=Plan(starts_on=NOW.date()), now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        CourseRun.objects.create(
            version=version,
            kind="SELF_PACED",
            starts_on=NOW.date(),
            enrollment_opens_at=NOW,
            created_at=NOW,
            created_by=version.created_by,
        )


def test_a_course_with_classes_does_not_move_elsewhere():
    draft = a_draft()
    run.plan_run(version=draft, author=draft.created_by, plan=Plan(starts_on=NOW.date()), now=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        CourseVersion.objects.filter(pk=draft.pk).update(external_url=ADDRESS, credit_hundredths=0)


def test_an_import_does_not_move_a_course_with_classes_elsewhere():
    job = imported(a_job(content="code,title_vi,hours\nH1,Hàn điện,10\n"))
    version = CourseVersion.objects.get()
    run.plan_run(version=version, author=version.created_by, plan=Plan(starts_on=NOW.date()), now=NOW)

    job = imported(a_job(content=ELSEWHERE, provider=job.provider), skip_refused=True)

    assert job.refused == 1
    assert job.faults.get().problem == "Chương trình này đang có lớp ở đây, mà tệp lại nói là học ở nơi khác."


@pytest.mark.parametrize(
    ("language", "words", "never"),
    [
        ("", ("Học trên trang của hoc.example.vn", "theo hoc.example.vn", "không tự ghi tín chỉ"), "Ghi danh</a>"),
        ("/en", ("Taught on the site of hoc.example.vn", "enters no credit by itself"), ">Enrol</a>"),
    ],
    ids=["vi", "en"],
)
def test_its_page_shows_the_way_there(client, language, words, never):
    version = a_course_elsewhere()

    page = client.get(language + version.get_absolute_url(), follow=True).content.decode()

    assert f'href="{ADDRESS}" rel="noopener nofollow"' in page
    for each in words:
        assert each in page
    assert never not in page
    assert "0,00" not in page
    assert "numberOfCredits" not in page


def test_the_catalogue_says_where_it_is_taught(client):
    a_course_elsewhere()

    page = client.get("/courses/?q=han+dien").content.decode()

    assert "Học trên trang của hoc.example.vn" in page
    assert "Miễn phí</span></div>" not in page


def test_its_manager_edits_what_it_says_and_the_address_stays(client):
    version = a_course_elsewhere()
    provider = version.course.provider
    client.force_login(provider.registered_by)
    page = f"/organizations/{provider.public_id}/courses/{version.course_id}/"
    assert client.get(page).status_code == 200
    form = {
        "title_vi": "Hàn điện cơ bản",
        "summary_vi": "Hàn được mối thẳng.",
        "format": "ONLINE",
        "field": "9999",
        "kind_of_credit": "VOCATIONAL",
        "languages": "vi",
    }

    client.post(page + "versions/new/")
    answer = client.post(page + "edit/", form | begun_with(client.get(page + "edit/")))

    assert answer.status_code == 302
    draft = CourseVersion.objects.get(state=VersionState.DRAFT)
    assert (draft.title_vi, draft.external_url, draft.cost_vnd) == ("Hàn điện cơ bản", ADDRESS, None)


def test_a_course_taught_here_needs_hours_still():
    organization = an_organization()

    with pytest.raises(IntegrityError), transaction.atomic():
        catalog.create_draft(
            organization=organization,
            author=organization.registered_by,
            content=some_content(notional_minutes=0),
            now=NOW,
        )
    assert a_published_run()
