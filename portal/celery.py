"""
Celery: the doorbell, never the truth.

What must happen is a row in PostgreSQL; a lost or repeated task changes nothing. The timetable is data, sorted by
name, each row with its reason.
"""

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from celery import Celery, Task
from celery.schedules import crontab

from learners.queries import clock

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")


def broker_url(redis_url: str) -> str:
    """Return the broker's address in Celery's spelling; a Unix socket is named differently there."""
    if redis_url.startswith("unix://"):
        return "redis+socket://" + redis_url.removeprefix("unix://").split("?")[0] + "?virtual_host=1"
    return redis_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One row of the timetable."""

    task: str
    when: crontab | timedelta
    reason: str

    @property
    def expires_seconds(self) -> float:
        """An outage must not end in a flood: a tick nobody took in time is dropped, the next one does its work."""
        return self.when.total_seconds() if isinstance(self.when, timedelta) else 600.0


TIMETABLE = (
    Slot(
        task="courses.ask_for_reviews",
        when=crontab(hour="5", minute="10"),
        reason="who has just ended a course finds the question on their page in the morning; each is asked once",
    ),
    Slot(
        task="courses.ask_who_is_coming",
        when=crontab(hour="8-19", minute="20"),
        reason="three days before a class, by day; asked often, each is asked once",
    ),
    Slot(
        task="courses.carry_out_imports",
        when=timedelta(seconds=5),
        reason="somebody waits for each; asked often, a file is worked on by one worker at a time",
    ),
    Slot(
        task="courses.check_links",
        when=crontab(minute="*/5"),
        reason="each page is asked every 20 hours, and once more after a failure; a few at a time, all through the day",
    ),
    Slot(
        task="courses.complete_overdue",
        when=crontab(hour="2", minute="40"),
        reason="credit that could not be awarded when its rule was met, such as before its provider was verified again",
    ),
    Slot(
        task="courses.count_quality",
        when=crontab(hour="5", minute="30"),
        reason="runs end by the clock alone, so the share that completes is counted anew each night",
    ),
    Slot(
        task="courses.empty_walk_ins",
        when=crontab(hour="3", minute="55"),
        reason="names and numbers nobody has claimed in their time; one missed night is made up for by the next",
    ),
    Slot(
        task="courses.escalate_objections",
        when=crontab(hour="0", minute="25"),
        reason="objections to attendance whose day ended without an answer go to the curators; each once",
    ),
    Slot(
        task="courses.forget_class_words",
        when=crontab(hour="4", minute="5"),
        reason="what was written for classes long ended; one missed night is made up for by the next",
    ),
    Slot(
        task="courses.forget_old_imports",
        when=crontab(hour="3", minute="50"),
        reason="files are kept as long as their import can be undone; one missed night is made up for by the next",
    ),
    Slot(
        task="courses.harvest",
        when=crontab(minute="*/5"),
        reason="a new source at once, all others in the night; asked often, each is fetched when it is due",
    ),
    Slot(
        task="courses.look_after_groups",
        when=timedelta(minutes=1),
        reason="groups nobody gathers or speaks for any more end within a minute; each ends once",
    ),
    Slot(
        task="courses.look_after_place_requests",
        when=crontab(minute="*/10"),
        reason="who decides is reminded and what is overdue goes on; asked often, each step is taken once",
    ),
    Slot(
        task="courses.look_after_waiting_lists",
        when=timedelta(minutes=1),
        reason="an offer that is over goes to the next in line within a minute; each is offered once",
    ),
    Slot(
        task="courses.look_after_wishes",
        when=crontab(hour="4", minute="30"),
        reason="new runs are compared with wishes, old wishes asked about; letters then leave by day",
    ),
    Slot(
        task="courses.look_for_odd_attendance",
        when=crontab(hour="4", minute="50"),
        reason="what looks odd waits at the curators' desk in the morning; each is found once",
    ),
    Slot(
        task="courses.queue_class_reminders",
        when=crontab(minute="*/10"),
        reason="the evening before a class; asked often, each reminder is queued once by its key",
    ),
    Slot(
        task="courses.refresh_catalog",
        when=timedelta(minutes=1),
        reason="classes begin, close and end by the clock alone; what is found and counted follows within a minute",
    ),
    Slot(
        task="courses.refresh_providers",
        when=timedelta(seconds=5),
        reason="thousands of courses of a provider that was verified or renamed; nothing waits in most of its rounds",
    ),
    Slot(
        task="courses.refresh_search_terms",
        when=crontab(minute="5-59/10"),
        reason="type-ahead and “did you mean” follow the catalogue; nothing is read where nothing has changed",
    ),
    Slot(
        task="courses.say_that_offers_end",
        when=crontab(minute="*/10"),
        reason="hours before a kept seat goes on; asked often, each offer is written about once by its key",
    ),
    Slot(
        task="credits.escalate_due_disputes",
        when=crontab(hour="0", minute="20"),
        reason="reports whose day ended without an answer go to the curators; each once",
    ),
    Slot(
        task="credits.expire_credit",
        when=crontab(minute="10"),
        reason="credit whose last day has passed; as a rule none has one. Hourly, so that a busy night is no loss",
    ),
    Slot(
        task="credits.lapse_holds",
        when=crontab(minute="*/10"),
        reason="credit set aside for too long comes back; asked often, each hold ends once by its key",
    ),
    Slot(
        task="credits.queue_expiry_notices",
        when=crontab(hour="8", minute="5"),
        reason="credit expires by the day; each notice is queued once by its key",
    ),
    Slot(
        task="credits.seal",
        when=crontab(minute=10),
        reason="all records once a day, just after midnight; asked every hour, so that an outage delays it by no more",
    ),
    Slot(
        task="credits.tell_pathways_reached",
        when=crontab(minute="*/10"),
        reason="after new credit; asked often, each learner is told once a pathway by its key",
    ),
    Slot(
        task="credits.verify_ledger",
        when=crontab(hour=3, minute=40),
        reason="everything the ledger promises, checked at night when few are waiting",
    ),
    Slot(
        task="learners.carry_out_retention",
        when=crontab(hour="3", minute="5"),
        reason="what has been kept long enough is emptied at night; one missed night is made up for by the next",
    ),
    Slot(
        task="learners.clear_ended_sessions",
        when=crontab(hour="3", minute="20"),
        reason="nobody needs them any more, and the night is quiet; one missed night is made up for by the next",
    ),
    Slot(
        task="learners.deliver_due_messages",
        when=timedelta(seconds=15),
        reason="sweeps the outbox; what is urgent leaves by the courier",
    ),
    Slot(
        task="learners.give_up_what_is_lost",
        when=crontab(minute="25"),
        reason="each has waited three days, so an hour more is nothing; nothing waits in most of its rounds",
    ),
    Slot(
        task="learners.let_come_of_age",
        when=crontab(hour="0", minute="35"),
        reason="on 1 January what waited for a guardian becomes one's own; a missed night is made up for",
    ),
    Slot(
        task="learners.tell_of_lapsed_mandates",
        when=crontab(hour="7", minute="40"),
        reason="the morning after the last day, before a helper sets out; three missed mornings are made up for",
    ),
    Slot(
        task="portal.close_due_accounts",
        when=crontab(minute="*/10"),
        reason="accounts whose waiting time is over; each is emptied once",
    ),
    Slot(
        task="portal.prepare_data_exports",
        when=timedelta(seconds=5),
        reason="somebody waits for each; nothing waits in most of its rounds",
    ),
    Slot(
        task="portal.queue_digests",
        when=crontab(minute="*/10"),
        reason="each learner chose an hour; asked often, each digest is queued once a week by its key",
    ),
)


class ByTheClock(Task):  # type: ignore[misc]  # celery has no types
    """A task that a worker begins only where its clock is the database's; what is due stays due (decision 0450)."""

    def before_start(self, task_id: str, args: Any, kwargs: Any) -> None:
        """:raises ClockApart: if it is not; Celery writes the failure down, and the next ring tries again."""
        clock.refuse_apart()


app = Celery("portal", task_cls=ByTheClock)
app.conf.update(
    broker_url=broker_url(os.environ["REDIS_URL"]),
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "visibility_timeout": 900,  # longer than any task may run
        "unacked_restore_throttle": 1,  # kombu's default looks every 100 s only
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
    },
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    task_ignore_result=True,
    task_soft_time_limit=240,
    task_time_limit=300,
    task_serializer="json",
    accept_content=["json"],
    worker_hijack_root_logger=False,
    timezone="Asia/Ho_Chi_Minh",
    beat_schedule_filename=os.environ.get("BEAT_SCHEDULE", "celerybeat-schedule"),
    beat_schedule={
        slot.task: {"task": slot.task, "schedule": slot.when, "options": {"expires": slot.expires_seconds}}
        for slot in TIMETABLE
    },
)
app.autodiscover_tasks(["learners", "courses", "credits", "portal"])
