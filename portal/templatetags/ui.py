"""
The tags templates draw with: icons and ornaments, the calendar leaf, form fields, breadcrumbs.

Icons are written out where they stand instead of pointing at a sprite: Django renders from top to bottom, and a card or
an HTMX piece that is kept in a cache must carry its icons along. The repeated paths cost some ten bytes each after
compression.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms, template
from django.core.paginator import Page
from django.forms import BoundField
from django.urls import reverse
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import ngettext, pgettext

from learners import formats
from portal.icons import DRUM, ICONS, LOGO, ROSETTE, SEALS
from portal.templatetags.format import lunar

register = template.Library()

SUNDAY = 6

# Widgets whose answer is short get a short box: the box says how much is expected.
INPUT_SIZES = {
    forms.NumberInput: "xs",
    forms.DateInput: "s",
    forms.TimeInput: "xs",
    forms.DateTimeInput: "s",
    forms.EmailInput: "m",
    forms.Select: "m",
}


# Drawings


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """``{% icon "search" %}`` or ``{% icon "search" "l" %}``; decorative, so always beside words."""
    return format_html(
        '<svg class="i{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        " i--l" if size == "l" else "",
        mark_safe(ICONS[name]),
    )


@register.simple_tag
def logo() -> SafeString:
    return mark_safe(LOGO)


@register.simple_tag
def rosette() -> SafeString:
    """The drum's face behind a hero or a media cover; once per page."""
    return mark_safe(ROSETTE)


@register.simple_tag
def drum() -> SafeString:
    """The small drum of empty places."""
    return mark_safe(DRUM)


@register.simple_tag
def seal(kind: str = "valid") -> SafeString:
    """The mark inside ``.seal``: "valid", "void" or "honour"."""
    return mark_safe(SEALS[kind])


@register.simple_tag
def ring(done: int, total: int) -> SafeString:
    """The drum's comb band with ``done`` of ``total`` ticks filled; one per page, inside ``.ring``, beside words."""
    ticks = format_html('stroke-width="20" pathLength="{}" stroke-dasharray=".55 .45" transform="rotate(-90)"', total)
    return format_html(
        '<svg viewBox="-110 -110 220 220" aria-hidden="true" focusable="false"><mask id="ring-{done}-{total}">'
        '<circle r="94" stroke="#fff" stroke-width="24" pathLength="{total}" stroke-dasharray="{done} {total}"'
        ' transform="rotate(-90)"/></mask>'
        '<g class="ring__line"><circle r="108"/><circle r="80"/><circle r="74"/></g>'
        '<circle class="ring__track" r="94" {ticks}/>'
        '<circle class="ring__fill" r="94" {ticks} mask="url(#ring-{done}-{total})"/></svg>',
        done=max(0, min(int(done), int(total))),
        total=int(total),
        ticks=ticks,
    )


