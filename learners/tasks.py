"""Jobs of the people's side."""

from celery import shared_task
from django.utils import timezone

from learners.actions import consent, lost_second_step, lost_way, mandate, message, one_by_one, retention, sign_in


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


@shared_task(name="learners.tell_of_lapsed_mandates")
def tell_of_lapsed_mandates() -> int:
    return mandate.tell_lapsed(now=timezone.now())


@shared_task(name="learners.give_up_what_is_lost")
def give_up_what_is_lost() -> int:
    """Second steps are taken off and addresses replaced, that two curators have confirmed to be lost."""
    what, now = (lost_second_step.take_off_due, lost_way.replace_due), timezone.now()
    return one_by_one.each(what, lambda act: act(now=now), what="what is lost")
