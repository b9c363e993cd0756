"""Two people write on one draft: the last save does not win unseen, and nothing that was typed is lost."""

import pytest

from courses.actions import catalog_bulk
from courses.actions import version as versions
from courses.models import CourseVersion
from learners.choices import Role
from tests.courses.proposal_form import COURSE, RUN, address, begun_with, signed_in, write
from tests.factories.catalog import a_draft, a_published_run, a_published_version
from tests.factories.people import NOW, a_learner, a_membership

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def draft(provider, manager, learner_client):
    """A draft that says what the form of the tests says."""
    learner_client(manager).post(address(provider), COURSE)
    return CourseVersion.objects.get()


@pytest.fixture
def edit(provider, draft):
    return address(provider, f"{draft.course_id}/edit/")


@pytest.fixture
def lan(provider):
    learner = a_learner(full_name="Trần Thị Ngọc Lan")
    a_membership(organization=provider, learner=learner, role=Role.INSTRUCTOR)
    return signed_in(learner)


@pytest.fixture
def ha(manager):
    return signed_in(manager)


def said(draft):
    draft.refresh_from_db()
    return draft.title_vi, draft.summary_vi, draft.audience_vi


def test_where_both_changed_the_same_nothing_is_saved_and_both_are_shown(draft, edit, lan, ha):
    begun = begun_with(ha.get(edit))
    write(lan, edit, title_vi="Ủ phân từ rác bếp")

    answer = ha.post(edit, COURSE | begun | {"title_vi": "Phân hữu cơ tại nhà"})

    assert answer.status_code == 200
    assert said(draft)[0] == "Ủ phân từ rác bếp"
    assert answer.context["meeting"].kept == [("Tên chương trình", "Ủ phân từ rác bếp")]
    assert answer.context["form"]["title_vi"].value() == "Phân hữu cơ tại nhà"
    assert "Trần Thị Ngọc Lan" in answer.text


def test_saved_again_after_looking_it_goes_through(draft, edit, lan, ha):
    begun = begun_with(ha.get(edit))
    write(lan, edit, title_vi="Ủ phân từ rác bếp")
    shown = ha.post(edit, COURSE | begun | {"title_vi": "Phân hữu cơ tại nhà"})

    answer = ha.post(edit, COURSE | begun_with(shown) | {"title_vi": "Phân hữu cơ tại nhà"})

    assert answer.status_code == 302
    assert said(draft)[0] == "Phân hữu cơ tại nhà"


def test_what_only_the_other_changed_comes_into_the_form(draft, edit, lan, ha):
    begun = begun_with(ha.get(edit))
    write(lan, edit, summary_vi="Ủ phân trong một thùng xốp.", languages=["vi"])

    answer = ha.post(edit, COURSE | begun | {"audience_vi": "Bà con có vườn"})

    form = answer.context["form"]
    assert dict(answer.context["meeting"].taken) == {
        "Tóm tắt": "Ủ phân trong một thùng xốp.",
        "Dạy bằng": "Tiếng Việt",
    }
    assert (form["summary_vi"].value(), form["audience_vi"].value(), form["languages"].value()) == (
        *("Ủ phân trong một thùng xốp.", "Bà con có vườn"),
        ["vi"],
    )
    assert said(draft)[2] == "Ai có bếp"


