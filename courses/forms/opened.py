"""Two people at one draft: what it said when its form was opened, and how two ways of going on from there meet."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from courses.models import CourseVersion

VERSION, REVISION, OPENED = "version", "revision", "opened"  # the names of the hidden inputs
DIGEST_CHARACTERS = 12
NUMBER_DIGITS_MAX = 18
NEVER = -1  # no draft has this revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a form began with: which draft, its revision, and of each of its fields a digest of what it said."""

    version: int  # its key: a draft thrown away and begun again has the same number and revision
    revision: int
    digests: Mapping[str, str]

    @classmethod
    def of(cls, form: forms.Form, *, version: CourseVersion) -> "Opened":
        """Return what an unbound form shows of a draft."""
        digests = {bound.name: _digest(as_text(bound)) for bound in _shown(form)}
        return cls(version=version.pk, revision=version.revision, digests=digests)

    @classmethod
    def sent_with(cls, data: Mapping[str, Any]) -> "Opened":
        """Return what a page brought back; one that brings nothing readable began with nothing anybody has."""
        try:
            digests = json.loads(data.get(OPENED, ""))
        except (ValueError, RecursionError):
            digests = {}
        return cls(
            version=_number(data.get(VERSION)),
            revision=_number(data.get(REVISION)),
            digests=digests if isinstance(digests, dict) else {},
        )

    def revision_of(self, version: CourseVersion) -> int:
        """Return the revision at which this version was opened; ``NEVER`` if it was another that was opened."""
        return self.revision if self.version == version.pk else NEVER

    @property
    def written(self) -> str:
        return json.dumps(self.digests, separators=(",", ":"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """Where what somebody typed meets what another has saved since."""

    taken: list[tuple[str, str]]  # what the other alone changed, with the other's words: they are in the form now
    kept: list[tuple[str, str]]  # what both changed, with the other's words: one's own stay in the form
    initial: dict[str, Any]  # the form as it goes on from here

    @property
    def is_smooth(self) -> bool:
        """Whether the other has said nothing that is not in the form, such as when a page is sent twice."""
        return not self.taken and not self.kept


def meet(typed: forms.Form, saved: forms.Form, opened: Opened) -> Meeting:
    """
    Put together what a bound form says and what the draft says now, an unbound form of the same class.

    A field that only the other person has changed takes the other's words. Where both have, and say different things,
    what was typed stays, and the other's words are told.
    """
    taken, kept, initial = [], [], {}
    theirs = {bound.name: bound for bound in _shown(saved)}
    for bound in _shown(typed):
        mine, other = as_text(bound), as_text(theirs[bound.name])
        if mine == other:
            continue
        began_with, label = opened.digests.get(bound.name), str(bound.label)
        if began_with == _digest(mine):
            taken.append((label, _in_words(theirs[bound.name])))
            continue
        if began_with != _digest(other):
            kept.append((label, _in_words(theirs[bound.name])))
        initial[bound.name] = bound.value()
    return Meeting(taken=taken, kept=kept, initial=initial)


def as_text(bound: BoundField) -> str:
    """Return what a field holds, the same whether it was typed or loaded."""
    return "\n".join(sorted(_values(bound)) if _is_a_choice_of_many(bound) else _values(bound)).strip()


def _number(typed: object) -> int:
    text = str(typed)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= NUMBER_DIGITS_MAX else NEVER


def _shown(form: forms.Form) -> Iterator[BoundField]:
    return (bound for bound in form if not bound.is_hidden)


def _is_a_choice_of_many(bound: BoundField) -> bool:
    return isinstance(bound.field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField)


def _values(bound: BoundField) -> list[str]:
    value, widget = bound.value(), bound.field.widget
    if isinstance(widget, forms.MultiWidget) and not isinstance(value, list | tuple):
        value = widget.decompress(value)
    values = value if isinstance(value, list | tuple) else [value]
    texts = ("" if each is None else str(each) for each in values)
    return [text.replace("\r\n", "\n").strip() for text in texts]


def _in_words(bound: BoundField) -> str:
    values = [value for value in _values(bound) if value]
    if isinstance(bound.field.widget, forms.MultiWidget):
        return "/".join(values)
    choices = getattr(bound.field, "choices", None)
    if choices is None:
        return "\n".join(values)
    labels: dict[str, str] = {}
    for value, label in choices:
        group = label if isinstance(label, list | tuple) else [(value, label)]
        labels |= {str(each): str(words) for each, words in group}
    return ", ".join(labels.get(value, value) for value in values)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:DIGEST_CHARACTERS]
