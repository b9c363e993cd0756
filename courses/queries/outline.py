"""The outline of a draft as its writers see it: modules, units, and where their times do not add up."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from courses.models import CourseVersion, Module, Unit
from learners import formats


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    modules: Sequence[Module]  # with their units
    units_count: int
    minutes: int  # of all modules
    advice: Sequence[str]  # what does not add up, in sentences; nothing is refused for it


def get_outline(version: CourseVersion) -> Outline:
    """Return modules and units of a version whose rule is loaded; two queries."""
    modules = list(Module.objects.filter(version=version).order_by("position").prefetch_related("units"))
    return Outline(
        modules=modules,
        units_count=sum(len(module.units.all()) for module in modules),
        minutes=sum(module.minutes for module in modules),
        advice=advice(version, modules),
    )


def advice(version: CourseVersion, modules: Sequence[Module]) -> list[str]:
    """Return what does not add up in a version and the modules with units it has; no query once all are loaded."""
    return [*_of_the_course(version, modules), *(line for module in modules for line in _of_a_module(module))]


def module_of(version: CourseVersion, key: int) -> Module | None:
    return Module.objects.filter(version=version, pk=key).select_related("version__course__provider").first()


def unit_of(version: CourseVersion, key: int) -> Unit | None:
    units = Unit.objects.filter(module__version=version, pk=key)
    return units.select_related("module__version__course__provider").first()


def _of_the_course(version: CourseVersion, modules: Sequence[Module]) -> list[str]:
    said = []
    minutes = sum(module.minutes for module in modules)
    if modules and minutes != version.notional_minutes:
        said.append(
            _("The modules take %(modules)s together, the course says %(course)s. Credit follows from the course's.")
            % {"modules": formats.duration(minutes), "course": formats.duration(version.notional_minutes)}
        )
    rule = getattr(version, "completion_rule", None)  # what is taught elsewhere has none
    if rule is not None and rule.all_units and not any(module.units.all() for module in modules):
        said.append(_("Learners complete this course by reading every unit, and there is none yet."))
    return said


def _of_a_module(module: Module) -> list[str]:
    minutes = sum(unit.minutes for unit in module.units.all())
    if minutes <= module.minutes:
        return []
    figures = {
        "title": module.title,
        "units": formats.duration(minutes),
        "module": formats.duration(module.minutes),
    }
    return [_("The units of “%(title)s” take %(units)s together, the module says %(module)s.") % figures]
