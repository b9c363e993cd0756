"""The newest seals as an Atom feed (RFC 4287): whoever subscribes keeps, without doing anything, what was published."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from credits.models import Seal
from learners import formats


def feed(seals: Iterable[Seal]) -> bytes:
    """Return the feed in the language of the page, in the order given."""
    atom = Atom1Feed(
        title=_("Seals of the credit records"),
        link=_address("credits:seals"),
        description="",
        subtitle=_("Every night all credit records are sealed; this is what was published."),
        language=get_language(),
        feed_url=_address("credits:seal_feed"),
        author_name="Học Suốt Đời",
    )
    for seal in seals:
        atom.add_item(
            title=_("Seal %(number)s, %(day)s")
            % {"number": formats.number(seal.number), "day": formats.day_plain(seal.day)},
            link=_address("credits:seal", seal.number),
            description=_("Root of the tree: %(root)s. Hash of the seal: %(hash)s.")
            % {"root": seal.root_hex, "hash": seal.hash_hex},
            unique_id=_address("seal_file", seal.number),
            pubdate=seal.sealed_at,
            updateddate=seal.sealed_at,
        )
    return atom.writeString("utf-8").encode()


def _address(name: str, *arguments: object) -> str:
    return settings.SITE_URL + reverse(name, args=arguments)
