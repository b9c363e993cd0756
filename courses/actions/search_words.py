"""Search words: loaded from the repository's file, then in the curators' hands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from courses.importers.search_words import Row, folded
from courses.models import SearchGeneration, SearchWord
from courses.queries.asked import contradictions, letters
from courses.queries.asked.kept import WORDS
from courses.queries.asked.words import key_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    added: int
    changed: int
    kept: int  # edited at the desk since, and left as they are


class UnableToSave(Exception):
    """The word contradicts another; the message is written for the curator."""


@transaction.atomic
def load(*, rows: Iterable[Row], model: Any = SearchWord) -> Loaded:
    """
    Add the rows that are not there and bring those up to date that nobody has edited; return how many of each.

    Idempotent. A row that was edited or switched off stays as it is, and so does one written at the desk in the same
    words. ``model`` is the table as a migration sees it.
    """
    there = {word.loaded_as: word for word in model.objects.exclude(loaded_as="")}
    own = set(model.objects.filter(loaded_as="").values_list("kind", "key"))
    new, changed, kept = [], [], 0
    for row in rows:
        word = there.get(row.loaded_as)
        if word is None and (row.kind, row.key) not in own:
            new.append(_filled(model(loaded_as=row.loaded_as), row))
        elif word is None or word.edited_at is not None:
            kept += 1
        elif (word.phrase, tuple(word.means), word.note) != (row.phrase, row.means, row.note):
            changed.append(_filled(word, row))
    model.objects.bulk_create(new, batch_size=500)
    model.objects.bulk_update(changed, ["phrase", "means", "note", "folded"])
    return Loaded(added=len(new), changed=len(changed), kept=kept)


@transaction.atomic
def save(*, word: SearchWord, now: datetime) -> SearchWord:
    """
    Write what a curator has entered or edited; every process searches by it within seconds.

    :raises UnableToSave: if it contradicts another word.
    """
    word.phrase, word.means = letters.tidy(word.phrase), [letters.tidy(means) for means in word.means]
    SearchGeneration.objects.select_for_update().get(name=WORDS)  # two curators write one after the other
    problems = contradictions.of(word)
    if problems:
        raise UnableToSave(" ".join(problem.message for problem in problems))
    word.key, word.folded, word.edited_at = key_of(word.phrase), folded(word.phrase, word.means), now
    word.save()
    return word


def _filled(word: Any, row: Row) -> Any:
    word.kind, word.phrase, word.means, word.note = row.kind, row.phrase, list(row.means), row.note
    word.key, word.folded = row.key, folded(row.phrase, row.means)
    return word
