"""
Groups: people who come to a class together, or not at all; a parent with two children, a circle of neighbours.

Whoever makes a group up speaks for it: they bring those they may act for, and a link for each fellow who says yes by
themself. While it is gathered it holds nothing, and after some weeks, or when its class takes nobody any more, it ends
with its links. Once it has places or stands in line it is settled, and nobody comes to it any more. From then on it is
what its enrolments and requests for a seat point to: each member has their own, so a member may leave without loss for
the rest, and seats held and offered count people. What a group adds is that its seats are taken and offered at once or
not at all (``courses.actions.offering``, migration 0070).
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.rules import GROUP_SIZE_MAX


class EnrollmentGroup(models.Model):
    """People who take seats of one run together; or wait for them, in the lines of one course."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="enrollment_groups")
    run = models.ForeignKey("courses.CourseRun", models.PROTECT, related_name="enrollment_groups")
    leader = models.ForeignKey("learners.Learner", models.PROTECT, related_name="groups_led")  # who speaks for it
    creation_key = models.UUIDField(unique=True, editable=False)  # of the page it was made on; sent twice, it is one
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)  # since when it has places or waits
    split_at = models.DateTimeField(null=True, blank=True)  # since when each waits alone
    ended_at = models.DateTimeField(null=True, blank=True)  # since when nobody gathers it any more

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        constraints = [
            models.UniqueConstraint(fields=["id", "course"], name="enrollment_group_identity"),
            models.CheckConstraint(
                condition=Q(split_at__isnull=True) | Q(settled_at__isnull=False), name="enrollment_group_split_settled"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(settled_at__isnull=True),
                name="enrollment_group_ended_or_settled",
            ),
        ]
        indexes = [
            models.Index(
                fields=["made_at"],
                condition=Q(settled_at__isnull=True, ended_at__isnull=True),
                name="enrollment_group_gathered",
            )
        ]

    def __str__(self) -> str:
        return f"{self.leader}: {self.run}"

    @property
    def is_gathered(self) -> bool:
        """Whether people may still come to it."""
        return self.settled_at is None and self.ended_at is None


class GroupMember(models.Model):
    """
    One who comes with a group: brought by who speaks for it, or invited by a link and come by themself.

    The number of who has left, or of a link that was taken back, is free for another.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # what the link is signed over
    group = models.ForeignKey(EnrollmentGroup, models.PROTECT, related_name="members")
    position = models.PositiveSmallIntegerField()
    learner = models.ForeignKey(  # null: invited, and not come yet
        "learners.Learner", models.PROTECT, null=True, blank=True, related_name="group_memberships"
    )
    joined_at = models.DateTimeField(null=True, blank=True)
    # By which the leader acts for them; neither: they came by themself.
    guardian = models.ForeignKey("learners.Guardian", models.PROTECT, null=True, blank=True, related_name="+")
    mandate = models.ForeignKey("learners.Mandate", models.PROTECT, null=True, blank=True, related_name="+")
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("member of a group")
        verbose_name_plural = _("members of groups")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "position"], condition=Q(left_at__isnull=True), name="group_member_position"
            ),
            models.CheckConstraint(condition=Q(position__range=(1, GROUP_SIZE_MAX)), name="group_member_count"),
            models.UniqueConstraint(
                fields=["group", "learner"], condition=Q(left_at__isnull=True), name="group_member_once"
            ),
            models.CheckConstraint(
                condition=Q(learner__isnull=True, joined_at__isnull=True, guardian__isnull=True, mandate__isnull=True)
                | Q(learner__isnull=False, joined_at__isnull=False),
                name="group_member_joined_complete",
            ),
            models.CheckConstraint(
                condition=Q(guardian__isnull=True) | Q(mandate__isnull=True), name="group_member_acted_for_by_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.learner or self.position}"
