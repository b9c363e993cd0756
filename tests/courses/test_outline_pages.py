"""The pages of a draft's outline: read, typed in, met by another, refused; and where what does not add up is said."""

import pytest
from django.urls import reverse

from courses.actions import catalog, outline
from courses.models import CourseVersion, Module, Unit
from learners.choices import Role
from tests.courses.proposal_form import begun_with, signed_in
from tests.factories.catalog import a_draft, a_published_version
from tests.factories.people import NOW, a_learner, a_membership

pytestmark = pytest.mark.django_db
MODULE = {"title_vi": "Gieo hạt", "minutes": "90", "mode": "CLASS", "title_en": ""}
UNIT = {"title_vi": "Chọn đất", "minutes": "20", "markdown": "Đất tơi.", "summary_vi": "", "title_en": ""}


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def draft(provider):
    """A draft of six hours in one module of two units."""
    return a_draft(provider=provider, units=2)


@pytest.fixture
def ha(manager):
    return signed_in(manager)


@pytest.fixture
def lan(provider):
    learner = a_learner(full_name="Trần Thị Ngọc Lan")
    a_membership(organization=provider, learner=learner, role=Role.INSTRUCTOR)
    return signed_in(learner)


def page(version: CourseVersion, name: str = "outline", **more: object) -> str:
    where = {"organization_id": version.course.provider.public_id, "course_id": version.course_id}
    return reverse(f"courses:{name}", kwargs=where | more)


def write(client, address: str, typed: dict[str, str]):
    """Open a page and send it with what is typed."""
    return client.post(address, typed | begun_with(client.get(address)))


def titles(version: CourseVersion) -> list[str]:
    return list(Module.objects.filter(version=version).order_by("position").values_list("title_vi", flat=True))


def test_a_manager_adds_a_module_and_a_unit(draft, ha):
    answer = write(ha, page(draft, "outline_module_new"), MODULE)
    module = Module.objects.get(title_vi="Gieo hạt")
    write(ha, page(draft, "outline_unit_new", module_key=module.pk), UNIT)

    assert answer.headers["Location"] == f"{page(draft)}#modules-{module.pk}"
    assert titles(draft) == ["Phần một", "Gieo hạt"]
    assert Unit.objects.get(module=module).position == 3
    assert "Bài 3: Chọn đất" in ha.get(page(draft)).text


def test_what_is_wrong_is_said_at_its_field_and_kept(draft, ha):
    unit = Unit.objects.get(title_vi="Bài 1")
    wrong = UNIT | {"title_vi": "...", "minutes": "một giờ", "markdown": " \n"}

    answer = write(ha, page(draft, "outline_unit", key=unit.pk), wrong)

    form = answer.context["form"]
    assert {name: str(errors[0]) for name, errors in form.errors.items()} == {
        "title_vi": "Bạn ghi tên bài.",
        "minutes": "Bạn ghi số phút bằng số tròn, ví dụ 90.",
        "markdown": "Bạn viết nội dung để người học đọc.",
    }
    assert form["minutes"].value() == "một giờ"
    assert Unit.objects.get(pk=unit.pk).title_vi == "Bài 1"


def test_a_text_too_long_is_said_at_the_text(draft, ha):
    answer = write(
        ha, page(draft, "outline_unit_new", module_key=draft.modules.get().pk), UNIT | {"markdown": "a" * 65_537}
    )

    assert "64 KB" in answer.context["form"].errors["markdown"][0]
    assert Unit.objects.count() == 2


def test_where_two_write_the_same_text_nothing_is_lost(draft, ha, lan):
    address = page(draft, "outline_unit", key=Unit.objects.get(title_vi="Bài 1").pk)
    begun = begun_with(ha.get(address))
    write(lan, address, UNIT | {"markdown": "Đất ẩm."})

    met = ha.post(address, UNIT | begun | {"markdown": "Đất tơi và sạch."})

    assert dict(met.context["meeting"].kept) == {"Nội dung": "Đất ẩm."}
    assert met.context["form"]["markdown"].value() == "Đất tơi và sạch."
    assert Unit.objects.get(position=1).markdown == "Đất ẩm."
    assert "Trần Thị Ngọc Lan" in met.text
    ha.post(address, UNIT | begun_with(met) | {"markdown": "Đất tơi và sạch."})
    assert Unit.objects.get(position=1).markdown == "Đất tơi và sạch."


def test_what_another_did_elsewhere_does_not_stand_in_the_way(draft, ha, lan):
    address = page(draft, "outline_unit", key=Unit.objects.get(title_vi="Bài 1").pk)
    begun = begun_with(ha.get(address))
    write(lan, page(draft, "outline_module_new"), MODULE)

    answer = ha.post(address, UNIT | begun)

    assert answer.status_code == 302
    assert Unit.objects.get(position=1).title_vi == "Chọn đất"


