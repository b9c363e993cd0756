"""Acts of two persons done by one, or twice, or otherwise than agreed; freezes lifted; merges that change things."""

from credits.models import LedgerRequest
from tests.credits.attacks.forger import NEWEST, REQUEST, Forger, insert
from tests.credits.attacks.table import ENTRY, POSTINGS, WHOLE, Attacks, off, without
from tests.factories.ledger import a_use
from tests.factories.people import NOW, a_learner

ATTACKS = Attacks()
attack = ATTACKS.add

DECISION = off("ledgerdecision", "credits_check_decision")
MERGE = off("merge", "credits_check_merge")
ONCE = "DROP INDEX journal_entry_once_a_request"


def decision(request: LedgerRequest, by: int, outcome: str = "APPROVED") -> str:
    row = {
        "request_id": request.pk,
        "outcome": f"'{outcome}'",
        "decided_by_id": by,
        "decided_at": f"'{NOW}'",
        "note": "''",
    }
    return insert("ledgerdecision", row)


def approved_by(f: Forger, by: int) -> list[str]:
    request = f.ledger.asked_reversal(f.ledger.theirs)
    return [decision(request, by), *f.reversal(request, 10)]


@attack("does not decide it", [DECISION], ["L25"])
def an_approval_by_who_asked(f: Forger) -> list[str]:
    return approved_by(f, f.ledger.curator.pk)


@attack("does not decide it", [DECISION], ["L25"])
def an_approval_by_the_learner(f: Forger) -> list[str]:
    f.ledger.neighbour.is_staff = True
    f.ledger.neighbour.save()
    return approved_by(f, f.ledger.neighbour.pk)


@attack("does not decide it", [DECISION], ["L09"])
def an_approval_by_anybody(f: Forger) -> list[str]:
    return approved_by(f, a_learner().pk)


@attack("ledgerdecision_pkey", [without("ledgerdecision", "credits_ledgerdecision_pkey")], ["L25"])
def a_refusal_overruled(f: Forger) -> list[str]:
    request = f.ledger.agreed(f.ledger.asked_reversal(f.ledger.theirs), "REFUSED")
    return [decision(request, f.ledger.other_curator.pk), *f.reversal(request, 10)]


@attack("have not agreed", [ENTRY], ["L25"])
def a_reversal_nobody_has_approved(f: Forger) -> list[str]:
    return f.reversal(f.ledger.asked_reversal(f.ledger.theirs), 10)


@attack("have not agreed", [ENTRY], ["L25"])
def a_reversal_that_was_refused(f: Forger) -> list[str]:
    return f.reversal(f.ledger.agreed(f.ledger.asked_reversal(f.ledger.theirs), "REFUSED"), 10)


@attack("journal_entry_two_persons", [WHOLE, without("journalentry", "journal_entry_two_persons")], ["L25"])
def a_reversal_nobody_has_asked_for(f: Forger) -> list[str]:
    return f.reversal(f.ledger.asked_reversal(f.ledger.theirs), 10, request_id="NULL")


@attack("have not agreed", [ENTRY, WHOLE], ["L25"])
def a_reversal_of_another_award_than_was_agreed_on(f: Forger) -> list[str]:
    return f.reversal(f.ledger.agreed(f.ledger.asked_reversal(f.ledger.iced)), 10)


@attack("something else than was agreed on", [WHOLE], ["L10"])
def more_reversed_than_was_agreed_on(f: Forger) -> list[str]:
    return f.reversal(f.ledger.agreed(f.ledger.asked_reversal(f.ledger.theirs, hundredths=4)), 10)


@attack("journal_entry_once_a_request", [ONCE], ["L25"])
def an_agreement_carried_out_twice(f: Forger) -> list[str]:
    request = f.ledger.agreed(f.ledger.asked_reversal(f.ledger.theirs, hundredths=4))
    return [*f.reversal(request, 4), *f.reversal(request, 4, part=2)]


@attack("more of its lot than is there", [POSTINGS, WHOLE], ["L10"])
def more_reversed_than_is_left(f: Forger) -> list[str]:
    """Twice six of ten; there is other credit to take it from."""
    f.ledger.award(f.ledger.neighbour, 5)
    request, other = (f.ledger.agreed(f.ledger.asked_reversal(f.ledger.theirs, hundredths=6)) for _ in range(2))
    return [*f.reversal(request, 6), *f.reversal(other, 6, part=2)]


@attack("reverses more than is left", [POSTINGS, WHOLE], ["L10"])
def more_of_a_use_reversed_than_it_used(f: Forger) -> list[str]:
    """Five, of a use of four; another use of the same credit has one to take it from."""
    ledger, learner = f.ledger, f.ledger.learner
    a_use(learner, {ledger.lot.pk: 1})
    request = ledger.agreed(ledger.asked_reversal(ledger.use))
    names = {"reverses_id": ledger.use.pk, "reversal_part": 1}
    return [
        f.entry(learner, "REVERSAL", **f.request(request) | names),
        f.posting(f.account(learner, "APPLIED"), f.account(learner, "EARNED"), 5, ledger.lot.pk),
    ]


@attack("have not agreed", [ENTRY, POSTINGS, WHOLE], ["L10", "L19"])
def a_reversal_reversed(f: Forger) -> list[str]:
    ledger, issued = f.ledger, f.account(f.ledger.issuer, "ISSUED")
    first = ledger.agreed(ledger.asked_reversal(ledger.theirs))
    names = {"reverses_id": f"{NEWEST}", "reversal_part": 1, "request_id": first.pk}
    return [
        *f.reversal(first, 10),
        f.entry(ledger.neighbour, "REVERSAL", **names),
        f.posting(issued, f.account(ledger.neighbour, "EARNED"), 10, ledger.theirs.pk),
    ]


