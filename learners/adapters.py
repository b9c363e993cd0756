"""django-allauth's door: it calls our actions."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """How sign-in behaves here."""
