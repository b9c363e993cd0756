"""The review of courses: a list of what waits, a page with all that is proposed, and two decisions."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from courses.actions import catalog
from courses.choices import VersionState
from courses.forms.review import ReasonsForm
from courses.models import CourseVersion, Review
from courses.permissions import may_review
from courses.queries import difference, outline, workspace
from courses.queries import review as queries
from learners import formats
from learners.desk import ReadOnlyAdmin
from learners.models import Learner

PUBLISH = "publish"
BIGINT_DIGITS = 19


@admin.register(CourseVersion)
class CourseVersionAdmin(ReadOnlyAdmin):
    list_display = ["title_vi", "provider", "state", "version_number", "submitted", "answer_by"]
    list_filter = ["state", ("course__provider", admin.RelatedOnlyFieldListFilter), "submitted_at"]
    list_select_related = ["course__provider"]
    search_fields = ["title_vi", "title_en", "course__provider__name_vi", "=course__id"]
    list_per_page = 50

    # What waits comes first, the longest wait on top.
    ordering = [
        Case(When(state=VersionState.SUBMITTED, then=Value(0)), default=Value(1)).asc(),
        "submitted_at",
        "pk",
    ]

    @admin.display(description=gettext_lazy("organisation"), ordering="course__provider__name_vi")
    def provider(self, version: CourseVersion) -> str:
        return version.course.provider.name

    @admin.display(description=gettext_lazy("version"), ordering="number")
    def version_number(self, version: CourseVersion) -> int:
        return version.number

    @admin.display(description=gettext_lazy("submitted"), ordering="submitted_at")
    def submitted(self, version: CourseVersion) -> str:
        return formats.moment(version.submitted_at) if version.submitted_at else ""

    @admin.display(description=gettext_lazy("answer by"))
    def answer_by(self, version: CourseVersion) -> Any:
        return version.due_on  # type: ignore[attr-defined]  # put there for the rows of a list

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        listed = super().get_changelist_instance(request)
        due_on = workspace.reviews_due_on(listed.result_list)
        for version in listed.result_list:
            version.due_on = due_on.get(version.pk)
        return listed

    def get_urls(self) -> list[URLPattern]:
        decide = self.admin_site.admin_view(require_POST(self.decide))
        return [path("<int:version_id>/decide/", decide, name="courses_courseversion_decide"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self._review_page(request, self._get(request, object_id), ReasonsForm())

    def decide(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Publish, or return with reasons."""
        version = self._get(request, str(version_id))
        if not request.user.has_perm("courses.change_courseversion"):
            raise PermissionDenied
        curator: Learner = request.user  # type: ignore[assignment]  # the desk asks for a sign-in
        now = timezone.now()
        form = ReasonsForm(request.POST)
        if request.POST.get("revision", str(version.revision)) != str(version.revision):
            messages.error(request, _("This version has been changed since you opened it. Read it again first."))
            return self._review_page(request, version, form)
        try:
            if PUBLISH in request.POST:
                catalog.publish(version=version, curator=curator, now=now)
                messages.success(request, _("“%(title)s” is in the catalogue.") % {"title": version.title})
            elif form.is_valid():
                reasons = form.cleaned_data["reasons"]
                catalog.return_with_reasons(version=version, curator=curator, reasons=reasons, now=now)
                messages.success(request, _("“%(title)s” has been returned.") % {"title": version.title})
            else:
                return self._review_page(request, version, form)
        except catalog.UnableToReview as reason:
            messages.error(request, str(reason))
            return self._review_page(request, version, form)
        return redirect("admin:courses_courseversion_changelist")

    def _get(self, request: HttpRequest, object_id: str) -> CourseVersion:
        version = (
            queries.for_review(int(object_id))
            if object_id.isdecimal() and len(object_id) < BIGINT_DIGITS and self.has_view_permission(request)
            else None
        )
        if version is None:
            raise Http404
        return version

    def _review_page(self, request: HttpRequest, version: CourseVersion, form: ReasonsForm) -> HttpResponse:
        published = queries.published_before(version)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Review of a course"),
            "subtitle": version.title,
            "opts": self.opts,
            "version": version,
            "provider": version.course.provider,
            "published": published,
            "changes": difference.changes(version, published, with_texts=True) if published else [],
            "lines": queries.lines(version, published),
            "contents": queries.rule_and_contents(version),
            "advice": outline.advice(version, list(version.modules.all())),
            "runs": version.runs.all(),
            "form": form,
            "is_waiting": version.state == VersionState.SUBMITTED,
            "may_review": may_review(request.user, version),
            "is_verified": version.course.provider.is_verified(on=timezone.localdate()),
            "publish": PUBLISH,
        }
        return TemplateResponse(request, "admin/courses/courseversion/review.html", context)


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    list_display = ["title", "made", "who", "when"]
    list_filter = ["decision", "decided_at"]
    list_select_related = ["version", "reviewer"]
    search_fields = ["version__title_vi", "reviewer__full_name"]
    ordering = ["-decided_at"]
    fields = ["title", "made", "who", "when", "why"]

    @admin.display(description=gettext_lazy("course"))
    def title(self, review: Review) -> str:
        return review.version.title

    @admin.display(description=gettext_lazy("decision"), ordering="decision")
    def made(self, review: Review) -> str:
        return review.get_decision_display()

    @admin.display(description=gettext_lazy("curator"))
    def who(self, review: Review) -> str:
        return review.reviewer.full_name

    @admin.display(description=gettext_lazy("decided"), ordering="decided_at")
    def when(self, review: Review) -> str:
        return formats.moment(review.decided_at)

    @admin.display(description=gettext_lazy("reasons"))
    def why(self, review: Review) -> str:
        return review.reasons
