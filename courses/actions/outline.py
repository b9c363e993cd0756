"""
The outline of a draft: its modules and units, added, written again, moved and removed.

Every action locks the provider and the draft, as saving the draft does, and counts as a saving of it: whoever has
another page of the draft open is told (decision 0329).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from courses.actions import content
from courses.actions.catalog import UnableToWrite, writable
from courses.choices import ModuleMode
from courses.models import CourseVersion, Module, Unit
from courses.rules import MODULES_MAX, UNITS_MAX, Limit
from learners.models import Learner

ASIDE = 10_000  # above every position there can be: where rows stand while they are numbered anew


class TooManyParts(UnableToWrite):
    pass


class GoneMeanwhile(UnableToWrite):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleSaid:
    title_vi: str
    title_en: str
    minutes: int
    mode: ModuleMode


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSaid:
    title_vi: str
    title_en: str
    summary_vi: str
    summary_en: str
    minutes: int
    markdown: str


@transaction.atomic
def add_module(
    *, version: CourseVersion, said: ModuleSaid, author: Learner, now: datetime, opened: int | None = None
) -> Module:
    """
    Add a module at the end of a draft and return it.

    ``opened`` is the draft's ``revision`` the author began on. Idempotent: where the draft has been saved since and its
    last module says the same, the page was sent twice and that module is returned.

    :raises UnableToWrite: as ``catalog.writable``; if there are ``MODULES_MAX``.
    """
    last = Module.objects.filter(version=version).order_by("position").last()
    if last and _says(last, said) and opened not in (None, writable(version, opened=None).revision):
        return last
    version = writable(version, opened=opened)
    position = last.position if last else 0
    _refuse_too_many(position, MODULES_MAX)
    module = Module.objects.create(version=version, position=position + 1, **asdict(said))
    _saved(version, author, now)
    return module


@transaction.atomic
def add_unit(*, module: Module, said: UnitSaid, author: Learner, now: datetime, opened: int | None = None) -> Unit:
    """
    Add a unit at the end of a module and return it; those after it are numbered anew. Idempotent as ``add_module``.

    :raises UnableToWrite: as ``catalog.writable``; if there are ``UNITS_MAX``; if the module is gone.
    :raises UnableToSave: if the text is too long.
    """
    last = Unit.objects.filter(module=module).order_by("position").last()
    if last and _says(last, said) and opened not in (None, writable(module.version, opened=None).revision):
        return last
    version = writable(module.version, opened=opened)
    module = _module(version, module.pk)
    _refuse_too_many(Unit.objects.filter(module__version=version).count(), UNITS_MAX)
    unit = Unit.objects.create(module=module, position=ASIDE - 1, **asdict(said), **_rendered(said))
    _number(version)
    _saved(version, author, now)
    unit.refresh_from_db()
    return unit


@transaction.atomic
def edit_module(
    *, module: Module, said: ModuleSaid, author: Learner, now: datetime, opened: int | None = None
) -> Module:
    """
    Replace what a module says; return it.

    :raises UnableToWrite: as ``catalog.writable``; if it is gone.
    """
    version = writable(module.version, opened=opened)
    module = _module(version, module.pk)
    for name, value in asdict(said).items():
        setattr(module, name, value)
    module.save()
    _saved(version, author, now)
    return module


@transaction.atomic
def edit_unit(*, unit: Unit, said: UnitSaid, author: Learner, now: datetime, opened: int | None = None) -> Unit:
    """
    Replace what a unit says; return it.

    :raises UnableToWrite: as ``catalog.writable``; if it is gone.
    :raises UnableToSave: if the text is too long.
    """
    version = writable(unit.module.version, opened=opened)
    unit = _unit(version, unit.pk)
    for name, value in (asdict(said) | _rendered(said)).items():
        setattr(unit, name, value)
    unit.save()
    _saved(version, author, now)
    return unit


@transaction.atomic
def move_module(*, module: Module, is_up: bool, author: Learner, now: datetime, opened: int | None = None) -> None:
    """
    Move a module with its units one place up or down; the first and the last stay where they are.

    :raises UnableToWrite: as ``catalog.writable``; if it is gone.
    """
    version = writable(module.version, opened=opened)
    _module(version, module.pk)
    keys = list(Module.objects.filter(version=version).order_by("position").values_list("pk", flat=True))
    at = keys.index(module.pk)
    to = min(max(at + (-1 if is_up else 1), 0), len(keys) - 1)
    keys.insert(to, keys.pop(at))
    _in_order(Module.objects.filter(version=version), keys)
    _number(version)
    _saved(version, author, now)


@transaction.atomic
def move_unit(*, unit: Unit, is_up: bool, author: Learner, now: datetime, opened: int | None = None) -> None:
    """
    Move a unit one place up or down; at the edge of its module it goes into the next one.

    :raises UnableToWrite: as ``catalog.writable``; if it is gone.
    """
    version = writable(unit.module.version, opened=opened)
    unit = _unit(version, unit.pk)
    modules = list(Module.objects.filter(version=version).order_by("position").values_list("pk", flat=True))
    units = list(Unit.objects.filter(module=unit.module_id).order_by("position").values_list("pk", flat=True))
    at, step = units.index(unit.pk), -1 if is_up else 1
    if 0 <= at + step < len(units):
        units.insert(at + step, units.pop(at))
        _in_order(Unit.objects.filter(module=unit.module_id), units)
    elif 0 <= modules.index(unit.module_id) + step < len(modules):
        # At the end of the module before, or at the beginning of the one after.
        unit.module_id = modules[modules.index(unit.module_id) + step]
        unit.position = ASIDE - 1 if is_up else 0
        unit.save(update_fields=["module", "position"])
    _number(version)
    _saved(version, author, now)


@transaction.atomic
def remove(*, part: Module | Unit, author: Learner, now: datetime, opened: int | None = None) -> None:
    """
    Take a module with its units, or a unit, out of a draft. Idempotent.

    :raises UnableToWrite: as ``catalog.writable``.
    """
    parts = type(part)._default_manager.filter(pk=part.pk)
    if not parts.exists():  # the button was pressed twice
        return
    version = writable(part.version if isinstance(part, Module) else part.module.version, opened=opened)
    parts.delete()
    _number(version)
    _saved(version, author, now)


def _says(part: Module | Unit, said: ModuleSaid | UnitSaid) -> bool:
    return all(getattr(part, name) == value for name, value in asdict(said).items())


def _rendered(said: UnitSaid) -> dict[str, object]:
    return {"html": content.render(said.markdown), "renderer_version": content.RENDERER_VERSION}


def _module(version: CourseVersion, key: int) -> Module:
    found = Module.objects.filter(version=version, pk=key).first()
    if found is None:
        raise GoneMeanwhile(_("Somebody has removed this module meanwhile. What you typed is still here."))
    return found


def _unit(version: CourseVersion, key: int) -> Unit:
    found = Unit.objects.filter(module__version=version, pk=key).first()
    if found is None:
        raise GoneMeanwhile(_("Somebody has removed this unit meanwhile. What you typed is still here."))
    return found


def _refuse_too_many(count: int, limit: Limit) -> None:
    if count >= limit.count_max:
        raise TooManyParts(
            _("The course already has %(count)s of them. Put some together first.") % {"count": limit.count_max}
        )


def _number(version: CourseVersion) -> None:
    """Number modules and units 1 … n in their order; units go on from one module to the next."""
    modules = Module.objects.filter(version=version)
    _in_order(modules, list(modules.order_by("position").values_list("pk", flat=True)))
    units = Unit.objects.filter(module__version=version)
    _in_order(units, list(units.order_by("module__position", "position").values_list("pk", flat=True)))


def _in_order(parts: QuerySet[Any], keys: Sequence[int]) -> None:
    """Number these rows 1 … n as their keys stand; no place is taken twice, not even for a moment."""
    parts.update(position=F("position") + ASIDE)
    rows = parts.in_bulk(keys)
    for position, key in enumerate(keys, start=1):
        rows[key].position = position
    parts.model._default_manager.bulk_update(rows.values(), ["position"])


def _saved(version: CourseVersion, author: Learner, now: datetime) -> None:
    version.revision += 1
    version.edited_at, version.edited_by = now, author
    version.save(update_fields=["revision", "edited_at", "edited_by"])
