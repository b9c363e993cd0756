"""Django's sessions in the database, in a table that says beside each whose it is (``models.Session``)."""

from typing import Any

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    @classmethod
    def get_model_class(cls) -> type:
        from learners.models import Session  # noqa: PLC0415 -- needs the app registry

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        from learners.queries.session import beside  # noqa: PLC0415 -- needs the app registry

        session = super().create_model_instance(data)
        for column, value in beside(data).items():
            setattr(session, column, value)
        return session
