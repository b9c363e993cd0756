"""What the people's side keeps of one person: the tables an export is made of, in which a person is the subject."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models import Case, Model, Q, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from learners.models import (
    AccessNeeds,
    AddedWay,
    Card,
    ChangedWay,
    Claim,
    Consent,
    ConsentAnswer,
    Correction,
    DeadWay,
    Device,
    Guardian,
    HelpRequest,
    Learner,
    LostSecondStep,
    LostWay,
    Mandate,
    MandateAct,
    Membership,
    Message,
    OrganizationComplaint,
    Registration,
)
from learners.queries.message import is_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalTable:
    """One table of an export: rows of ``model`` whose path ``by`` leads to the person, in the order they were made."""

    name: str  # of its key in the JSON and of its CSV
    title: str | Promise
    model: type[Model]
    by: str
    fields: tuple[str, ...]
    shown: tuple[str, ...]  # of these, what a reader of the PDF wants
    also: Callable[[Collection[int]], Q] | None = None  # rows of the person that ``by`` does not lead to

    def rows(self, accounts: Sequence[Learner]) -> list[dict[str, Any]]:
        """Return the rows of a person with these accounts, the kept one first; one query."""
        ids = [account.pk for account in accounts]
        theirs = Q(**{f"{self.by}__in": ids})
        found = self.model._default_manager.filter(theirs | self.also(ids) if self.also else theirs)
        kept_first = Case(When(**{self.by: ids[0]}, then=0), default=1)
        order = [kept_first, "pk"] if self.model is Learner else ["pk"]
        return list(found.order_by(*order).values(*self.fields))

    def label(self, field: str, value: Any) -> Any:
        """Return what a reader sees of a value: the word of a choice, in the language being read."""
        choices = dict(self.model._meta.get_field(field).flatchoices) if "__" not in field else {}  # type: ignore[union-attr]
        return choices.get(value, value)


TABLES: Sequence[PersonalTable] = (
    PersonalTable(
        name="person",
        title=_("Account"),
        model=Learner,
        by="pk",
        fields=(
            "public_id",
            "ledger_number",
            "full_name",
            "email",
            "email_verified_at",
            "phone",
            "phone_verified_at",
            "birth_year",
            "language",
            "place_id",
            "form_of_address",
            "text_size",
            "theme",
            "lite",
            "aloud",
            "understands",
            "free_slots",
            "quiet_from",
            "quiet_until",
            "digest_weekday",
            "digest_hour",
            "wants_digest",
            "wants_reminders",
            "wants_suggestions",
            "created_at",
            "merged_into__ledger_number",
        ),
        shown=("full_name", "email", "phone", "language", "created_at"),
    ),
    PersonalTable(
        name="memberships",
        title=_("Where I work"),
        model=Membership,
        by="learner",
        fields=("organization__public_id", "organization__name_vi", "role", "started_at", "ended_at"),
        shown=("organization__name_vi", "role", "started_at", "ended_at"),
    ),
    PersonalTable(
        name="consents",
        title=_("What I have agreed to"),
        model=Consent,
        by="learner",
        fields=(
            *("public_id", "purpose", "text__version", "language", "channel", "given_at", "withdrawn_at"),
            *("witnessed_by__full_name", "organization__name_vi"),
            *("withdrawal_witnessed_by__full_name", "withdrawal_organization__name_vi", "learner__ledger_number"),
        ),
        shown=("purpose", "given_at", "withdrawn_at"),
    ),
    PersonalTable(
        name="guardians",
        title=_("Who stands for me"),
        model=Guardian,
        by="child",
        fields=(
            *("public_id", "guardian__full_name", "full_name", "proof", "organization__name_vi"),
            *("recorded_by__full_name", "recorded_at", "accepted_at", "witnessed_by__full_name", "revoked_at"),
        ),
        shown=("guardian__full_name", "proof", "recorded_at", "revoked_at"),
    ),
    PersonalTable(
        name="guardian_of",
        title=_("Children I stand for"),
        model=Guardian,
        by="guardian",
        fields=("public_id", "child__full_name", "proof", "organization__name_vi", "accepted_at", "revoked_at"),
        shown=("child__full_name", "accepted_at", "revoked_at"),
    ),
    PersonalTable(
        name="consent_answers",
        title=_("Answers about consents of mine as a child"),
        model=ConsentAnswer,
        by="learner",
        fields=(
            *("purpose", "text__version", "is_yes", "guardian__public_id", "language", "channel"),
            *("witnessed_by__full_name", "organization__name_vi", "said_at", "ended_at"),
        ),
        shown=("purpose", "is_yes", "said_at", "ended_at"),
    ),
    PersonalTable(
        name="consent_answers_given",
        title=_("My answers about consents"),
        model=ConsentAnswer,
        by="said_by",
        fields=(
            *("purpose", "text__version", "is_yes", "guardian__public_id", "language", "channel"),
            *("witnessed_by__full_name", "organization__name_vi", "said_at", "ended_at"),
        ),
        shown=("purpose", "is_yes", "said_at", "ended_at"),
    ),
    PersonalTable(
        name="access_needs",
        title=_("What I need in a class"),
        model=AccessNeeds,
        by="learner",
        fields=("needs", "words", "said_at", "learner__ledger_number"),
        shown=("words", "said_at"),
    ),
    PersonalTable(
        name="messages",
        title=_("Letters to me"),
        model=Message,
        by="recipient",
        also=is_of,
        fields=("public_id", "kind", "language", "data", "state", "queued_at", "sent_at"),
        shown=("kind", "state", "queued_at"),
    ),
    PersonalTable(
        name="help_requests",
        title=_("Requests to be called back"),
        model=HelpRequest,
        by="learner",
        fields=(
            *("public_id", "name", "reach", "about", "asked_at", "due_on"),
            *("answer__tag", "answer__outcome", "answer__note", "answer__answered_at"),
        ),
        shown=("about", "asked_at"),
    ),
    PersonalTable(
        name="complaints",
        title=_("My complaints"),
        model=OrganizationComplaint,
        by="learner",
        fields=(
            *("organization__name_vi", "subject", "text", "made_at", "due_on"),
            *("answer__outcome", "answer__text", "answer__answered_at"),
        ),
        shown=("organization__name_vi", "subject", "text", "made_at"),
    ),
    PersonalTable(
        name="registration",
        title=_("How my account was opened at a counter"),
        model=Registration,
        by="learner",
        fields=(
            *("organization__public_id", "organization__name_vi", "registered_by__full_name", "registered_at"),
            *("consent_way", "guardian_agreed", "consent_text", "learner__birth_year_confirmed_at"),
        ),
        shown=("organization__name_vi", "registered_by__full_name", "registered_at", "consent_way"),
    ),
    PersonalTable(
        name="claims",
        title=_("Addresses added to my record at a counter, or by my card"),
        model=Claim,
        by="learner",
        fields=("claimed_at", "witnessed_by__full_name", "organization__name_vi"),
        shown=("claimed_at", "organization__name_vi"),
    ),
    PersonalTable(
        name="added_ways",
        title=_("What was added to my record in front of staff, and who confirmed it"),
        model=AddedWay,
        by="learner",
        fields=(
            *("kind", "added_at", "added_by__full_name", "organization__name_vi", "held_until"),
            *("confirmed_at", "confirmed_by__full_name", "taken_off_at"),
        ),
        shown=("kind", "added_at", "held_until", "confirmed_at", "taken_off_at", "organization__name_vi"),
    ),
    PersonalTable(
        name="lost_second_steps",
        title=_("When my second step was said to be lost"),
        model=LostSecondStep,
        by="learner",
        fields=(
            *("asked_at", "vouched_at", "vouched_by__full_name", "confirmed_at", "confirmed_by__full_name"),
            *("due_at", "stopped_at", "done_at"),
        ),
        shown=("asked_at", "confirmed_at", "stopped_at", "done_at"),
    ),
    PersonalTable(
        name="lost_ways",
        title=_("When an address or number of mine was said to be lost"),
        model=LostWay,
        by="learner",
        fields=(
            *("kind", "address", "new_kind", "new_address", "asked_at", "vouched_at", "vouched_by__full_name"),
            *("confirmed_at", "confirmed_by__full_name", "due_at", "stopped_at", "done_at", "is_objection"),
        ),
        shown=("kind", "asked_at", "confirmed_at", "stopped_at", "done_at"),
    ),
    PersonalTable(
        name="changed_ways",
        title=_("What I took off my record lately, and whether the old address objected"),
        model=ChangedWay,
        by="learner",
        fields=("kind", "address", "changed_at", "objected_at"),
        shown=("kind", "changed_at", "objected_at"),
    ),
    PersonalTable(
        name="dead_ways",
        title=_("Numbers and addresses taken off my record at a counter"),
        model=DeadWay,
        by="learner",
        fields=(
            *("kind", "address", "asked_at", "asked_by__full_name", "organization__name_vi"),
            *("confirmed_at", "confirmed_by__full_name", "undone_at"),
        ),
        shown=("kind", "asked_at", "confirmed_at", "undone_at", "organization__name_vi"),
    ),
    PersonalTable(
        name="corrections",
        title=_("What was corrected in my record"),
        model=Correction,
        by="learner",
        fields=("what", "before", "after", "corrected_at", "corrected_by__full_name", "organization__name_vi"),
        shown=("what", "before", "corrected_at", "organization__name_vi"),
    ),
    PersonalTable(
        name="cards",
        title=_("My cards"),
        model=Card,
        by="learner",
        fields=("issued_at", "issued_by__full_name", "organization__name_vi", "used_at", "revoked_at"),
        shown=("issued_at", "organization__name_vi", "used_at", "revoked_at"),
    ),
    PersonalTable(
        name="devices",
        title=_("Where I have signed in"),
        model=Device,
        by="learner",
        fields=("public_id", "name", "is_shared", "signed_in_at", "last_seen_at", "ended_at"),
        shown=("name", "signed_in_at", "ended_at"),
    ),
    PersonalTable(
        name="second_steps",
        title=_("My second steps and passkeys"),
        model=Authenticator,
        by="user",
        fields=("type", "created_at", "last_used_at"),
        shown=("type", "created_at"),
    ),
    PersonalTable(
        name="identities",
        title=_("My accounts elsewhere"),
        model=SocialAccount,
        by="user",
        fields=("provider", "uid", "date_joined", "last_login"),
        shown=("provider", "date_joined"),
    ),
    PersonalTable(
        name="helpers",
        title=_("Who helps me"),
        model=Mandate,
        by="person",
        fields=(
            *("public_id", "helper_words", "may_enroll", "may_withdraw", "may_see_timetable", "may_set_look", "until"),
            *("given_at", "accepted_at", "revoked_at"),
        ),
        shown=("helper_words", "given_at", "until", "revoked_at"),
    ),
    PersonalTable(
        name="helping",
        title=_("Whom I help"),
        model=Mandate,
        by="helper",
        fields=("public_id", "person__full_name", "until", "accepted_at", "revoked_at"),
        shown=("person__full_name", "until", "revoked_at"),
    ),
    PersonalTable(
        name="helped",
        title=_("What was done for me"),
        model=MandateAct,
        by="mandate__person",
        fields=("mandate__helper_words", "act", "title_vi", "done_at"),
        shown=("mandate__helper_words", "act", "title_vi", "done_at"),
    ),
)
