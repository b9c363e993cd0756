"""The addresses of courses: the catalogue, the learner's place in a run, the organisation's desk."""

from django.urls import path

from courses.views import attendance, catalog, content, enrollment, proposal, suggest, workspace

app_name = "courses"
urlpatterns = [
    path("courses/", catalog.catalog, name="catalog"),
    path("courses/suggest/", suggest.suggest, name="suggest"),
    path("courses/<int:course_id>-<slug:slug>/", catalog.course, name="course"),
    path("courses/<int:course_id>/", catalog.course, name="course"),
    path("organizations/", workspace.workspaces, name="workspaces"),
    path("organizations/<uuid:organization_id>/", workspace.workspace, name="workspace"),
    path("organizations/<uuid:organization_id>/courses/new/", proposal.proposal_new, name="proposal_new"),
    path("organizations/<uuid:organization_id>/courses/<int:course_id>/", proposal.proposal, name="proposal"),
    path(
        "organizations/<uuid:organization_id>/courses/<int:course_id>/edit/",
        proposal.proposal_edit,
        name="proposal_edit",
    ),
    path("organizations/<uuid:organization_id>/courses/<int:course_id>/runs/new/", proposal.run_new, name="run_new"),
    path("runs/<int:run_id>/enroll/", enrollment.enroll, name="enroll"),
    path("enrollments/<uuid:public_id>/", enrollment.enrollment, name="enrollment"),
    path("enrollments/<uuid:public_id>/withdraw/", enrollment.withdraw, name="withdraw"),
    path("enrollments/<uuid:public_id>/units/<int:position>/", content.unit, name="unit"),
    path("organizations/<uuid:organization_id>/runs/<int:run_id>/", attendance.run, name="run"),
    path(
        "organizations/<uuid:organization_id>/runs/<int:run_id>/sessions/<int:position>/",
        attendance.attendance,
        name="attendance",
    ),
]
