"""The tables of people, organisations, places and messages."""

from learners.models.added_way import AddedWay
from learners.models.age import AgeRule, UnderAge
from learners.models.card import Card, CardGuess
from learners.models.changed_way import ChangedWay
from learners.models.claim import Claim
from learners.models.closing import AccountClosing
from learners.models.complaint import OrganizationComplaint, OrganizationComplaintAnswer
from learners.models.consent import AccessNeeds, Consent, ConsentText
from learners.models.correction import Correction
from learners.models.data_export import DataExport
from learners.models.dead_way import DeadWay
from learners.models.deletion_proof import DeletionProof
from learners.models.device import Device
from learners.models.guardian import ConsentAnswer, Guardian
from learners.models.help import CommuneHelper, HelpAnswer, HelpRequest
from learners.models.holiday import Holiday
from learners.models.learner import Learner
from learners.models.lost_second_step import LostSecondStep
from learners.models.lost_way import LostWay
from learners.models.mandate import Mandate, MandateAct
from learners.models.message import Message, MessageText, UnsubscribeLink
from learners.models.moved_row import MovedRow
from learners.models.organization import Membership, Organization
from learners.models.place import FormerPlace, Place
from learners.models.proof_count import ProofCount
from learners.models.registration import Registration
from learners.models.removed_way import RemovedWay
from learners.models.retention import RetentionRule
from learners.models.session import Session
from learners.models.sign_in import SignInCode
from learners.models.staff import StaffInvitation
from learners.models.told_apart import ToldApart

__all__ = [
    "AccessNeeds",
    "AccountClosing",
    "AddedWay",
    "AgeRule",
    "Card",
    "CardGuess",
    "ChangedWay",
    "Claim",
    "CommuneHelper",
    "Consent",
    "ConsentAnswer",
    "ConsentText",
    "Correction",
    "DataExport",
    "DeadWay",
    "DeletionProof",
    "Device",
    "FormerPlace",
    "Guardian",
    "HelpAnswer",
    "HelpRequest",
    "Holiday",
    "Learner",
    "LostSecondStep",
    "LostWay",
    "Mandate",
    "MandateAct",
    "Membership",
    "Message",
    "MessageText",
    "MovedRow",
    "Organization",
    "OrganizationComplaint",
    "OrganizationComplaintAnswer",
    "Place",
    "ProofCount",
    "Registration",
    "RemovedWay",
    "RetentionRule",
    "Session",
    "SignInCode",
    "StaffInvitation",
    "ToldApart",
    "UnderAge",
    "UnsubscribeLink",
]
