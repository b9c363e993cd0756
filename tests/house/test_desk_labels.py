"""What the curators' desk shows of a row has a name in the reader's language, on its page, in lists and in filters."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import get_fields_from_path, label_for_field
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils.translation import override

from learners.models import Learner

APPS = {"courses", "credits", "learners", "portal"}
SAME_WORD = {"ID", "id"}  # in both languages


def asked() -> HttpRequest:
    request = RequestFactory().get("/admin/")
    request.user = Learner(is_superuser=True, is_staff=True)
    return request


def flat(names: Any) -> Iterator[str]:
    for name in names:
        yield from [name] if isinstance(name, str) else flat(name)


def pages() -> Iterator[Any]:
    """Yield every admin of ours that is on the desk, and those whose rows stand on the pages of others."""
    for model, page in admin.site._registry.items():
        if model._meta.app_label in APPS:
            yield page
            yield from page.get_inline_instances(asked())


def labels(page: Any) -> Iterator[tuple[str, str]]:
    """Yield what a page, a list and its filters show of a row, each with its label in the language of now."""
    typed: dict[str, Any] = {}
    shown = {*flat(page.get_fields(asked()))}
    if isinstance(page, admin.ModelAdmin):
        typed = page.get_form(asked(), change=True).base_fields
        shown |= {*page.get_list_display(asked())} - {"__str__", "action_checkbox"}
        for name in page.get_list_filter(asked()):
            path = name if isinstance(name, str) else name[0] if isinstance(name, tuple) else None
            if path is not None:
                yield path, str(get_fields_from_path(page.model, path)[-1].verbose_name)
    for name in shown:
        yield name, str(typed[name].label if name in typed else label_for_field(name, page.model, page))


def test_all_that_the_desk_shows_has_a_name_in_both_languages() -> None:
    seen = 0
    same = set()
    for page in pages():
        with override("en"):
            english = {*labels(page)}
        with override("vi"):
            vietnamese = {*labels(page)}
        seen += len(english)
        same |= {f"{page.model._meta.label}.{name}" for name, label in english & vietnamese if label not in SAME_WORD}

    assert seen > 300
    assert "\n".join(sorted(same)) == ""
