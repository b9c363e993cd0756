"""The tables of people, organisations, places and messages."""

from learners.models.closing import AccountClosing
from learners.models.complaint import OrganizationComplaint, OrganizationComplaintAnswer
from learners.models.consent import AccessNeeds, Consent, ConsentText
from learners.models.data_export import DataExport
from learners.models.help import CommuneHelper, HelpAnswer, HelpRequest
from learners.models.holiday import Holiday
from learners.models.learner import Learner
from learners.models.message import Message, MessageText, UnsubscribeLink
from learners.models.organization import Membership, Organization
from learners.models.place import FormerPlace, Place
from learners.models.retention import RetentionRule
from learners.models.sign_in import SignInCode

__all__ = [
    "AccessNeeds",
    "AccountClosing",
    "CommuneHelper",
    "Consent",
    "ConsentText",
    "DataExport",
    "FormerPlace",
    "HelpAnswer",
    "HelpRequest",
    "Holiday",
    "Learner",
    "Membership",
    "Message",
    "MessageText",
    "Organization",
    "OrganizationComplaint",
    "OrganizationComplaintAnswer",
    "Place",
    "RetentionRule",
    "SignInCode",
    "UnsubscribeLink",
]
