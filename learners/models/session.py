"""
Sessions of browsers: as Django keeps them, and beside each whose it is and which addresses wait in it for a code.

What a session says is encoded, so without the columns beside it every one would have to be opened to find somebody's.
"""

from importlib import import_module
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models import Q


class Session(AbstractBaseSession):
    """One browser's session; written by ``learners.sessions.SessionStore`` alone."""

    learner_id = models.BigIntegerField(null=True)  # who is signed in; no key: a session is written with each page
    waits_for = ArrayField(models.CharField(max_length=64), default=list)  # addresses, as keyed hashes

    objects: ClassVar[BaseSessionManager] = BaseSessionManager()

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        indexes = [
            models.Index(fields=["learner_id"], name="session_by_learner", condition=Q(learner_id__isnull=False)),
            GinIndex(fields=["waits_for"], name="session_by_address"),
        ]

    @classmethod
    def get_session_store_class(cls) -> type:
        store: type = import_module(settings.SESSION_ENGINE).SessionStore
        return store
