"""About the sessions of a class one has a place in."""

from learners.choices import Cap, Channel, MessageKind, Policy, Topic, Urgency
from learners.rules.delivery.kinds import Delivery, words

CLASSES = {
    MessageKind.CLASS_TOMORROW: Delivery(
        policy=Policy.ONCE,
        urgency=Urgency.ROUTINE,
        topic=Topic.CLASS_BOOKED,
        cap=Cap.COUNTED,
        required=words("course session_title date time link"),
        optional=words("venue directions bring"),
        switch="wants_reminders",
    ),
    # Whoever does not hear of these stands before a closed door, so they go by either channel and are repeated; at
    # any hour when they are about today or tomorrow (``message.queue_all``, at_once).
    MessageKind.SESSION_MOVED: Delivery(
        policy=Policy.AT_LEAST_ONCE,
        urgency=Urgency.ROUTINE,
        topic=Topic.CLASS_BOOKED,
        cap=Cap.ASKED,
        required=words("course session_title old_date old_time date time reason link"),
        optional=words("venue room"),
        channels=frozenset({Channel.EMAIL, Channel.SMS}),
    ),
    MessageKind.SESSION_CANCELLED: Delivery(
        policy=Policy.AT_LEAST_ONCE,
        urgency=Urgency.ROUTINE,
        topic=Topic.CLASS_BOOKED,
        cap=Cap.ASKED,
        required=words("course session_title old_date old_time reason link"),
        optional=words("made_up"),
        channels=frozenset({Channel.EMAIL, Channel.SMS}),
    ),
    MessageKind.SESSION_ADDED: Delivery(
        policy=Policy.AT_LEAST_ONCE,
        urgency=Urgency.ROUTINE,
        topic=Topic.CLASS_BOOKED,
        cap=Cap.ASKED,
        required=words("course session_title date time reason link"),
        optional=words("venue room"),
        channels=frozenset({Channel.EMAIL, Channel.SMS}),
    ),
    MessageKind.MEETING_CHANGED: Delivery(
        policy=Policy.AT_LEAST_ONCE,
        urgency=Urgency.ROUTINE,
        topic=Topic.CLASS_BOOKED,
        cap=Cap.ASKED,
        required=words("course session_title date time link"),
        channels=frozenset({Channel.EMAIL, Channel.SMS}),
    ),
    MessageKind.RUN_CANCELLED: Delivery(
        policy=Policy.AT_LEAST_ONCE,
        urgency=Urgency.ROUTINE,
        topic=Topic.CLASS_BOOKED,
        cap=Cap.ASKED,
        required=words("course date reason org link"),
        optional=words("others help_phone"),
        channels=frozenset({Channel.EMAIL, Channel.SMS}),
    ),
    MessageKind.RUN_SWITCHED: Delivery(
        policy=Policy.AT_LEAST_ONCE,
        urgency=Urgency.ROUTINE,
        topic=Topic.CLASS_BOOKED,
        cap=Cap.ASKED,
        required=words("course old_date date reason link"),
        optional=words("time venue"),
        channels=frozenset({Channel.EMAIL, Channel.SMS}),
    ),
    # Who reads it may answer without signing in, as SEAT_OFFERED.
    MessageKind.COMING_ASKED: Delivery(
        policy=Policy.ONCE,
        urgency=Urgency.ROUTINE,
        topic=Topic.CLASS_BOOKED,
        cap=Cap.COUNTED,
        required=words("course date time link decline_link"),
        optional=words("venue"),
        secrets=words("link decline_link"),
        channels=frozenset({Channel.EMAIL, Channel.SMS}),
    ),
}
