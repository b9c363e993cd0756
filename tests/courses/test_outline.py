"""The outline of a draft: modules and units added, written again, moved and removed; what does not add up is told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from courses.actions import catalog, outline
from courses.actions import version as versions
from courses.actions.content import UnableToSave
from courses.actions.outline import ModuleSaid, UnitSaid
from courses.choices import ModuleMode
from courses.models import CompletionRule, CourseVersion, Module, Unit
from courses.queries import outline as queries
from courses.rules import MARKDOWN_BYTES_MAX, MODULES_MAX
from tests.factories.catalog import a_draft, a_published_version, a_submitted_version
from tests.factories.people import NOW
from tests.faults.together import kinds, together

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)
SOWING = ModuleSaid(title_vi="Gieo hạt", title_en="Sowing", minutes=90, mode=ModuleMode.CLASS)
SOIL = UnitSaid(title_vi="Chọn đất", title_en="Soil", summary_vi="", summary_en="", minutes=20, markdown="Đất **tơi**.")


def by(version: CourseVersion, *, opened: int | None = None) -> dict:
    return {"author": version.created_by, "now": LATER, "opened": opened}


def said_of(version: CourseVersion) -> list[tuple[int, str, list[tuple[int, str]]]]:
    """Return the modules with their units as they stand, each with its number."""
    return [
        (
            module.position,
            module.title_vi,
            [(unit.position, unit.title_vi) for unit in module.units.order_by("position")],
        )
        for module in Module.objects.filter(version=version).order_by("position")
    ]


def an_outline(*modules: tuple[str, ...]) -> CourseVersion:
    """Return a draft with modules, each with units of these titles."""
    version = a_draft()
    version.modules.all().delete()
    for number, units in enumerate(modules, start=1):
        module = outline.add_module(version=version, said=replace(SOWING, title_vi=f"Phần {number}"), **by(version))
        for title in units:
            outline.add_unit(module=module, said=replace(SOIL, title_vi=title), **by(version))
    return version


def unit(title: str) -> Unit:
    return Unit.objects.select_related("module__version").get(title_vi=title)


def module(number: int) -> Module:
    return Module.objects.select_related("version").get(title_vi=f"Phần {number}")


def test_a_module_and_a_unit_come_at_the_end_and_count_as_a_saving():
    version = a_draft()
    began = version.revision

    made = outline.add_module(version=version, said=SOWING, **by(version))
    written = outline.add_unit(module=made, said=SOIL, **by(version))

    assert said_of(version) == [(1, "Phần một", []), (2, "Gieo hạt", [(1, "Chọn đất")])]
    assert written.html == "<p>Đất <strong>tơi</strong>.</p>\n"
    version.refresh_from_db()
    assert (version.revision, version.edited_at, version.edited_by) == (began + 2, LATER, version.created_by)


def test_a_unit_added_to_the_first_module_is_read_before_those_of_the_second():
    version = an_outline(("A",), ("B",))

    outline.add_unit(module=module(1), said=replace(SOIL, title_vi="A2"), **by(version))

    assert said_of(version) == [(1, "Phần 1", [(1, "A"), (2, "A2")]), (2, "Phần 2", [(3, "B")])]


def test_written_again_they_say_the_new():
    version = an_outline(("A",))

    outline.edit_module(module=module(1), said=replace(SOWING, minutes=30), **by(version))
    outline.edit_unit(unit=unit("A"), said=replace(SOIL, markdown="# Mới"), **by(version))

    assert Module.objects.get().minutes == 30
    assert (Unit.objects.get().markdown, Unit.objects.get().html) == ("# Mới", "<h2>Mới</h2>\n")


@pytest.mark.parametrize(
    ("title", "is_up", "after"),
    [
        ("B", True, [["B", "A"], ["C"], []]),
        ("A", False, [["B", "A"], ["C"], []]),
        ("B", False, [["A"], ["B", "C"], []]),
        ("C", True, [["A", "B", "C"], [], []]),
        ("C", False, [["A", "B"], [], ["C"]]),
        ("A", True, [["A", "B"], ["C"], []]),
    ],
)
def test_a_unit_moves_one_place_and_over_the_edge_of_its_module(title, is_up, after):
    version = an_outline(("A", "B"), ("C",), ())

    outline.move_unit(unit=unit(title), is_up=is_up, **by(version))

    stands = said_of(version)
    assert [[title for _number, title in units] for _position, _title, units in stands] == after
    assert [number for _position, _title, units in stands for number, _title in units] == [1, 2, 3]


@pytest.mark.parametrize(
    ("number", "is_up", "after"),
    [(2, True, "213"), (2, False, "132"), (1, True, "123"), (3, False, "123")],
    ids=["up", "down", "the first up", "the last down"],
)
def test_a_module_moves_with_its_units(number, is_up, after):
    version = an_outline(("A",), ("B", "B2"), ("C",))

    outline.move_module(module=module(number), is_up=is_up, **by(version))

    stands = said_of(version)
    assert "".join(title[-1] for _position, title, _units in stands) == after
    assert [position for position, _title, _units in stands] == [1, 2, 3]
    assert [number for _position, _title, units in stands for number, _title in units] == [1, 2, 3, 4]


def test_removed_what_follows_moves_up_and_twice_is_once():
    version = an_outline(("A", "B"), ("C",))
    gone, with_units = unit("A"), module(2)

    for _ in range(2):
        outline.remove(part=gone, **by(version))
    outline.remove(part=with_units, **by(version))

    assert said_of(version) == [(1, "Phần 1", [(1, "B")])]


def test_a_page_of_a_new_part_sent_twice_makes_one():
    version = an_outline()
    began = CourseVersion.objects.get().revision

    first = outline.add_module(version=version, said=SOWING, **by(version, opened=began))
    again = outline.add_module(version=version, said=SOWING, **by(version, opened=began))
    began = CourseVersion.objects.get().revision
    units = [outline.add_unit(module=first, said=SOIL, **by(version, opened=began)) for _ in range(2)]

    assert again == first
    assert units[0] == units[1]
    assert said_of(version) == [(1, "Gieo hạt", [(1, "Chọn đất")])]


ACTS = {
    "add a module": lambda v, **how: outline.add_module(version=v, said=SOWING, **how),
    "add a unit": lambda v, **how: outline.add_unit(module=v.modules.get(), said=SOIL, **how),
    "edit a module": lambda v, **how: outline.edit_module(module=v.modules.get(), said=SOWING, **how),
    "edit a unit": lambda v, **how: outline.edit_unit(unit=Unit.objects.first(), said=SOIL, **how),
    "move a module": lambda v, **how: outline.move_module(module=v.modules.get(), is_up=True, **how),
    "move a unit": lambda v, **how: outline.move_unit(unit=Unit.objects.first(), is_up=True, **how),
    "remove": lambda v, **how: outline.remove(part=v.modules.get(), **how),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@pytest.mark.parametrize(
    ("make", "opened", "refusal"),
    [
        (a_draft, 0, catalog.EditedMeanwhile),
        (a_submitted_version, None, catalog.NotEditable),
        (a_published_version, None, catalog.NotEditable),
    ],
    ids=["an older page", "submitted", "published"],
)
def test_only_a_draft_as_it_was_opened_is_changed(act, make, opened, refusal):
    version = make(units=2)
    before = said_of(version)

    with pytest.raises(refusal):
        act(version, **by(version, opened=opened))

    assert said_of(version) == before


def test_what_is_gone_is_not_written():
    version = an_outline(("A",))
    one, its_module = unit("A"), module(1)
    outline.remove(part=its_module, **by(version))

    for act in (
        lambda: outline.edit_unit(unit=one, said=SOIL, **by(version)),
        lambda: outline.edit_module(module=its_module, said=SOWING, **by(version)),
        lambda: outline.add_unit(module=its_module, said=SOIL, **by(version)),
        lambda: outline.move_unit(unit=one, is_up=True, **by(version)),
        lambda: outline.move_module(module=its_module, is_up=True, **by(version)),
    ):
        with pytest.raises(outline.GoneMeanwhile):
            act()

    assert said_of(version) == []


def test_there_is_an_end_to_modules_units_and_text(monkeypatch):
    version = an_outline(("A",))
    one = type(MODULES_MAX)(name="parts", count_max=1, source="test")
    monkeypatch.setattr(outline, "MODULES_MAX", one)
    monkeypatch.setattr(outline, "UNITS_MAX", one)

    with pytest.raises(outline.TooManyParts):
        outline.add_module(version=version, said=replace(SOWING, title_vi="Hai"), **by(version))
    with pytest.raises(outline.TooManyParts):
        outline.add_unit(module=module(1), said=replace(SOIL, title_vi="Hai"), **by(version))
    with pytest.raises(UnableToSave):
        outline.edit_unit(
            unit=unit("A"), said=replace(SOIL, markdown="a" * (MARKDOWN_BYTES_MAX.count_max + 1)), **by(version)
        )

    assert said_of(version) == [(1, "Phần 1", [(1, "A")])]


def test_the_next_version_is_changed_and_the_published_one_is_not():
    old = a_published_version(units=2)
    draft = versions.start(course=old.course, author=old.created_by, now=NOW)

    outline.remove(part=Unit.objects.get(module__version=draft, position=1), **by(draft))

    assert [units for _position, _title, units in said_of(old)] == [[(1, "Bài 1"), (2, "Bài 2")]]
    assert [units for _position, _title, units in said_of(draft)] == [[(1, "Bài 2")]]
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(module__version=old, position=1).delete()


@pytest.mark.django_db(transaction=True)
def test_two_who_move_at_once_leave_every_place_taken_once():
    version = an_outline(("A", "B"), ("C", "D"))
    acts = [lambda title=title: outline.move_unit(unit=unit(title), is_up=False, **by(version)) for title in "ABCD"]

    answers = together(*acts, lambda: outline.move_module(module=module(1), is_up=False, **by(version)))

    assert kinds(answers) == ["NoneType"] * 5
    stands = said_of(version)
    assert [position for position, _title, _units in stands] == [1, 2]
    assert [number for _position, _title, units in stands for number, _title in units] == [1, 2, 3, 4]


def test_what_does_not_add_up_is_told_and_nothing_else():
    version = an_outline(("A",), ())  # 90 minutes each, of six hours

    assert queries.get_outline(version).advice == [
        "Các phần cộng lại là 3 giờ, còn chương trình ghi 6 giờ. Tín chỉ tính theo số giờ của chương trình."
    ]
    outline.edit_module(module=module(2), said=replace(SOWING, title_vi="Phần 2", minutes=270), **by(version))
    assert queries.get_outline(version).advice == []
    outline.edit_unit(unit=unit("A"), said=replace(SOIL, minutes=91), **by(version))
    assert queries.get_outline(version).advice == [
        "Các bài của phần «Phần 1» cộng lại là 1 giờ 31 phút, còn phần này ghi 1 giờ 30 phút."
    ]
    outline.remove(part=Unit.objects.get(), **by(version))
    CompletionRule.objects.filter(version=version).update(all_units=True)
    assert queries.get_outline(CourseVersion.objects.get(pk=version.pk)).advice == [
        "Chương trình này hoàn thành khi đọc hết các bài, mà chưa có bài nào."
    ]


def test_a_draft_without_modules_is_as_good():
    version = an_outline()

    assert queries.get_outline(version).advice == []
