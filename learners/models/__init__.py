"""The tables of people, organisations, places and messages."""

from learners.models.learner import Learner
from learners.models.message import Message, MessageText
from learners.models.organization import Membership, Organization
from learners.models.place import Place

__all__ = ["Learner", "Membership", "Message", "MessageText", "Organization", "Place"]
