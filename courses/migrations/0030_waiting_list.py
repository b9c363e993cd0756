"""
Waiting lists and seat offers; and that no run has more seats held and offered than it has.

The action locks and counts first (``courses.actions.enrollment``); this is the net under it, for whatever else writes.
"""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


GUARDS = """
-- An offer is for the request and the run of its choice.
ALTER TABLE courses_seatoffer ADD CONSTRAINT seat_offer_of_its_choice FOREIGN KEY (choice_id, request_id, run_id)
    REFERENCES courses_waitingchoice (id, request_id, run_id);

-- Seats held and seats kept by open offers are at most those there are. The run is locked before they are counted, so
-- that two who count at once count one after the other; in READ COMMITTED the count sees what the first one did.
CREATE FUNCTION courses_seats_suffice(runs bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    run record;
    taken integer;
BEGIN
    FOR run IN
        SELECT id, seats_max FROM courses_courserun WHERE id = ANY (runs) AND seats_max IS NOT NULL
        ORDER BY id FOR NO KEY UPDATE
    LOOP
        taken := (SELECT count(*) FROM courses_enrollment e
                  WHERE e.run_id = run.id AND e.state IN ('ENROLLED', 'COMPLETED', 'NOT_COMPLETED'))
               + (SELECT count(*) FROM courses_seatoffer o WHERE o.run_id = run.id AND o.outcome = '');
        IF taken > run.seats_max THEN
            RAISE EXCEPTION 'run % has % seats, and % would be held or offered', run.id, run.seats_max, taken
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'courses_seats_suffice';
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION courses_seats_of_new_enrollments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM courses_seats_suffice(array(
        SELECT DISTINCT run_id FROM new_rows WHERE state IN ('ENROLLED', 'COMPLETED', 'NOT_COMPLETED')
    ));
    RETURN NULL;
END $$;
CREATE TRIGGER courses_seats_of_new_enrollments AFTER INSERT ON courses_enrollment
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION courses_seats_of_new_enrollments();

CREATE FUNCTION courses_seats_of_new_offers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM courses_seats_suffice(array(SELECT DISTINCT run_id FROM new_rows WHERE outcome = ''));
    RETURN NULL;
END $$;
CREATE TRIGGER courses_seats_of_new_offers AFTER INSERT ON courses_seatoffer
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION courses_seats_of_new_offers();

CREATE FUNCTION courses_seats_of_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'courses_courserun' THEN
        PERFORM courses_seats_suffice(ARRAY[NEW.id]);
    ELSE
        PERFORM courses_seats_suffice(ARRAY[NEW.run_id]);
    END IF;
    RETURN NULL;
END $$;
-- A seat that had been given up is held again, or is held in another run now.
CREATE TRIGGER courses_seats_held_again AFTER UPDATE OF state, run_id ON courses_enrollment FOR EACH ROW
    WHEN (NEW.state IN ('ENROLLED', 'COMPLETED', 'NOT_COMPLETED')
          AND (OLD.state IN ('WITHDRAWN', 'CANCELLED') OR OLD.run_id <> NEW.run_id))
    EXECUTE FUNCTION courses_seats_of_run();
CREATE TRIGGER courses_fewer_seats AFTER UPDATE OF seats_max ON courses_courserun FOR EACH ROW
    WHEN (NEW.seats_max IS NOT NULL AND (OLD.seats_max IS NULL OR NEW.seats_max < OLD.seats_max))
    EXECUTE FUNCTION courses_seats_of_run();

-- What has ended stays ended, and whose it is stays so: another offer, choice or request is made in its place.
CREATE FUNCTION courses_offer_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.outcome <> '' OR (NEW.choice_id, NEW.request_id, NEW.run_id, NEW.offered_at, NEW.expires_at)
        IS DISTINCT FROM (OLD.choice_id, OLD.request_id, OLD.run_id, OLD.offered_at, OLD.expires_at) THEN
        RAISE EXCEPTION 'offer % is answered once, and nothing else of it changes', OLD.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'courses_offer_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER courses_offer_stays BEFORE UPDATE ON courses_seatoffer
    FOR EACH ROW EXECUTE FUNCTION courses_offer_stays();

CREATE FUNCTION courses_waiting_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what has ended of a waiting list stays ended'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'courses_waiting_stays';
END $$;
CREATE TRIGGER courses_waiting_stays BEFORE UPDATE OF ended_at, ended_how ON courses_waitingrequest
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION courses_waiting_stays();
CREATE TRIGGER courses_waiting_stays BEFORE UPDATE ON courses_waitingchoice
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION courses_waiting_stays();
"""
NO_GUARDS = """
DROP TRIGGER courses_waiting_stays ON courses_waitingchoice;
DROP TRIGGER courses_waiting_stays ON courses_waitingrequest;
DROP FUNCTION courses_waiting_stays();
DROP TRIGGER courses_offer_stays ON courses_seatoffer;
DROP FUNCTION courses_offer_stays();
DROP TRIGGER courses_fewer_seats ON courses_courserun;
DROP TRIGGER courses_seats_held_again ON courses_enrollment;
DROP FUNCTION courses_seats_of_run();
DROP TRIGGER courses_seats_of_new_offers ON courses_seatoffer;
DROP FUNCTION courses_seats_of_new_offers();
DROP TRIGGER courses_seats_of_new_enrollments ON courses_enrollment;
DROP FUNCTION courses_seats_of_new_enrollments();
DROP FUNCTION courses_seats_suffice(bigint[]);
ALTER TABLE courses_seatoffer DROP CONSTRAINT seat_offer_of_its_choice;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0022_reply_hidden"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WaitingRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("asked_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("TAKEN", "Seat taken"),
                            ("ELSEWHERE", "Seat taken in another class"),
                            ("DECLINED", "Seat passed on"),
                            ("LAPSED", "Offer not answered in time"),
                            ("LEFT", "Left the waiting list"),
                            ("CLOSED", "Enrolment closed, or the class was cancelled"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waiting_requests",
                        to="courses.course",
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waiting_requests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "request for a seat",
                "verbose_name_plural": "requests for a seat",
            },
        ),
        migrations.CreateModel(
            name="WaitingChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("chosen_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("TAKEN", "Seat taken"),
                            ("ELSEWHERE", "Seat taken in another class"),
                            ("DECLINED", "Seat passed on"),
                            ("LAPSED", "Offer not answered in time"),
                            ("LEFT", "Left the waiting list"),
                            ("CLOSED", "Enrolment closed, or the class was cancelled"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waiting_choices",
                        to="courses.courserun",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="choices", to="courses.waitingrequest"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SeatOffer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("offered_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ACCEPTED", "Seat taken"),
                            ("DECLINED", "Seat passed on"),
                            ("LAPSED", "Not answered in time"),
                            ("WITHDRAWN", "Taken back"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="seat_offers", to="courses.courserun"
                    ),
                ),
                (
                    "choice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="courses.waitingchoice"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="courses.waitingrequest"
                    ),
                ),
            ],
            options={
                "verbose_name": "seat offer",
                "verbose_name_plural": "seat offers",
            },
        ),
        migrations.AddConstraint(
            model_name="waitingrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("learner", "course"),
                name="waiting_request_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_how", "")),
                    models.Q(("ended_at__isnull", False), models.Q(("ended_how", ""), _negated=True)),
                    _connector="OR",
                ),
                name="waiting_request_end_complete",
            ),
        ),
        migrations.AddIndex(
            model_name="waitingchoice",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)), fields=["run", "id"], name="waiting_line_of_run"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingchoice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("request", "run"),
                name="waiting_choice_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingchoice",
            constraint=models.UniqueConstraint(fields=("id", "request", "run"), name="waiting_choice_identity"),
        ),
        migrations.AddConstraint(
            model_name="waitingchoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_how", "")),
                    models.Q(("ended_at__isnull", False), models.Q(("ended_how", ""), _negated=True)),
                    _connector="OR",
                ),
                name="waiting_choice_end_complete",
            ),
        ),
        migrations.AddIndex(
            model_name="seatoffer",
            index=models.Index(condition=models.Q(("outcome", "")), fields=["run"], name="seat_offer_open_of_run"),
        ),
        migrations.AddIndex(
            model_name="seatoffer",
            index=models.Index(
                condition=models.Q(("outcome", "")), fields=["expires_at"], name="seat_offer_open_until"
            ),
        ),
        migrations.AddConstraint(
            model_name="seatoffer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "")), fields=("request",), name="seat_offer_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="seatoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("outcome", "")),
                    models.Q(("answered_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                    _connector="OR",
                ),
                name="seat_offer_answer_complete",
            ),
        ),
        migrations.AddConstraint(
            model_name="seatoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("offered_at"))), name="seat_offer_lasts"
            ),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
