from django.urls import path

from credits.views import acceptance, desk, dispute, issued, reader, request, seal, statement, statement_json, timeline

app_name = "credits"

urlpatterns = [
    path("me/record/", statement.statement, name="statement"),
    path("me/record.pdf", statement.pdf, name="statement_pdf"),
    path("me/record.csv", statement.table, name="statement_csv"),
    path("me/record/<uuid:public_id>/", statement.entry, name="entry"),
    path("me/timeline/", timeline.timeline, name="timeline"),
    path("me/record.json", statement_json.statement_json, name="statement_json"),
    path("ledger/seals/", seal.seals, name="seals"),
    path("ledger/seals/<int:number>/", seal.seal, name="seal"),
    path("ledger/seals.atom", seal.feed, name="seal_feed"),
    path("me/record/readers/", reader.readers, name="readers"),
    path("me/record/disputes/", dispute.disputes, name="disputes"),
    path("me/record/disputes/<uuid:public_id>/", dispute.dispute, name="dispute"),
    path("me/record/<uuid:public_id>/dispute/", dispute.dispute_new, name="dispute_new"),
    path("ledger/disputes/", dispute.statistics, name="dispute_statistics"),
    path("organizations/<uuid:organization_id>/disputes/", desk.disputes, name="desk_disputes"),
    path("organizations/<uuid:organization_id>/disputes/<uuid:public_id>/", desk.dispute, name="desk_dispute"),
    path("organizations/<uuid:organization_id>/credit/", issued.issued, name="desk_issued"),
    path(
        "organizations/<uuid:organization_id>/credit/<uuid:public_id>/reversal/",
        issued.reversal_new,
        name="reversal_new",
    ),
    path("organizations/<uuid:organization_id>/requests/", request.requests, name="desk_requests"),
    path("organizations/<uuid:organization_id>/requests/<uuid:public_id>/", request.one, name="desk_request"),
    path("organizations/<uuid:organization_id>/transfers/new/", request.transfer_new, name="transfer_new"),
    path(
        "organizations/<uuid:organization_id>/recognitions/new/",
        request.prior_learning_new,
        name="prior_learning_new",
    ),
    path("ledger/accepted/", acceptance.accepted, name="accepted"),
]

# Files for machines have one address, whatever the language: portal/urls.py includes this list beside the other.
file_urlpatterns = [
    path("ledger/seals/<int:number>.json", seal.file, name="seal_file"),
    path("ledger/keys.json", seal.keys, name="signing_keys"),
    path("ledger/accepted.csv", acceptance.file_csv, name="accepted_csv"),
    path("ledger/accepted.json", acceptance.file_json, name="accepted_json"),
]