def says(f: Forger, lie: str) -> list[str]:
    request = f.ledger.agreed(f.ledger.asked_reversal(f.ledger.theirs))
    return f.reversal(request, 10, says=f" || jsonb_build_object({lie})")


@attack("something else than was typed", [ENTRY], ["L25"])
def a_reversal_for_another_reason(f: Forger) -> list[str]:
    return says(f, "'reason_digest', encode(sha256('forged'), 'hex')")


@attack("something else than was typed", [ENTRY], ["L25"])
def a_reversal_for_no_reason(f: Forger) -> list[str]:
    return says(f, "'reason_digest', NULL")


@attack("something else than was typed", [ENTRY], ["L25"])
def a_reversal_on_another_document(f: Forger) -> list[str]:
    return says(f, "'authority_digest', encode(sha256('forged'), 'hex')")


@attack("something else than was typed", [ENTRY], ["L25"])
def a_reversal_of_something_seen_that_nobody_typed(f: Forger) -> list[str]:
    return says(f, "'seen_digest', encode(sha256('forged'), 'hex')")


@attack("something else than was typed", [ENTRY], ["L25"])
def a_reason_written_into_the_chain_in_words(f: Forger) -> list[str]:
    return says(f, "'reason', 'Gian lận'")


@attack("something else than was typed", [ENTRY], ["L25"])
def a_document_written_into_the_chain_in_words(f: Forger) -> list[str]:
    return says(f, "'authority', 'Biên bản số 12'")


@attack("something else than was typed", [ENTRY], ["L25"])
def what_was_seen_written_into_the_chain_in_words(f: Forger) -> list[str]:
    return says(f, "'seen', 'bảng điểm gốc'")


@attack("have not agreed", [ENTRY], ["L25"])
def a_transfer_nobody_has_approved(f: Forger) -> list[str]:
    return f.transfer(f.ledger.asked_transfer())


@attack("have not agreed", [ENTRY], ["L09"])
def a_transfer_of_another_body_than_was_agreed_on(f: Forger) -> list[str]:
    request = f.ledger.agreed(f.ledger.asked_transfer())
    request.body_hash = b"another"
    return f.transfer(request)


@attack("is frozen", [ENTRY], ["L09"])
def credit_used_out_of_a_frozen_ledger(f: Forger) -> list[str]:
    return f.use_of(f.ledger.frozen, f.ledger.iced, 2)


@attack("ledger_request_words_fit", [without("ledgerrequest", "ledger_request_words_fit")], ["L26"])
def a_reason_nobody_typed(f: Forger) -> list[str]:
    """A request as another one is, for a reason that its digest is not of."""
    columns = {field.column: field.column for field in LedgerRequest._meta.concrete_fields if not field.primary_key}
    columns |= {"public_id": "gen_random_uuid()", "idempotency_key": "'forged'", "reason": "'Gian lận'"}
    asked = f.ledger.asked_reversal(f.ledger.theirs)
    return [
        f"INSERT INTO {REQUEST} ({', '.join(columns)}) SELECT {', '.join(columns.values())} "
        f"FROM {REQUEST} WHERE id = {asked.pk}"
    ]


def unfreeze(f: Forger, request: LedgerRequest) -> list[str]:
    row = {"freeze_id": f.ledger.freeze.pk, "request_id": request.pk, "lifted_at": f"'{NOW}'"}
    return [insert("unfreeze", row)]


UNFREEZE = off("unfreeze", "credits_check_unfreeze")


@attack("have not agreed to lift it", [UNFREEZE], ["L25"])
def a_freeze_lifted_by_one(f: Forger) -> list[str]:
    return unfreeze(f, f.ledger.asked_unfreeze(f.ledger.freeze))


@attack("have not agreed to lift it", [UNFREEZE], ["L25"])
def another_freeze_lifted_than_was_agreed_on(f: Forger) -> list[str]:
    return unfreeze(f, f.ledger.agreed(f.ledger.asked_unfreeze(f.ledger.other_freeze)))


@attack("belongs to no merge", [WHOLE], ["L04"])
def a_merge_that_loses_what_it_moves(f: Forger) -> list[str]:
    """The credit goes out of one account and comes in nowhere."""
    return f.merge(f.ledger.agreed(f.ledger.asked_merge()))[:2]


@attack("have not agreed", [ENTRY, MERGE], ["L25"])
def a_merge_nobody_has_approved(f: Forger) -> list[str]:
    return f.merge(f.ledger.asked_merge())


@attack("something else comes in", [MERGE], ["L04"])
def a_merge_that_uses_what_was_ready(f: Forger) -> list[str]:
    return f.merge(f.ledger.agreed(f.ledger.asked_merge()), to="APPLIED")


@attack("something else comes in", [MERGE, WHOLE], ["L04"])
def a_merge_that_keeps_a_part(f: Forger) -> list[str]:
    return f.merge(f.ledger.agreed(f.ledger.asked_merge()), keep=3)


@attack("have not agreed", [MERGE], ["L25"])
def a_merge_written_down_for_other_people(f: Forger) -> list[str]:
    return f.merge(f.ledger.agreed(f.ledger.asked_merge()), row={"kept_id": f.ledger.frozen.pk})


@attack("belongs to no merge", [WHOLE], ["L25"])
def a_merge_that_is_not_written_down(f: Forger) -> list[str]:
    return f.merge(f.ledger.agreed(f.ledger.asked_merge()))[:4]
