"""One unit of an online course: read it, then go on to the next."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses.actions import content as actions
from courses.choices import EnrollmentState
from courses.models import Enrollment, Unit
from courses.queries import content as queries
from courses.queries import enrollment as enrollments
from learners.models import Learner


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def unit(request: HttpRequest, public_id: UUID, position: int) -> HttpResponse:
    """Show the unit to its learner, to the class's staff and to curators; only the learner marks it as read."""
    reader: Learner = request.user  # type: ignore[assignment]  # login_required
    enrollment = get_object_or_404(enrollments.visible_to(reader), public_id=public_id)
    unit = get_object_or_404(queries.units(enrollment.run.version), position=position)
    is_own = enrollment.learner_id == reader.pk
    if request.method == "POST":
        if not is_own:
            raise PermissionDenied
        return _go_on(request, enrollment, unit, reader)
    reading = queries.reading(enrollment, with_marks=is_own)
    return render(
        request,
        "courses/unit.html",
        {
            "enrollment": enrollment,
            "unit": unit,
            "reading": reading,
            "is_own": is_own,
            "may_mark": is_own and enrollment.state in {EnrollmentState.ENROLLED, EnrollmentState.COMPLETED},
            "previous": reading.beside(unit, -1),
            "next": reading.beside(unit, 1),
            "text_language": (enrollment.run.version.languages or ["vi"])[0],
        },
    )


def _go_on(request: HttpRequest, enrollment: Enrollment, unit: Unit, reader: Learner) -> HttpResponse:
    was = enrollment.state
    try:
        enrollment = actions.complete_unit(enrollment=enrollment, unit=unit, actor=reader, now=timezone.now())
    except actions.UnableToRead as reason:
        messages.warning(request, str(reason))
        return redirect("courses:enrollment", public_id=enrollment.public_id)
    if was != enrollment.state:
        messages.success(request, _("You have completed the course. The credit is in your record."))
        return redirect("courses:enrollment", public_id=enrollment.public_id)
    following = queries.reading(enrollment).beside(unit, 1)
    if following is None:
        return redirect("courses:enrollment", public_id=enrollment.public_id)
    return redirect("courses:unit", public_id=enrollment.public_id, position=following.position)
