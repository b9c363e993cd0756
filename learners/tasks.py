"""Jobs of the people's side."""

from celery import shared_task
from django.utils import timezone

from learners.actions import consent, lost_second_step, lost_way, message, one_by_one, retention, sign_in


@shared_task(name="learners.clear_ended_sessions")
def clear_ended_sessions() -> int:
    return sign_in.clear_ended_sessions(now=timezone.now())


@shared_task(name="learners.carry_out_retention")
def carry_out_retention() -> int:
    return sum(retention.carry_out(now=timezone.now()).values())


@shared_task(name="learners.deliver_due_messages")
def deliver_due_messages() -> int:
    return message.deliver_due(now=timezone.now())


@shared_task(name="learners.let_come_of_age")
def let_come_of_age() -> int:
    return consent.come_of_age(now=timezone.now())


@shared_task(name="learners.take_off_lost_second_steps")
def take_off_lost_second_steps() -> int:
    what, now = (lost_second_step.take_off_due, lost_way.replace_due), timezone.now()
    return one_by_one.each(what, lambda act: act(now=now), what="what is lost")
