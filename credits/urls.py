from django.urls import path

from credits.views import seal, statement, statement_json

app_name = "credits"

urlpatterns = [
    path("me/record/", statement.statement, name="statement"),
    path("me/record.json", statement_json.statement_json, name="statement_json"),
    path("ledger/seals/", seal.seals, name="seals"),
    path("ledger/seals/<int:number>/", seal.seal, name="seal"),
    path("ledger/seals.atom", seal.feed, name="seal_feed"),
]

# Files for machines have one address, whatever the language: portal/urls.py includes this list beside the other.
file_urlpatterns = [
    path("ledger/seals/<int:number>.json", seal.file, name="seal_file"),
    path("ledger/keys.json", seal.keys, name="signing_keys"),
]
