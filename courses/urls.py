"""The addresses of courses: the catalogue, the learner's place in a run, the organisation's desk."""

from django.urls import path

from courses.views import (
    attendance,
    catalog,
    content,
    demand,
    draft,
    embed,
    enrollment,
    following,
    importing,
    open_data,
    poster,
    proposal,
    suggest,
    suggestion,
    version,
    wish,
    workspace,
)

app_name = "courses"
urlpatterns = [
    path("courses/", catalog.catalog, name="catalog"),
    path("courses/suggest/", suggest.suggest, name="suggest"),
    path("courses/<int:course_id>-<slug:slug>/", catalog.course, name="course"),
    path("courses/<int:course_id>/", catalog.course, name="course"),
    path("courses/<int:course_id>/versions/<int:number>/", version.version, name="version"),
    path("courses/<int:course_id>/poster.pdf", poster.of_course, name="course_poster"),
    path("runs/<int:run_id>/poster.pdf", poster.of_run, name="run_poster"),
    path("p/<str:code>", poster.code, name="poster_code"),
    path("courses/embed/", embed.embed_line, name="embed_line"),
    path("embed/courses/", embed.embedded, name="embedded"),
    path("data/", open_data.open_data, name="open_data"),
    path("courses/feeds/", following.following, name="following"),
    path("courses/feeds/classes.ics", following.calendar, name="calendar"),
    path("courses/feeds/<slug:what>.<slug:form>", following.feed, name="feed"),
    path("me/suggestions/", suggestion.suggestions, name="suggestions"),
    path("me/suggestions/<int:course_id>/", suggestion.suggestion, name="suggestion"),
    path("wishes/", wish.wishes, name="wishes"),
    path("wishes/new/", wish.wish_new, name="wish_new"),
    path("me/wishes/", wish.my_wishes, name="my_wishes"),
    path("me/wishes/<uuid:public_id>/", wish.my_wish, name="my_wish"),
    path("organizations/<uuid:organization_id>/wishes/", demand.board, name="demand"),
    path("organizations/<uuid:organization_id>/wishes/<uuid:public_id>/", demand.one, name="demand_wish"),
    path("organizations/", workspace.workspaces, name="workspaces"),
    path("organizations/<uuid:organization_id>/", workspace.workspace, name="workspace"),
    path("organizations/<uuid:organization_id>/courses/new/", proposal.proposal_new, name="proposal_new"),
    path("organizations/<uuid:organization_id>/courses/<int:course_id>/", proposal.proposal, name="proposal"),
    path(
        "organizations/<uuid:organization_id>/courses/<int:course_id>/edit/",
        draft.proposal_edit,
        name="proposal_edit",
    ),
    path(
        "organizations/<uuid:organization_id>/courses/<int:course_id>/versions/new/",
        draft.version_new,
        name="version_new",
    ),
    path("organizations/<uuid:organization_id>/courses/<int:course_id>/discard/", draft.discard, name="discard"),
    path("organizations/<uuid:organization_id>/courses/<int:course_id>/runs/new/", proposal.run_new, name="run_new"),
    path("organizations/<uuid:organization_id>/imports/", importing.imports, name="imports"),
    path("organizations/<uuid:organization_id>/imports/<uuid:job_id>/", importing.job, name="import_job"),
    path("organizations/<uuid:organization_id>/imports/<uuid:job_id>/start/", importing.start, name="import_start"),
    path("organizations/<uuid:organization_id>/imports/<uuid:job_id>/undo/", importing.undo, name="import_undo"),
    path("organizations/<uuid:organization_id>/imports/<uuid:job_id>/drop/", importing.drop, name="import_drop"),
    path("organizations/<uuid:organization_id>/imports/<uuid:job_id>/faults/", importing.faults, name="import_faults"),
    path("organizations/<uuid:organization_id>/harvest/new/", importing.harvest_new, name="harvest_new"),
    path(
        "organizations/<uuid:organization_id>/harvest/<uuid:source_id>/stop/",
        importing.harvest_stop,
        name="harvest_stop",
    ),
    path("courses/duplicates/", importing.duplicates, name="duplicates"),
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

# Files for machines have one address, whatever the language: portal/urls.py includes this list beside the other.
file_urlpatterns = [
    path("data/<slug:name>.csv", open_data.file_csv, name="open_data_csv"),
    path("data/<slug:name>.json", open_data.file_json, name="open_data_json"),
]
