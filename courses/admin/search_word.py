"""Search words at the desk: what is written here every process searches by within seconds."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from courses.actions import search_words
from courses.forms.search_word import SearchWordForm
from courses.models import SearchWord
from learners.models.folding import fold


@admin.register(SearchWord)
class SearchWordAdmin(admin.ModelAdmin):
    """What came with the portal is switched off, not deleted: a release would bring it back."""

    form = SearchWordForm
    list_display = ["phrase", "meanings", "kind", "is_used", "edited_at", "note"]
    list_filter = ["kind", "is_used", ("edited_at", admin.EmptyFieldListFilter)]
    search_fields = ["folded"]
    search_help_text = gettext_lazy("a word, with or without diacritics")
    ordering = ["kind", "phrase"]
    list_per_page = 100
    fields = ["kind", "phrase", "means", "note", "is_used"]

    @admin.display(description=gettext_lazy("what it means"))
    def meanings(self, word: SearchWord) -> str:
        return ", ".join(word.means)

    def get_readonly_fields(self, request: HttpRequest, obj: SearchWord | None = None) -> list[str]:
        return ["kind"] if obj and obj.loaded_as else []

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[SearchWord], search_term: str
    ) -> tuple[QuerySet[SearchWord], bool]:
        return super().get_search_results(request, queryset, fold(search_term))

    def has_delete_permission(self, request: HttpRequest, obj: SearchWord | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not obj.loaded_as)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SearchWord]) -> None:
        queryset.filter(loaded_as="").delete()

    def save_model(self, request: HttpRequest, obj: SearchWord, form: Any, change: bool) -> None:
        search_words.save(word=obj, now=timezone.now())
