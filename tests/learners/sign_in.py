"""What the stories of signing in share: asking for a code and reading it in the outbox."""

from django.test import Client
from django.urls import reverse

from learners.models import Message


def ask_for_code(client: Client, address: str, **more: str):
    return client.post(reverse("account_login"), {"address": address, **more})


def code_sent_to(address: str) -> str:
    """Return the code of the last letter to an address: the letter has it, and nothing else."""
    return Message.objects.filter(address=address).latest("queued_at").data["code"]


def type_code(client: Client, code: str):
    return client.post(reverse("account_confirm_login_code"), {"code": code})


def another(code: str) -> str:
    """Return a code that is not this one."""
    return f"{(int(code) + 1) % 1_000_000:06d}"
