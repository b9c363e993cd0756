"""To organisations about their courses and their word, and to who reviewed one."""

from learners.choices import Cap, Channel, MessageKind, Policy, Topic, Urgency
from learners.rules.delivery.kinds import Delivery, words

ORGANIZATIONS = {
    MessageKind.PROPOSAL_SUBMITTED: Delivery(
        policy=Policy.ONCE,
        urgency=Urgency.ROUTINE,
        topic=Topic.PROVIDER,
        cap=Cap.ASKED,
        required=words("course org link"),
        optional=words("deadline"),
    ),
    MessageKind.PROPOSAL_RETURNED: Delivery(
        policy=Policy.ONCE,
        urgency=Urgency.ROUTINE,
        topic=Topic.PROVIDER,
        cap=Cap.ASKED,
        required=words("course points link"),
        optional=words("person"),
    ),
    MessageKind.PROPOSAL_PUBLISHED: Delivery(
        policy=Policy.ONCE,
        urgency=Urgency.ROUTINE,
        topic=Topic.PROVIDER,
        cap=Cap.ASKED,
        required=words("course date version link"),
        optional=words("classes"),
    ),
    MessageKind.ORGANIZATION_VERIFIED: Delivery(
        policy=Policy.ONCE,
        urgency=Urgency.ROUTINE,
        topic=Topic.PROVIDER,
        cap=Cap.ASKED,
        required=words("org verified_by date link"),
    ),
    # A role opens what others wrote down: whoever speaks for the organization hears of each that begins or ends.
    **dict.fromkeys(
        (MessageKind.STAFF_JOINED, MessageKind.STAFF_LEFT),
        Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.ACCOUNT,
            cap=Cap.ASKED,
            required=words("member role org by link"),
            optional=words("help_phone"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
    ),
    MessageKind.ROLE_ENDED: Delivery(
        policy=Policy.ONCE,
        urgency=Urgency.ROUTINE,
        topic=Topic.ACCOUNT,
        cap=Cap.ASKED,
        required=words("role org date"),
        optional=words("help_phone"),
        channels=frozenset({Channel.EMAIL, Channel.SMS}),
    ),
    MessageKind.COMPLAINT_RECEIVED: Delivery(
        policy=Policy.ONCE,
        urgency=Urgency.ROUTINE,
        topic=Topic.ACCOUNT,
        cap=Cap.ASKED,
        required=words("org date deadline link"),
    ),
    MessageKind.COMPLAINT_ANSWERED: Delivery(
        policy=Policy.ONCE,
        urgency=Urgency.ROUTINE,
        topic=Topic.ACCOUNT,
        cap=Cap.ASKED,
        required=words("org date outcome reason person link"),
        channels=frozenset({Channel.EMAIL, Channel.SMS}),
    ),
    MessageKind.REVIEW_HIDDEN: Delivery(
        policy=Policy.ONCE,
        urgency=Urgency.ROUTINE,
        topic=Topic.ACCOUNT,
        cap=Cap.ASKED,
        required=words("course reason link"),
        optional=words("note"),
    ),
    MessageKind.REVIEW_DECIDED: Delivery(
        policy=Policy.ONCE,
        urgency=Urgency.ROUTINE,
        topic=Topic.ACCOUNT,
        cap=Cap.ASKED,
        required=words("course outcome link"),
        optional=words("note"),
    ),
    MessageKind.REPLY_HIDDEN: Delivery(
        policy=Policy.ONCE,
        urgency=Urgency.ROUTINE,
        topic=Topic.ACCOUNT,
        cap=Cap.ASKED,
        required=words("course reason link"),
        optional=words("note"),
    ),
    MessageKind.REPLY_DECIDED: Delivery(
        policy=Policy.ONCE,
        urgency=Urgency.ROUTINE,
        topic=Topic.ACCOUNT,
        cap=Cap.ASKED,
        required=words("course outcome link"),
        optional=words("note"),
    ),
}
