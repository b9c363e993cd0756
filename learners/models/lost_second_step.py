"""
Second steps of people who have lost the app and the recovery codes: two curators and a wait, then they are taken off.

The person asks who has typed a code sent to their address and cannot go on; whoever reads their mail may be somebody
else, so all their addresses are told, and the link in each letter stops it until the last moment.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from learners.models.two_curators import SaidByTwo, said_by_two


class LostSecondStep(SaidByTwo):
    """Somebody asks that their second step be taken off; it ends by that, or by being stopped."""

    learner = models.ForeignKey(
        "learners.Learner", models.PROTECT, related_name="lost_second_steps", verbose_name=_("learner")
    )

    class Meta:
        verbose_name = _("lost second step")
        verbose_name_plural = _("lost second steps")
        constraints = said_by_two("lost_step")
