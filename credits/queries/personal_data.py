"""What the ledger's side keeps of one person, as tables of an export; the record itself is the signed statement."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from credits.models import Dispute, Freeze, LedgerAccess, LedgerRequest, PathwayFollow, Qualification
from learners.queries.personal_data import PersonalTable

TABLES: Sequence[PersonalTable] = (
    PersonalTable(
        name="pathways",
        title=_("Pathways"),
        model=PathwayFollow,
        by="learner",
        fields=("pathway__slug", "version__number", "version__title_vi", "started_at", "left_at"),
        shown=("version__title_vi", "started_at", "left_at"),
    ),
    PersonalTable(
        name="qualifications",
        title=_("Qualifications"),
        model=Qualification,
        by="learner",
        fields=("public_id", "version__title_vi", "entry__public_id", "awarded_at"),
        shown=("version__title_vi", "awarded_at"),
    ),
    PersonalTable(
        name="disputes",
        title=_("Reports of mistakes"),
        model=Dispute,
        by="learner",
        fields=(
            *("public_id", "case_number", "entry__public_id", "complaint", "text", "opened_at", "due_on"),
            *("state", "outcome", "answer", "answered_at", "withdrawn_at"),
        ),
        shown=("case_number", "complaint", "text", "state", "opened_at"),
    ),
    PersonalTable(
        name="requests_about_my_record",
        title=_("Requests about my record"),
        model=LedgerRequest,
        by="learner",
        fields=("public_id", "kind", "reason", "authority", "seen", "requested_at", "decision__outcome"),
        shown=("kind", "reason", "requested_at"),
    ),
    PersonalTable(
        name="freezes",
        title=_("When my record was frozen"),
        model=Freeze,
        by="learner",
        fields=("frozen_at", "reason"),
        shown=("frozen_at", "reason"),
    ),
    PersonalTable(
        name="readings",
        title=_("Who has read my record"),
        model=LedgerAccess,
        by="learner",
        fields=("read_at", "reader__full_name", "organization__name_vi", "what", "reason"),
        shown=("read_at", "reader__full_name", "organization__name_vi", "what", "reason"),
    ),
)
