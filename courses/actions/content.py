"""Units: writing them (Markdown, made into safe HTML when it is saved) and reading them to the end."""

from datetime import datetime

import nh3
from django.db import transaction
from django.db.models import Max
from django.utils.html import escape
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from courses.actions import completion
from courses.choices import EnrollmentState
from courses.models import Enrollment, Module, Unit, UnitCompletion
from courses.rules import MARKDOWN_BYTES_MAX
from learners.models import Learner

RENDERER_VERSION = 1  # goes up when the same Markdown would give other HTML
FIRST_HEADING, LAST_HEADING = 2, 6  # the page itself has the one h1
TAGS = {
    *("h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "strong", "em", "s", "a", "ul", "ol", "li", "blockquote"),
    *("code", "pre", "table", "thead", "tbody", "tr", "th", "td", "div"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "div": {"tabindex"}}
CLASSES = {"div": {"table-scroll"}, "table": {"table"}}


class UnableToSave(Exception):
    """The text cannot be kept as it is; the message is written for its author."""


class UnableToRead(Exception):
    """The unit cannot be marked as read; the message is written for the learner."""


def render(markdown: str) -> str:
    """
    Return the HTML of a unit's Markdown: an allow-list of elements, headings from h2 without gaps, no images.

    :raises UnableToSave: if the text is longer than ``MARKDOWN_BYTES_MAX``.
    """
    refuse_too_long(markdown)
    tokens = _PARSER.parse(markdown)
    _shift_headings(tokens)
    return nh3.clean(
        _PARSER.renderer.render(tokens, _PARSER.options, {}),
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="nofollow ugc noopener",
    )


def refuse_too_long(markdown: str) -> None:
    """:raises UnableToSave: if the text is longer than ``MARKDOWN_BYTES_MAX``."""
    if len(markdown.encode()) > MARKDOWN_BYTES_MAX.count_max:
        raise UnableToSave(
            _("The text is too long: at most %(size)s KB. Divide it into two units.")
            % {"size": MARKDOWN_BYTES_MAX.count_max // 1024}
        )


@transaction.atomic
def add_unit(
    *,
    module: Module,
    title_vi: str,
    minutes: int,
    markdown: str,
    title_en: str = "",
    summary_vi: str = "",
    summary_en: str = "",
) -> Unit:
    """
    Add a unit at the end of a version that is still being written and return it.

    :raises UnableToSave: if the text is too long.
    """
    html = render(markdown)
    last = Unit.objects.filter(module__version=module.version_id).aggregate(last=Max("position"))["last"] or 0
    return Unit.objects.create(
        module=module,
        position=last + 1,
        title_vi=title_vi,
        title_en=title_en,
        summary_vi=summary_vi,
        summary_en=summary_en,
        minutes=minutes,
        markdown=markdown,
        html=html,
        renderer_version=RENDERER_VERSION,
    )


@transaction.atomic
def complete_unit(*, enrollment: Enrollment, unit: Unit, actor: Learner, now: datetime) -> Enrollment:
    """
    Note that the learner has read a unit to its end; complete the enrolment when that meets its rule.

    Idempotent: a unit is read once, with the time of the first reading. Locks the enrolment. Returns it as it stands.

    :raises UnableToRead: if the unit is not of this course, the enrolment has ended, or somebody else reads.
    """
    locked = completion.lock([enrollment.pk])[0]
    if locked.learner_id != actor.pk:
        raise UnableToRead(_("Only the learner can mark a unit as read."))
    if unit.module.version_id != locked.run.version_id:
        raise UnableToRead(_("This unit belongs to another course."))
    if locked.state not in {EnrollmentState.ENROLLED, EnrollmentState.COMPLETED}:
        raise UnableToRead(_("You have left this course. Enrol again to go on reading."))
    UnitCompletion.objects.get_or_create(enrollment=locked, unit=unit, defaults={"completed_at": now})
    completion.complete_all_met(enrollments=[locked], actor=actor, now=now)
    return locked


def _shift_headings(tokens: list[Token]) -> None:
    """Map the heading levels in use to h2, h3, … in their order, so that no level is skipped."""
    levels = sorted({token.tag for token in tokens if token.type == "heading_open"})
    new = {tag: f"h{min(FIRST_HEADING + rank, LAST_HEADING)}" for rank, tag in enumerate(levels)}
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = new[token.tag]


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    # Nothing is loaded from elsewhere: of a picture its description stays.
    parser.add_render_rule("image", lambda _self, tokens, index, _options, _env: escape(tokens[index].content))
    # A wide table scrolls by itself, also by keyboard, and the page never does.
    parser.add_render_rule("table_open", lambda *_: '<div class="table-scroll" tabindex="0"><table class="table">\n')
    parser.add_render_rule("table_close", lambda *_: "</table></div>\n")
    return parser


_PARSER = _parser()
