"""How handing over can end, whatever the channel."""


class NotHandedOver(Exception):
    """The other side could not be reached or said "later" before or after the hand-over: nothing was taken."""


class Refused(Exception):
    """The other side will never take this message."""


class Unclear(Exception):
    """The connection broke after the hand-over: nobody knows whether the message was taken."""


def words(reason: Exception, to: str) -> str:
    """What went wrong without whom it was for: it is shown at the desk and goes into the log."""
    return f"{type(reason).__name__}: {reason}".replace(to, "…")[:500]
