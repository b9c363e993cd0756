"""Words of the people's side. Values are stored and never change; labels are what a reader sees."""

from learners.choices.consent import AgeKind, ConsentChannel, ConsentPurpose, ConsentWay, GuardianProof
from learners.choices.helping import SEEN_IN_LISTS, Corrected, CounterAct, HelpOutcome, HelpTag, HelperAct, HelperStep, Seen
from learners.choices.keeping import ExportState, RetentionKind
from learners.choices.message import Cap, Channel, MessageKind, MessageState, Policy, Topic, Urgency, message_kinds
from learners.choices.organization import ComplaintOutcome, ComplaintSubject, OrganizationKind, OrganizationStatus, Role
from learners.choices.place import FormerPlaceKind, PlaceKind
from learners.choices.profile import (
    DAYS,
    SLOTS,
    AccessNeed,
    DayPart,
    FormOfAddress,
    Language,
    Lightness,
    ReadAloud,
    TeachingLanguage,
    TextSize,
    Theme,
    Weekday,
)
from learners.choices.sign_in import CodePurpose, Level, Way

__all__ = [
    "DAYS",
    "SEEN_IN_LISTS",
    "SLOTS",
    "AccessNeed",
    "AgeKind",
    "Cap",
    "Channel",
    "CodePurpose",
    "ComplaintOutcome",
    "ComplaintSubject",
    "ConsentChannel",
    "ConsentPurpose",
    "ConsentWay",
    "Corrected",
    "CounterAct",
    "DayPart",
    "ExportState",
    "FormOfAddress",
    "FormerPlaceKind",
    "GuardianProof",
    "HelpOutcome",
    "HelpTag",
    "HelperAct",
    "HelperStep",
    "Language",
    "Level",
    "Lightness",
    "MessageKind",
    "MessageState",
    "OrganizationKind",
    "OrganizationStatus",
    "PlaceKind",
    "Policy",
    "ReadAloud",
    "RetentionKind",
    "Role",
    "Seen",
    "TeachingLanguage",
    "TextSize",
    "Theme",
    "Topic",
    "Urgency",
    "Way",
    "Weekday",
    "message_kinds",
]
