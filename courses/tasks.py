"""Jobs of the courses' side."""

from celery import shared_task
from django.utils import timezone

from courses.actions import (
    approval_upkeep,
    attendance_flag,
    attendance_objection,
    attendance_uncounted,
    catalog_entry,
    coming,
    completion,
    feedback,
    group_upkeep,
    harvest,
    import_file,
    import_progress,
    import_work,
    link_check,
    quality,
    reminders,
    run_forget,
    search_terms,
    waiting_upkeep,
    walk_in,
    wish_upkeep,
)


@shared_task(name="courses.ask_for_reviews")
def ask_for_reviews() -> int:
    return feedback.ask_due(now=timezone.now())


@shared_task(name="courses.ask_who_is_coming")
def ask_who_is_coming() -> int:
    return coming.ask_due(now=timezone.now())


@shared_task(name="courses.carry_out_imports")
def carry_out_imports() -> int:
    return import_work.carry_out_waiting(now=timezone.now(), on_progress=import_progress.note)


@shared_task(name="courses.check_links")
def check_links() -> int:
    return link_check.check_due(now=timezone.now()).links


@shared_task(name="courses.complete_overdue")
def complete_overdue() -> int:
    return completion.complete_overdue(now=timezone.now())


@shared_task(name="courses.count_quality")
def count_quality() -> int:
    return quality.count_all(now=timezone.now())


@shared_task(name="courses.empty_walk_ins")
def empty_walk_ins() -> int:
    now = timezone.now()
    return walk_in.empty_old(now=now) + attendance_uncounted.empty_old(now=now)


@shared_task(name="courses.escalate_objections")
def escalate_objections() -> int:
    return attendance_objection.escalate_due(now=timezone.now())


@shared_task(name="courses.forget_class_words")
def forget_class_words() -> int:
    return run_forget.forget_old(now=timezone.now())


@shared_task(name="courses.forget_old_imports")
def forget_old_imports() -> int:
    return import_file.forget_old(now=timezone.now())


@shared_task(name="courses.harvest")
def harvest_sources() -> int:
    return harvest.harvest_due(now=timezone.now())


@shared_task(name="courses.look_after_groups")
def look_after_groups() -> int:
    return group_upkeep.look_after(now=timezone.now())


@shared_task(name="courses.look_after_place_requests")
def look_after_place_requests() -> int:
    return approval_upkeep.look_after(now=timezone.now())


@shared_task(name="courses.look_after_waiting_lists")
def look_after_waiting_lists() -> int:
    return waiting_upkeep.look_after(now=timezone.now())


@shared_task(name="courses.look_after_wishes")
def look_after_wishes() -> int:
    return wish_upkeep.look_after(now=timezone.now())


@shared_task(name="courses.look_for_odd_attendance")
def look_for_odd_attendance() -> int:
    return attendance_flag.look(now=timezone.now())


@shared_task(name="courses.queue_class_reminders")
def queue_class_reminders() -> int:
    return reminders.queue_class_reminders(now=timezone.now())


@shared_task(name="courses.say_that_offers_end")
def say_that_offers_end() -> int:
    return waiting_upkeep.say_that_offers_end(now=timezone.now())


@shared_task(name="courses.refresh_catalog")
def refresh_catalog() -> int:
    return catalog_entry.refresh_stale(now=timezone.now())


@shared_task(name="courses.refresh_providers")
def refresh_providers() -> int:
    return catalog_entry.refresh_providers()


@shared_task(name="courses.refresh_search_terms")
def refresh_search_terms() -> bool:
    return search_terms.refresh(now=timezone.now())