def test_what_was_typed_into_a_part_that_is_gone_stays_on_the_page(draft, ha, lan):
    unit = Unit.objects.get(title_vi="Bài 1")
    address = page(draft, "outline_unit", key=unit.pk)
    begun = begun_with(ha.get(address))
    outline.remove(part=unit, author=draft.created_by, now=NOW)

    answer = ha.post(address, UNIT | begun | {"markdown": "Nửa giờ công viết."})

    assert answer.status_code == 200
    assert "Nửa giờ công viết." in answer.text
    assert "vừa có người bỏ đi" in answer.text
    assert ha.get(address).status_code == 404


def test_submitted_meanwhile_what_was_typed_stays_on_the_page(draft, ha):
    address = page(draft, "outline_module_new")
    begun = begun_with(ha.get(address))
    catalog.submit(version=draft, author=draft.created_by, now=NOW, tell=False)

    answer = ha.post(address, MODULE | begun)

    assert answer.status_code == 200
    assert "Gieo hạt" in answer.text
    assert titles(draft) == ["Phần một"]


def test_a_part_moves_by_a_button_and_not_on_an_older_page(draft, ha, lan):
    write(ha, page(draft, "outline_module_new"), MODULE)
    key = Module.objects.get(title_vi="Gieo hạt").pk
    begun = begun_with(lan.get(page(draft)))

    answers = [lan.post(page(draft), begun | {"up": f"modules-{key}"}, follow=True) for _ in range(2)]

    assert titles(draft) == ["Gieo hạt", "Phần một"]
    assert "nên chưa lưu được gì" in answers[1].text or "chưa lưu" in answers[1].text


@pytest.mark.parametrize("sent", [{}, {"up": "modules-1;"}, {"down": "versions-1"}, {"up": "units-" + "9" * 30}])
def test_a_button_that_names_no_part_is_not_found(draft, ha, sent):
    assert ha.post(page(draft), begun_with(ha.get(page(draft))) | sent).status_code == 404


def test_removing_asks_first_and_twice_is_once(draft, ha):
    unit = Unit.objects.get(title_vi="Bài 1")
    address = page(draft, "outline_remove", kind="units", key=unit.pk)

    asked = ha.get(address)
    answers = [ha.post(address, begun_with(asked), follow=True) for _ in range(2)]

    assert "Bỏ bài này?" in asked.text
    assert [answer.status_code for answer in answers] == [200, 200]
    assert list(Unit.objects.values_list("title_vi", "position")) == [("Bài 2", 1)]
    assert ha.get(address).status_code == 404


def test_on_an_older_page_nothing_is_removed(draft, ha, lan):
    address = page(draft, "outline_remove", kind="modules", key=draft.modules.get().pk)
    begun = begun_with(ha.get(address))
    write(lan, page(draft, "outline_unit_new", module_key=draft.modules.get().pk), UNIT)

    ha.post(address, begun)

    assert Unit.objects.count() == 3


@pytest.mark.parametrize("name", ["outline", "outline_module_new"])
def test_what_is_published_or_of_others_has_no_such_page(provider, ha, learner_client, name):
    published = a_published_version(provider=provider)

    assert ha.get(page(published, name)).status_code == 302
    assert learner_client(a_learner()).get(page(published, name)).status_code == 404


def test_a_part_of_another_course_is_not_found(draft, provider, ha):
    other = a_draft(provider=provider).modules.get()

    assert ha.get(page(draft, "outline_module", key=other.pk)).status_code == 404
    assert ha.get(page(draft, "outline_remove", kind="modules", key=other.pk)).status_code == 404
    assert ha.get(page(draft, "outline_remove", kind="parts", key=other.pk)).status_code == 404


def test_hours_that_do_not_add_up_are_told_where_the_draft_is_looked_at_and_refuse_nothing(draft, ha, curator, client):
    Module.objects.filter(version=draft).update(minutes=90)
    said = "Các phần cộng lại là 1 giờ 30 phút, còn chương trình ghi 6 giờ."
    here = page(draft, "proposal")

    answer = ha.post(here, {"submit": "1"}, follow=True)

    draft.refresh_from_db()
    assert draft.state == "SUBMITTED"
    assert said in answer.text
    client.force_login(curator)
    assert said in client.get(reverse("admin:courses_courseversion_change", args=[draft.pk])).text


@pytest.mark.parametrize("units", [1, 4])
def test_the_list_costs_the_same_whatever_it_holds(provider, ha, units, django_assert_num_queries):
    version = a_draft(provider=provider, units=units)
    for number in range(units):
        write(ha, page(version, "outline_module_new"), MODULE | {"title_vi": f"Phần {number}"})

    with django_assert_num_queries(12):
        ha.get(page(version))
