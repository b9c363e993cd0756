"""The letters of waiting lists, from learners/data/messages.yaml."""

from importlib import import_module

from django.db import migrations, models


def load(apps, schema_editor):
    """Only what 0003, run before they were written, has left out."""
    import_module("learners.migrations.0008_texts_of_ways_in").load(apps, schema_editor)


def unload(apps, schema_editor):
    texts = apps.get_model("learners", "MessageText").objects
    texts.filter(kind__in=["WAITING_JOINED", "SEAT_OFFERED", "SEAT_OFFER_LAPSED", "WAITING_CLOSED"]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("learners", "0029_sessions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="kind",
            field=models.CharField(
                choices=[
                    ("SIGN_IN_CODE", "Sign-in code"),
                    ("ENROLLED", "Enrolled"),
                    ("WITHDRAWN", "Withdrawn"),
                    ("CLASS_TOMORROW", "Class tomorrow"),
                    ("ENTRY_REVERSED", "Entry reversed"),
                    ("LEARNING_RECOGNIZED", "Learning recognised"),
                    ("RECORD_CHANGED", "Something about the whole record"),
                    ("REQUEST_DECIDED", "Request about a record decided"),
                    ("CREDIT_POSTED", "Credit posted"),
                    ("DISPUTE_OPENED", "Mistake reported"),
                    ("DISPUTE_TO_ANSWER", "Report of a mistake to answer"),
                    ("DISPUTE_ANSWERED", "Report of a mistake answered"),
                    ("PROPOSAL_SUBMITTED", "Proposal submitted"),
                    ("PROPOSAL_RETURNED", "Proposal returned"),
                    ("PROPOSAL_PUBLISHED", "Proposal published"),
                    ("ORGANIZATION_VERIFIED", "Organisation verified"),
                    ("ACCOUNT_CLOSING", "Account is being closed"),
                    ("COMPLAINT_RECEIVED", "Complaint about an organisation received"),
                    ("COMPLAINT_ANSWERED", "Complaint about an organisation answered"),
                    ("WEEKLY_DIGEST", "Weekly digest"),
                    ("PATHWAY_REACHED", "Pathway reached"),
                    ("QUALIFICATION_AWARDED", "Qualification awarded"),
                    ("CREDIT_EXPIRING", "Credit expiring"),
                    ("WISH_OPENED", "Class open for a wish"),
                    ("WISH_STILL_WANTED", "Wish still wanted?"),
                    ("WAITING_JOINED", "On the waiting list"),
                    ("SEAT_OFFERED", "Seat offered"),
                    ("SEAT_OFFER_LAPSED", "Seat offer not answered in time"),
                    ("WAITING_CLOSED", "Waiting list closed"),
                    ("REVIEW_HIDDEN", "Review hidden"),
                    ("REVIEW_DECIDED", "Decision about a hidden review"),
                    ("REPLY_HIDDEN", "Reply of an organisation hidden"),
                    ("REPLY_DECIDED", "Decision about a hidden reply"),
                    ("WAY_CHANGED", "Way of signing in changed"),
                    ("NEW_DEVICE", "Signed in on a new device"),
                    ("CARD_PRINTED", "Learner card printed"),
                    ("GUARDIAN_ASKED", "Something about a child waits for an answer"),
                ],
                max_length=30,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="messagetext",
            name="kind",
            field=models.CharField(
                choices=[
                    ("SIGN_IN_CODE", "Sign-in code"),
                    ("ENROLLED", "Enrolled"),
                    ("WITHDRAWN", "Withdrawn"),
                    ("CLASS_TOMORROW", "Class tomorrow"),
                    ("ENTRY_REVERSED", "Entry reversed"),
                    ("LEARNING_RECOGNIZED", "Learning recognised"),
                    ("RECORD_CHANGED", "Something about the whole record"),
                    ("REQUEST_DECIDED", "Request about a record decided"),
                    ("CREDIT_POSTED", "Credit posted"),
                    ("DISPUTE_OPENED", "Mistake reported"),
                    ("DISPUTE_TO_ANSWER", "Report of a mistake to answer"),
                    ("DISPUTE_ANSWERED", "Report of a mistake answered"),
                    ("PROPOSAL_SUBMITTED", "Proposal submitted"),
                    ("PROPOSAL_RETURNED", "Proposal returned"),
                    ("PROPOSAL_PUBLISHED", "Proposal published"),
                    ("ORGANIZATION_VERIFIED", "Organisation verified"),
                    ("ACCOUNT_CLOSING", "Account is being closed"),
                    ("COMPLAINT_RECEIVED", "Complaint about an organisation received"),
                    ("COMPLAINT_ANSWERED", "Complaint about an organisation answered"),
                    ("WEEKLY_DIGEST", "Weekly digest"),
                    ("PATHWAY_REACHED", "Pathway reached"),
                    ("QUALIFICATION_AWARDED", "Qualification awarded"),
                    ("CREDIT_EXPIRING", "Credit expiring"),
                    ("WISH_OPENED", "Class open for a wish"),
                    ("WISH_STILL_WANTED", "Wish still wanted?"),
                    ("WAITING_JOINED", "On the waiting list"),
                    ("SEAT_OFFERED", "Seat offered"),
                    ("SEAT_OFFER_LAPSED", "Seat offer not answered in time"),
                    ("WAITING_CLOSED", "Waiting list closed"),
                    ("REVIEW_HIDDEN", "Review hidden"),
                    ("REVIEW_DECIDED", "Decision about a hidden review"),
                    ("REPLY_HIDDEN", "Reply of an organisation hidden"),
                    ("REPLY_DECIDED", "Decision about a hidden reply"),
                    ("WAY_CHANGED", "Way of signing in changed"),
                    ("NEW_DEVICE", "Signed in on a new device"),
                    ("CARD_PRINTED", "Learner card printed"),
                    ("GUARDIAN_ASKED", "Something about a child waits for an answer"),
                ],
                max_length=30,
            ),
        ),
        migrations.AlterField(
            model_name="unsubscribelink",
            name="kind",
            field=models.CharField(
                choices=[
                    ("SIGN_IN_CODE", "Sign-in code"),
                    ("ENROLLED", "Enrolled"),
                    ("WITHDRAWN", "Withdrawn"),
                    ("CLASS_TOMORROW", "Class tomorrow"),
                    ("ENTRY_REVERSED", "Entry reversed"),
                    ("LEARNING_RECOGNIZED", "Learning recognised"),
                    ("RECORD_CHANGED", "Something about the whole record"),
                    ("REQUEST_DECIDED", "Request about a record decided"),
                    ("CREDIT_POSTED", "Credit posted"),
                    ("DISPUTE_OPENED", "Mistake reported"),
                    ("DISPUTE_TO_ANSWER", "Report of a mistake to answer"),
                    ("DISPUTE_ANSWERED", "Report of a mistake answered"),
                    ("PROPOSAL_SUBMITTED", "Proposal submitted"),
                    ("PROPOSAL_RETURNED", "Proposal returned"),
                    ("PROPOSAL_PUBLISHED", "Proposal published"),
                    ("ORGANIZATION_VERIFIED", "Organisation verified"),
                    ("ACCOUNT_CLOSING", "Account is being closed"),
                    ("COMPLAINT_RECEIVED", "Complaint about an organisation received"),
                    ("COMPLAINT_ANSWERED", "Complaint about an organisation answered"),
                    ("WEEKLY_DIGEST", "Weekly digest"),
                    ("PATHWAY_REACHED", "Pathway reached"),
                    ("QUALIFICATION_AWARDED", "Qualification awarded"),
                    ("CREDIT_EXPIRING", "Credit expiring"),
                    ("WISH_OPENED", "Class open for a wish"),
                    ("WISH_STILL_WANTED", "Wish still wanted?"),
                    ("WAITING_JOINED", "On the waiting list"),
                    ("SEAT_OFFERED", "Seat offered"),
                    ("SEAT_OFFER_LAPSED", "Seat offer not answered in time"),
                    ("WAITING_CLOSED", "Waiting list closed"),
                    ("REVIEW_HIDDEN", "Review hidden"),
                    ("REVIEW_DECIDED", "Decision about a hidden review"),
                    ("REPLY_HIDDEN", "Reply of an organisation hidden"),
                    ("REPLY_DECIDED", "Decision about a hidden reply"),
                    ("WAY_CHANGED", "Way of signing in changed"),
                    ("NEW_DEVICE", "Signed in on a new device"),
                    ("CARD_PRINTED", "Learner card printed"),
                    ("GUARDIAN_ASKED", "Something about a child waits for an answer"),
                ],
                max_length=30,
            ),
        ),
        migrations.RunPython(load, unload),
    ]
