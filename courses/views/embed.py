"""A list of courses inside another site's page, and the page that makes the line of HTML for it."""

from csp.constants import NONE
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from courses.exports import address
from courses.forms.selection import SelectionForm
from courses.queries import syndication
from courses.views.following import parameters_of, selected
from courses.views.open_to_all import opened

FRAME_HEIGHT = 640  # pixels; the list scrolls inside


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"], "script-src": [NONE], "connect-src": [NONE], "form-action": [NONE]})
def embedded(request: HttpRequest) -> HttpResponseBase:
    """The one page other sites may show in a frame: it reads no session, so it is the same for everybody."""
    selection = selected(request)
    context = {
        "selection": selection,
        "courses": syndication.next_courses(selection, now=timezone.now()),
        "more": reverse("courses:catalog") + parameters_of(selection),
        "LANGUAGE_CODE": get_language(),
    }
    answer = opened(HttpResponse(render_to_string("courses/embedded.html", context)))
    answer["X-Robots-Tag"] = "noindex"
    return answer


@require_safe
def embed_line(request: HttpRequest) -> HttpResponse:
    form = SelectionForm(request.GET)
    selection = form.selection()
    parameters = parameters_of(selection)
    title = _("Courses")
    if selection.words:
        title = _("Courses: %(chosen)s") % {"chosen": ", ".join(selection.words)}
    preview = reverse("courses:embedded") + parameters
    line = format_html(
        '<iframe src="{}" title="{}" width="100%" height="{}" loading="lazy"></iframe>',
        address.absolute(preview),
        title,
        FRAME_HEIGHT,
    )
    context = {"form": form, "selection": selection, "parameters": parameters, "line": line, "preview": preview}
    return render(request, "courses/embed_line.html", context)
