"""What an attack is, and the guards that can be taken away."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from tests.credits.attacks.forger import Forger

Forgery = Callable[[Forger], list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    name: str
    forge: Forgery
    answer: str  # a part of what the database says
    guards: Collection[str]  # statements of the owner, after all of which it passes; none: only the owner gets through
    found: Collection[str]  # invariants, of which the audit then names one at least


class Attacks(list[Attack]):
    def add(self, answer: str, guards: Collection[str], found: Collection[str]) -> Callable[[Forgery], Forgery]:
        """Return a decorator that adds a function as an attack under its own name."""

        def attack(forge: Forgery) -> Forgery:
            self.append(Attack(name=forge.__name__, forge=forge, answer=answer, guards=guards, found=found))
            return forge

        return attack


def off(table: str, trigger: str) -> str:
    return f"ALTER TABLE credits_{table} DISABLE TRIGGER {trigger}"


def without(table: str, constraint: str) -> str:
    return f"ALTER TABLE credits_{table} DROP CONSTRAINT {constraint}"


def may(right: str, table: str) -> str:
    return f"GRANT {right} ON credits_{table} TO lh_app"


POSTINGS = off("posting", "credits_check_postings")
ENTRY = off("journalentry", "credits_check_entries")
WHOLE = off("journalentry", "credits_entry_is_whole")
