"""
A ledger to attack, and statements as honest as those of any action, for one lie to be put into.

``given`` replaces columns of a row, as SQL.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from credits.actions import freezing, merging
from credits.actions.moving import side
from credits.actions.posting import Side, take
from credits.choices import KindOfCredit, Outcome, Purpose, Unit
from credits.models import Account, Freeze, JournalEntry, LedgerDecision, LedgerRequest, Merge
from credits.rules import LEARNERS_PURPOSES
from learners.choices import OrganizationKind
from learners.models import Learner
from tests.factories.ledger import a_hold, a_use, an_award, asked_reversal, asked_transfer
from tests.factories.people import NOW, a_curator, a_learner, an_organization

NEWEST = "currval('credits_journalentry_id_seq')"
REQUEST = "credits_ledgerrequest"
WHY = {"reason": "Đơn của người học", "authority": "Biên bản số 12"}
SAYS = {"title_vi": "", "title_en": "", "rule": "", "rule_source": ""}


def insert(table: str, columns: dict[str, object]) -> str:
    return f"INSERT INTO credits_{table} ({', '.join(columns)}) VALUES ({', '.join(map(str, columns.values()))})"


class Ledger:
    """
    A learner with 5 hundredths ready, 3 set aside and 4 used of one lot, a lot that is over, and people around them.

    Of the requests none has been carried out; those that are ``agreed`` were approved all the same.
    """

    def __init__(self) -> None:
        self.issuer = an_organization(kind=OrganizationKind.UNIVERSITY)
        self.curator, self.other_curator = a_curator(), a_curator()
        self.learner, self.neighbour, self.frozen = a_learner(), a_learner(), a_learner()
        self.lot = an_award(learner=self.learner, issuer=self.issuer, hundredths=12)
        self.hold = a_hold(self.learner, {self.lot.pk: 3})
        self.use = a_use(self.learner, {self.lot.pk: 4})
        self.over = self.award(self.learner, 6, valid_until=(NOW + timedelta(days=1)).date())
        self.theirs = self.award(self.neighbour, 10)
        self.academic = self.award(self.neighbour, 7, kind_of_credit=KindOfCredit.ACADEMIC)
        self.iced = self.award(self.frozen, 9)
        self.freeze = self.freezes(self.frozen)
        self.other_freeze = self.freezes(a_learner())
        with transaction.atomic():
            for learner in (self.learner, self.neighbour, self.frozen):
                for kind in KindOfCredit.values:
                    sides = [side(learner, purpose, kind) for purpose in LEARNERS_PURPOSES]
                    take(
                        learner=learner, sides=[*sides, side(None, Purpose.CLEARING, kind)], idempotency_key="", now=NOW
                    )
            grains = [
                Side(unit=Unit.GRAIN, purpose=purpose, kind_of_credit="", organization=self.issuer)
                for purpose in (Purpose.RECOGNIZED, Purpose.ROUNDED)
            ]
            recognized = Side(
                unit=Unit.CREDIT, purpose=Purpose.RECOGNIZED, kind_of_credit="ACADEMIC", organization=self.issuer
            )
            take(learner=self.learner, sides=[*grains, recognized], idempotency_key="", now=NOW)

    def award(self, learner: Learner, hundredths: int, **more: Any) -> JournalEntry:
        return an_award(learner=learner, issuer=self.issuer, hundredths=hundredths, **more)

    def freezes(self, learner: Learner) -> Freeze:
        return freezing.freeze(learner=learner, reason="Khiếu nại", actor=self.curator, now=NOW)

    # What was asked.

    def agreed(self, request: LedgerRequest, outcome: str = Outcome.APPROVED) -> LedgerRequest:
        LedgerDecision.objects.create(request=request, outcome=outcome, decided_by=self.other_curator, decided_at=NOW)
        return request

    def asked_reversal(self, entry: JournalEntry, **more: Any) -> LedgerRequest:
        return asked_reversal(entry, by=self.curator, **more)

    def asked_transfer(self) -> LedgerRequest:
        """Five ECTS and a hundredth: three credits, and 83,160 grains are rounded away."""
        return asked_transfer(self.learner, organization=self.issuer, in_hundredths=501)

    def asked_merge(self) -> LedgerRequest:
        return merging.ask_merge(
            kept=self.learner,
            merged=self.neighbour,
            actor=self.curator,
            idempotency_key=f"merge:{self.learner.pk}",
            now=NOW,
            **WHY,
        )

    def asked_undo(self, merge: Merge) -> LedgerRequest:
        return merging.ask_undo(merge=merge, actor=self.curator, idempotency_key=f"undo:{merge.pk}", now=NOW, **WHY)

    def asked_unfreeze(self, freeze: Freeze) -> LedgerRequest:
        return freezing.ask_unfreeze(
            freeze=freeze, actor=self.curator, idempotency_key=f"unfreeze:{freeze.pk}", now=NOW, **WHY
        )


@dataclass
class Chain:
    sequence: int
    prev_hash: str


class Forger:
    """Writes rows as SQL, one after another, and keeps count as an action would."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.chains: dict[int, Chain] = {}
        self.standings: dict[int, tuple[int, int]] = {}  # account → its newest position and balance

    def account(self, owner: object, purpose: str, kind: str = KindOfCredit.COMMUNITY, unit: str = Unit.CREDIT) -> int:
        return Account.objects.get(
            learner=owner if isinstance(owner, Learner) else None,
            organization=self.ledger.issuer if owner == self.ledger.issuer else None,
            purpose=purpose,
            kind_of_credit=kind,
            unit=unit,
        ).pk

    def entry(self, learner: Learner, act: str, says: str = "", /, **given: object) -> str:
        chain = self.chains.setdefault(learner.pk, self._chain(learner))
        chain.sequence += 1
        this_hash = f"sha256('{learner.pk} {chain.sequence}')"
        if asked := given.get("request_id"):
            says = f" || coalesce(({AGREEMENT.format(request=asked)}), '{{}}')" + says
            given.setdefault("actor_id", f"({DECIDER.format(request=asked)})")
        row = {
            "public_id": "gen_random_uuid()",
            "reason": f"'{act}'",
            "learner_id": learner.pk,
            "sequence": chain.sequence,
            "occurred_at": f"'{NOW}'::timestamptz",
            "recorded_at": f"'{NOW}'::timestamptz",
            "idempotency_key": "gen_random_uuid()::text",
            "body_hash": "sha256('asked')",
            "snapshot": "jsonb_build_object('type', '', 'title_vi', '', 'rule', '', 'rule_source', '')" + says,
            "prev_hash": chain.prev_hash,
            "hash": this_hash,
        }
        chain.prev_hash = this_hash
        return insert("journalentry", row | given)

    def _chain(self, learner: Learner) -> Chain:
        last = learner.journal_entries.order_by("-sequence").first()
        return Chain(last.sequence, f"'\\x{bytes(last.hash).hex()}'::bytea") if last else Chain(0, "NULL")

    def posting(self, source: int, destination: int, hundredths: int, lot: object, **given: object) -> str:
        row: dict[str, object] = {"entry_id": NEWEST, "amount_minor": hundredths, "lot_id": lot or "NULL"}
        for name, account, change in (("source", source, -hundredths), ("destination", destination, hundredths)):
            position, balance = self._moved(account, change)
            row |= {f"{name}_id": account, f"{name}_position": position, f"{name}_balance": balance}
        return insert("posting", row | given)

    def _moved(self, account: int, change: int) -> tuple[object, object]:
        if Account.objects.get(pk=account).balance_min is None:
            return "NULL", "NULL"
        if account not in self.standings:
            with connection.cursor() as cursor:
                cursor.execute(STANDING, {"account": account})
                self.standings[account] = cursor.fetchone() or (0, 0)
        position, balance = self.standings[account]
        self.standings[account] = position + 1, balance + change
        return self.standings[account]

    def lot(self, learner: Learner, hundredths: int, **given: object) -> str:
        row = {
            "entry_id": NEWEST,
            "learner_id": learner.pk,
            "issuer_id": self.ledger.issuer.pk,
            "kind_of_credit": "'COMMUNITY'",
            "source": "'CLASS'",
            "field_code": "'09'",
            "amount_minor": hundredths,
            "earned_on": "'2026-11-21'",
            "course_key": "'course:1'",
        }
        return insert("lot", row | given)

    def request(self, request: LedgerRequest, **given: object) -> dict[str, object]:
        """Return what an entry says of the request it carries out."""
        return {"request_id": request.pk, "body_hash": f"'\\x{bytes(request.body_hash).hex()}'::bytea"} | given

    # Whole acts.

    def award(self, hundredths: int = 8, *, entry: Any = (), posting: Any = (), lot: Any = ()) -> list[str]:
        learner, issuer = self.ledger.learner, self.ledger.issuer
        says = ' || \'{"source": "CLASS", "field_code": "09", "course_key": "course:1"}\''
        source, destination = self.account(issuer, "ISSUED"), self.account(learner, "EARNED")
        return [
            self.entry(learner, "COURSE_COMPLETION", says, **dict(entry)),
            self.lot(learner, hundredths, **dict(lot)),
            self.posting(source, destination, hundredths, NEWEST, **dict(posting)),
        ]

    def use_of(
        self, learner: Learner, lot: JournalEntry, hundredths: int, *, entry: Any = (), posting: Any = ()
    ) -> list[str]:
        source, destination = self.account(learner, "EARNED"), self.account(learner, "APPLIED")
        return [
            self.entry(learner, "APPLICATION", **dict(entry)),
            self.posting(source, destination, hundredths, lot.pk, **dict(posting)),
        ]

    def hold_of(self, hundredths: int = 2, *, term: str = "interval '9 days'", **given: object) -> list[str]:
        learner, until = self.ledger.learner, f"('{NOW}'::timestamptz + {term})"
        written = f"""to_char({until} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
        row = {"entry_id": NEWEST, "learner_id": learner.pk, "amount_minor": hundredths, "expires_at": until}
        return [
            self.entry(learner, "HOLD", f" || jsonb_build_object('expires_at', {written})"),
            self.posting(
                self.account(learner, "EARNED"), self.account(learner, "HELD"), hundredths, self.ledger.lot.pk
            ),
            insert("hold", row | given),
        ]

    def release(self, hundredths: int = 3, **entry: object) -> list[str]:
        learner = self.ledger.learner
        return [
            self.entry(learner, "RELEASE", **{"ends_id": self.ledger.hold.pk} | entry),
            self.posting(
                self.account(learner, "HELD"), self.account(learner, "EARNED"), hundredths, self.ledger.lot.pk
            ),
        ]

    def reversal(
        self, request: LedgerRequest, hundredths: int, part: int = 1, says: str = "", **entry: object
    ) -> list[str]:
        """Of the neighbour's award of ten."""
        learner, lot = self.ledger.neighbour, self.ledger.theirs
        names = {"reverses_id": lot.pk, "reversal_part": part}
        return [
            self.entry(learner, "REVERSAL", says, **self.request(request) | names | entry),
            self.posting(
                self.account(learner, "EARNED"), self.account(self.ledger.issuer, "ISSUED"), hundredths, lot.pk
            ),
        ]

    def transfer(self, request: LedgerRequest, **given: object) -> list[str]:
        learner, issuer = self.ledger.learner, self.ledger.issuer
        conversion = request.body["conversion"]
        row = {name: value if isinstance(value, int) else f"'{value}'" for name, value in conversion.items()}
        says = """ || '{"source": "TRANSFER", "field_code": "0511", "level": 6, "course_key": "course:1"}' || """
        says += (
            f"(SELECT jsonb_build_object('conversion', body -> 'conversion') FROM {REQUEST} WHERE id = {request.pk})"
        )
        long_ago = "'2024-06-30 00:00+07'::timestamptz"
        lot = {
            "kind_of_credit": "'ACADEMIC'",
            "source": "'TRANSFER'",
            "field_code": "'0511'",
            "level": 6,
            "earned_on": "'2024-06-30'",
        }
        recognized, rounded = (self.account(issuer, purpose, "", Unit.GRAIN) for purpose in ("RECOGNIZED", "ROUNDED"))
        return [
            self.entry(learner, "TRANSFER_IN", says, **self.request(request, occurred_at=long_ago)),
            self.lot(learner, conversion["out_minor"], **lot),
            insert("conversion", {"entry_id": NEWEST} | row | given),
            self.posting(
                self.account(issuer, "RECOGNIZED", "ACADEMIC"),
                self.account(learner, "EARNED", "ACADEMIC"),
                conversion["out_minor"],
                NEWEST,
            ),
            self.posting(recognized, rounded, conversion["residue_grains"], None),
        ]

    def merge(self, request: LedgerRequest, *, to: str = "EARNED", row: Any = (), keep: int = 0) -> list[str]:
        """Of what the neighbour earned in the community; ``keep`` is what does not come in."""
        ledger, passing = self.ledger, self.account(None, "CLEARING")
        return [
            self.entry(ledger.neighbour, "MERGE_OUT", **self.request(request)),
            self.posting(self.account(ledger.neighbour, "EARNED"), passing, 10, ledger.theirs.pk),
            self.entry(ledger.learner, "MERGE_IN", **self.request(request)),
            self.posting(passing, self.account(ledger.learner, to), 10 - keep, ledger.theirs.pk),
            insert(
                "merge",
                {
                    "kept_id": ledger.learner.pk,
                    "merged_id": ledger.neighbour.pk,
                    "request_id": request.pk,
                    "out_entry_id": f"{NEWEST} - 1",
                    "in_entry_id": NEWEST,
                    "merged_at": f"'{NOW}'",
                }
                | dict(row),
            ),
        ]

    def expiry(self, lot: JournalEntry, hundredths: int) -> list[str]:
        learner, later = self.ledger.learner, f"'{NOW + timedelta(days=3)}'::timestamptz"
        return [
            self.entry(learner, "EXPIRY", occurred_at=later, recorded_at=later),
            self.posting(self.account(learner, "EARNED"), self.account(learner, "EXPIRED"), hundredths, lot.pk),
        ]


DECIDER = "SELECT min(decided_by_id) FROM credits_ledgerdecision WHERE request_id = {request}"
AGREEMENT = """
    SELECT jsonb_build_object('reason_digest', q.body -> 'reason_digest',
        'authority_digest', q.body -> 'authority_digest', 'requested_by', asker.ledger_number,
        'approved_by', decider.ledger_number)
    FROM credits_ledgerrequest q JOIN learners_learner asker ON asker.id = q.requested_by_id
    LEFT JOIN credits_ledgerdecision d ON d.request_id = q.id
    LEFT JOIN learners_learner decider ON decider.id = d.decided_by_id
    WHERE q.id = {request} ORDER BY d.outcome LIMIT 1
"""

STANDING = """
    SELECT position, balance FROM (
        SELECT source_position AS position, source_balance AS balance FROM credits_posting WHERE source_id = %(account)s
        UNION ALL
        SELECT destination_position, destination_balance FROM credits_posting WHERE destination_id = %(account)s
    ) leg ORDER BY position DESC LIMIT 1
"""

Forgery = Callable[[Forger], list[str]]
