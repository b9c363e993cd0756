"""The printed learner card: a name, a QR code, a short code, and where it was printed; in the person's language."""

from datetime import datetime
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from learners import formats
from learners.exports import typeset
from learners.models import Card

TEMPLATE = Path(__file__).parent / "card.typ"
PORTAL = "Học Suốt Đời"


def card_data(card: Card, *, secret: str, code: str) -> dict[str, Any]:
    """Return all that the card says."""
    with translation.override(card.learner.language):
        address = settings.SITE_URL + reverse("learners:card_scan", kwargs={"token": secret})
        typed_at = settings.SITE_URL + reverse("learners:card_sign_in")
        where = card.organization.name if card.organization else ""
        return {
            "language": card.learner.language,
            "portal": PORTAL,
            "title": _("Learner card"),
            "name": card.learner.full_name,
            "code": {"label": _("Code of this card"), "value": formats.in_fours(code)},
            "qr": {
                "svg": segno.make(address, error="m", micro=False).svg_inline(scale=10, border=2, light="white"),
                "alt": _("QR code that opens this person's record"),
            },
            "lines": [
                _("Scan to sign in, or type the code at %(address)s")
                % {"address": typed_at.removeprefix("https://").removeprefix("http://")},
                _("Lost? %(where)s prints a new one, and this one opens nothing any more.") % {"where": where}
                if where
                else _("Lost? Print a new one, and this one opens nothing any more."),
            ],
            "notes": [],
        }


def card_pdf(card: Card, *, secret: str, code: str, dated: datetime) -> bytes:
    return typeset.pdf(TEMPLATE, card_data(card, secret=secret, code=code), dated=dated)
