"""Where a record is open, and what a browser calls itself."""

import hashlib

from django.db.models import QuerySet

from learners.models import Device, Learner

# The first word found names it: browsers mention those they descend from.
_BROWSERS = {
    "Zalo": "Zalo",
    "FBAN": "Facebook",
    "FBAV": "Facebook",
    "coc_coc_browser": "Cốc Cốc",
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "CrOS": "Chromebook",
    "Windows": "Windows",
    "Macintosh": "Mac",
    "Linux": "Linux",
}


def name_of(user_agent: str) -> str:
    """Return what a browser says it is, in two words such as "Chrome, Android"; nothing when it says neither."""
    found = [next((name for mark, name in marks.items() if mark in user_agent), "") for marks in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in found if name)


def hash_of(token: str) -> str:
    """Return what is stored of the token a browser keeps."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_known(learner: Learner | None, token: str) -> bool:
    """Return whether the browser that keeps this token was signed in to the record; for nobody, the same work."""
    mine = Device.objects.filter(learner_id=learner.pk if learner else 0)
    return bool(token) and mine.filter(token_hash=hash_of(token)).exists()


def open_on(learner: Learner) -> QuerySet[Device]:
    """Return the devices the record is open on, the one used last first."""
    return Device.objects.filter(learner=learner, session_key__isnull=False).order_by("-last_seen_at")