@register.simple_tag
def hbar(part: int | Decimal, whole: int | Decimal = 100, css_class: str = "") -> SafeString:
    """A bar for a ``.chart`` row, ``part`` of ``whole`` long; the figure itself stands in the next cell."""
    share = (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1")) if whole else Decimal(0)
    return format_html(
        '<svg aria-hidden="true" focusable="false"><rect{} width="{}%" height="100%" rx="2"/></svg>',
        format_html(' class="{}"', css_class) if css_class else "",
        max(Decimal(0), min(share, Decimal(100))),
    )


# The calendar leaf


@register.simple_tag
def leaf(value: date | datetime) -> SafeString:
    """A leaf of the tear-off calendar: weekday, day, month and lunar date; Sunday in vermilion."""
    on = formats.local_day(value)
    vietnamese = formats.language() == "vi"
    return format_html(
        '<div class="leaf{}"><b>{}</b><i>{}</i><span>{}</span><span>{} <abbr title="{}">{}</abbr></span></div>',
        " leaf--sun" if on.weekday() == SUNDAY else "",
        capfirst(formats.weekday(on)) if vietnamese else formats.weekday(on)[:3],
        on.day,
        f"tháng {on.month}" if vietnamese else formats.MONTHS[on.month - 1][:3],
        lunar(on),
        "âm lịch" if vietnamese else "lunar calendar",
        "ÂL" if vietnamese else "lunar",
    )


@register.simple_tag
def leaf_any(text: str, icon_name: str = "book") -> SafeString:
    """The leaf of what has no date: an icon and two or three words, such as "Any time" or "Unit 3 of 5"."""
    return format_html('<div class="leaf leaf--any">{}<span>{}</span></div>', icon(icon_name, "l"), text)


# Navigation


@register.inclusion_tag("_components/crumbs.html")
def crumbs(*steps: str) -> dict[str, Any]:
    """
    Breadcrumbs after "Home": pairs of address and label, then the label of this page.

    ``{% crumbs "courses:catalog" _("Find courses") course.title %}``. An address is a url name or a path.
    """
    links = [
        (address if str(address).startswith("/") else reverse(address), label)
        for address, label in zip(steps[::2], steps[1::2], strict=False)
    ]
    return {"links": links, "here": steps[-1] if len(steps) % 2 else ""}


@register.simple_tag
def querystring_of(**parameters: str | Iterable[str]) -> str:
    """``{% querystring_of field=codes commune=code as parameters %}``: those not empty, after a "?"."""
    filled = {name: value for name, value in parameters.items() if value}
    return f"?{urlencode(filled, doseq=True)}" if filled else ""


@register.filter
def page_numbers(page: Page) -> Iterator[int | str]:
    """The page numbers worth showing: the ends and the neighbours, with an ellipsis for the rest."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


# Lists at the desk

_OPENING = re.compile(r"<t[dh]\b")


@register.filter
def with_labels(row: Iterable[str], headers: Iterable[dict[str, Any]]) -> Iterator[SafeString]:
    """Return the cells of a row as Django made them, each with the name of its column, for where no heading is seen."""
    for cell, header in zip(row, headers, strict=False):
        words = strip_tags(str(header["text"])).strip()
        label = format_html(' data-label="{}"', capfirst(words)) if words else ""
        yield mark_safe(_OPENING.sub(lambda tag: tag[0] + label, cell, count=1))  # noqa: B023 -- Django's own cell


# Forms


@register.inclusion_tag("_components/field.html")
def field(
    bound: BoundField, size: str = "", unit: str = "", label: str = "", optional: bool | None = None
) -> dict[str, Any]:
    """
    A form field with its label, hint and error, whatever its widget.

    ``size`` is xs, s, m or l (the whole measure); ``unit`` stands after the box; ``label`` replaces the field's own.
    "(optional)" is shown for fields that may stay empty, except lone checkboxes; ``optional=False`` hides it.
    """
    widget = bound.field.widget
    kind = _kind(widget)
    described_by = " ".join(
        f"{bound.auto_id}_{part}" for part, shown in (("hint", bound.help_text), ("error", bound.errors)) if shown
    )
    # A placeholder, which a package may bring, says nothing the label does not, and is gone once one types.
    attributes: dict[str, str | bool] = {"placeholder": False} if kind == "box" else {}
    if described_by and kind in {"box", "check"}:
        attributes["aria-describedby"] = described_by
    if kind == "box":
        attributes["class"] = f"{_input_class(widget, size)} {widget.attrs.get('class', '')}".strip()
    return {
        "field": bound,
        "kind": kind,
        "label": label or bound.label,
        "control": bound.as_widget(attrs=attributes) if kind in {"box", "check", "hidden"} else "",
        "choices": list(bound) if kind in {"choice", "checks"} else [],
        "boxes": list(_boxes(bound)) if kind == "boxes" else [],
        "described_by": described_by,
        "unit": unit,
        "is_optional": kind != "check" and not bound.field.required if optional is None else optional,
    }


def _kind(widget: forms.Widget) -> str:
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checks"
    if isinstance(widget, forms.RadioSelect):
        return "choice"
    if isinstance(widget, forms.SelectDateWidget | forms.MultiWidget):
        return "boxes"
    return "box"


def _input_class(widget: forms.Widget, size: str) -> str:
    known = next((INPUT_SIZES[kind] for kind in type(widget).__mro__ if kind in INPUT_SIZES), "")
    size = size or known
    return f"input input--{size}" if size and size != "l" else "input"


def _boxes(bound: BoundField) -> Iterator[dict[str, Any]]:
    """Yield the boxes of a split value, each with the word above it: a date as day, month and year."""
    words = {
        "day": pgettext("a box of a date", "Day"),
        "month": pgettext("a box of a date", "Month"),
        "year": pgettext("a box of a date", "Year"),
        "hour": pgettext("a box of a time", "Hour"),
        "minute": pgettext("a box of a time", "Minute"),
    }
    widget = bound.field.widget
    attributes = bound.build_widget_attrs({"id": bound.auto_id}, widget)
    context = widget.get_context(bound.html_name, bound.value(), attributes)["widget"]
    for box in context["subwidgets"]:
        part = box["name"].rsplit("_", 1)[-1]
        box["attrs"]["class"] = "input"
        box["attrs"].pop("aria-describedby", None)
        html = widget._render(box["template_name"], {"widget": box}, bound.form.renderer)
        yield {"id": box["attrs"].get("id"), "word": words.get(part, ""), "html": html}


@register.inclusion_tag("_components/error_summary.html")
def error_summary(*checked: forms.BaseForm | None) -> dict[str, Any]:
    """What has to be put right in one or more forms, each line a link to its field; nothing without errors."""
    lines = [line for form in checked if form is not None and form.is_bound for line in _error_lines(form)]
    return {
        "lines": lines,
        "title": ngettext("%(count)s thing to put right", "%(count)s things to put right", len(lines))
        % {"count": len(lines)},
    }


def _error_lines(form: forms.BaseForm) -> Iterator[tuple[str, str]]:
    for message in form.non_field_errors():
        yield "", str(message)
    for bound in form:
        for message in bound.errors:
            # With its label: "This field is required" says nothing in a list.
            label = str(bound.label)
            yield _first_control(bound), f"{label} {message}" if label.endswith("?") else f"{label}: {message}"


def _first_control(bound: BoundField) -> str:
    """Return the id to jump to: of a group, its first control."""
    kind = _kind(bound.field.widget)
    if kind in {"choice", "checks"}:
        return f"{bound.auto_id}_0"
    if kind == "boxes":
        return next((box["id"] for box in _boxes(bound)), bound.auto_id)
    return bound.id_for_label or bound.auto_id
