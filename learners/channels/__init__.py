"""The only modules that talk to mail servers and to the gateway of text messages."""

from learners.channels.mail import Mail
from learners.channels.outcome import NotHandedOver, Refused, Unclear
from learners.channels.sms import Sms, is_offered

__all__ = ["Mail", "NotHandedOver", "Refused", "Sms", "Unclear", "is_offered"]
