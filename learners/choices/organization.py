"""What organizations are, and what is said of them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrganizationKind(TextChoices):
    COMMUNITY_LEARNING_CENTRE = "COMMUNITY_LEARNING_CENTRE", _("Community learning centre")
    LIBRARY = "LIBRARY", _("Library")
    MUSEUM = "MUSEUM", _("Museum")
    CULTURAL_HOUSE = "CULTURAL_HOUSE", _("Cultural house")
    SCHOOL = "SCHOOL", _("School")
    VOCATIONAL_COLLEGE = "VOCATIONAL_COLLEGE", _("Vocational college")
    UNIVERSITY = "UNIVERSITY", _("University")
    ENTERPRISE = "ENTERPRISE", _("Enterprise")
    ASSOCIATION = "ASSOCIATION", _("Association")
    HEALTH_STATION = "HEALTH_STATION", _("Health station")
    AUTHORITY = "AUTHORITY", _("Authority")


class OrganizationStatus(TextChoices):
    """Lapsed is not stored: it is a verification whose last day has passed."""

    REGISTERED = "REGISTERED", _("Waiting for verification")
    VERIFIED = "VERIFIED", _("Verified")
    SUSPENDED = "SUSPENDED", _("Suspended")


class ComplaintSubject(TextChoices):
    NOT_AS_DESCRIBED = "NOT_AS_DESCRIBED", _("The class was not as described")
    NOT_HELD = "NOT_HELD", _("Classes were cancelled or not held")
    MONEY = "MONEY", _("Money was asked for that was not announced")
    CONDUCT = "CONDUCT", _("How people were treated")
    NOT_WHO_THEY_SAY = "NOT_WHO_THEY_SAY", _("They are not who they say they are")
    OTHER = "OTHER", _("Something else")


class ComplaintOutcome(TextChoices):
    UPHELD = "UPHELD", _("The complaint is right")
    PARTLY = "PARTLY", _("The complaint is right in part")
    NOT_UPHELD = "NOT_UPHELD", _("Nothing was found")
    PASSED_ON = "PASSED_ON", _("Passed on to the authority in charge")


class Role(TextChoices):
    MANAGER = "MANAGER", _("Manager")
    INSTRUCTOR = "INSTRUCTOR", _("Instructor")
    ASSESSOR = "ASSESSOR", _("Assessor")
    VOLUNTEER = "VOLUNTEER", _("Volunteer")

    @property
    def inside(self) -> str:
        """The label as it stands inside a sentence."""
        label = str(self.label)
        return label[:1].lower() + label[1:]