def test_the_same_page_sent_twice_is_saved_once(draft, edit, ha):
    page = COURSE | begun_with(ha.get(edit)) | {"title_vi": "Ủ phân"}

    answers = [ha.post(edit, page).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert said(draft)[0] == "Ủ phân"


def test_going_back_and_on_after_ones_own_save_is_no_meeting(draft, edit, ha):
    begun = begun_with(ha.get(edit))
    ha.post(edit, COURSE | begun | {"title_vi": "Ủ phân"})

    answer = ha.post(edit, COURSE | begun | {"title_vi": "Ủ phân", "audience_vi": "Bà con có vườn"})

    assert answer.status_code == 302
    assert (said(draft)[0], said(draft)[2]) == ("Ủ phân", "Bà con có vườn")


def test_the_class_planned_with_it_meets_too(provider, edit, draft, lan, ha):
    write(ha, edit, **RUN)
    begun = begun_with(ha.get(edit))
    write(lan, edit, **(RUN | {"seats_max": "30"}))

    answer = ha.post(edit, COURSE | RUN | begun | {"seats_max": "25"})

    assert answer.context["meeting"].kept == [("Số chỗ", "30")]
    assert answer.context["form"]["seats_max"].value() == "25"
    assert answer.context["form"]["starts_on"].value() == draft.runs.get().starts_on
    assert draft.runs.get().seats_max == 30


def test_a_draft_begun_again_is_not_the_one_that_was_opened(provider, manager, lan, ha):
    old = a_published_version(provider=provider, title_vi="Ủ phân")
    edit = address(provider, f"{old.course_id}/edit/")
    opened = versions.start(course=old.course, author=manager, now=NOW)
    write(lan, edit, title_vi="Ủ phân trong thùng")
    begun = begun_with(ha.get(edit))
    versions.discard(version=opened, author=manager, now=NOW)
    again = versions.start(course=old.course, author=manager, now=NOW)
    write(lan, edit, title_vi="Ủ phân từ rác bếp")  # as often as the first

    answer = ha.post(edit, COURSE | begun | {"title_vi": "Phân hữu cơ tại nhà"})

    assert answer.status_code == 200
    assert ("Tên chương trình", "Ủ phân từ rác bếp") in answer.context["meeting"].kept
    assert said(again)[0] == "Ủ phân từ rác bếp"


@pytest.mark.parametrize(
    "hidden",
    [
        {},
        {"revision": "1"},
        {"revision": "một", "opened": "["},
        {"revision": "9" * 400, "opened": "[" * 100_000},
        {"revision": "0", "opened": '["a"]'},
    ],
    ids=["nothing", "an old number", "no number", "too much", "a list"],
)
def test_a_page_that_brings_nothing_back_does_not_overwrite(draft, edit, ha, hidden):
    write(ha, edit, title_vi="Ủ phân")

    answer = ha.post(edit, COURSE | hidden | {"title_vi": "Phân hữu cơ tại nhà"})

    assert answer.status_code == 200
    assert said(draft)[0] == "Ủ phân"


def test_an_import_counts_as_somebody_else(draft, edit, lan, ha):
    write(lan, edit, audience_vi="Bà con có vườn")
    begun = begun_with(ha.get(edit))
    draft.refresh_from_db()
    draft.title_vi = "Tên từ tệp"
    importer = a_learner(full_name="Lê Văn Tám")
    catalog_bulk.edit_drafts(versions=[draft], author=importer, now=NOW)

    answer = ha.post(edit, COURSE | begun | {"title_vi": "Phân hữu cơ tại nhà"})

    assert "Lê Văn Tám đã lưu" in answer.text
    assert ("Tên chương trình", "Tên từ tệp") in answer.context["meeting"].kept
    assert said(draft)[0] == "Tên từ tệp"


def test_what_is_wrong_is_said_before_anything_else(draft, edit, lan, ha):
    begun = begun_with(ha.get(edit))
    write(lan, edit, title_vi="Ủ phân từ rác bếp")

    wrong = ha.post(edit, COURSE | begun | {"title_vi": "", "audience_vi": "Bà con"})

    assert "title_vi" in wrong.context["form"].errors
    assert begun_with(wrong) == begun


def test_a_draft_with_a_class_shows_a_form_that_is_whole(provider, manager, learner_client):
    run = a_published_run(version=a_draft(provider=provider, author=manager))

    page = learner_client(manager).get(address(provider, f"{run.version.course_id}/edit/"))

    assert set(begun_with(page)) == {"version", "revision", "opened"}
