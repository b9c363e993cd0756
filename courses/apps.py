from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Courses")

    def ready(self) -> None:
        from courses.actions import calendar_feed as calendar_feeds  # noqa: PLC0415
        from courses.actions import completion  # noqa: PLC0415
        from courses.models import (  # noqa: PLC0415 -- needs the app registry
            Enrollment,
            EnrollmentGroup,
            GroupMember,
            Interest,
            LearnedElsewhere,
            PlaceRequest,
            SuggestionRefusal,
            WaitingRequest,
            WishVoice,
        )
        from courses.queries import calendar_feed  # noqa: PLC0415
        from credits.actions import deciding  # noqa: PLC0415
        from credits.choices import RequestKind  # noqa: PLC0415
        from learners.actions.elsewhere import Elsewhere, also  # noqa: PLC0415
        from learners.actions.following import follow  # noqa: PLC0415

        # Reviews go with the enrolment they are of.
        follow(Enrollment, "learner", is_locked_first=True)
        follow(WishVoice, "learner")
        follow(SuggestionRefusal, "learner")
        follow(Interest, "learner")
        # Its choices and offers are of the request, whoever that is of.
        follow(WaitingRequest, "learner")
        follow(GroupMember, "learner")
        follow(EnrollmentGroup, "leader")
        follow(LearnedElsewhere, "learner")
        follow(PlaceRequest, "learner")
        also(
            Elsewhere(
                label=_("An address of my classes for calendar programs"),
                page="courses:my_calendar",
                button="end",
                since=calendar_feed.since,
                end=calendar_feeds.end,
            )
        )
        # Credit taken back because its rule was not met: the enrolment is open again.
        deciding.alongside(RequestKind.REVERSAL, completion.reopening)
