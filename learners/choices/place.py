"""What places are, today and before 1 July 2025."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PlaceKind(TextChoices):
    PROVINCE = "PROVINCE", _("province")
    MUNICIPALITY = "MUNICIPALITY", _("city")
    COMMUNE = "COMMUNE", _("commune")
    WARD = "WARD", _("ward")
    SPECIAL_ZONE = "SPECIAL_ZONE", _("special zone")


class FormerPlaceKind(TextChoices):
    """The three tiers until 30 June 2025."""

    PROVINCE = "PROVINCE", _("province")
    MUNICIPALITY = "MUNICIPALITY", _("city")
    URBAN_DISTRICT = "URBAN_DISTRICT", _("urban district")
    RURAL_DISTRICT = "RURAL_DISTRICT", _("rural district")
    TOWN = "TOWN", _("town")
    CITY = "CITY", _("city")
    WARD = "WARD", _("ward")
    COMMUNE = "COMMUNE", _("commune")
    TOWNSHIP = "TOWNSHIP", _("township")
