"""Credit without a lot, lots of somebody else, holds without an end, conversions that gain, expiry before its day."""

from tests.credits.attacks.forger import Forger, insert
from tests.credits.attacks.table import POSTINGS, WHOLE, Attacks, off, without
from tests.factories.people import an_organization

ATTACKS = Attacks()
attack = ATTACKS.add


@attack("not a way amounts may move", [POSTINGS, WHOLE], ["L12"])
def an_award_without_its_lot(f: Forger) -> list[str]:
    award, _lot, posting = f.award(8, posting={"lot_id": f.ledger.lot.pk})
    return [award, posting]


@attack("without its lot", [WHOLE], ["L12"])
def a_lot_of_more_than_was_awarded(f: Forger) -> list[str]:
    return f.award(8, lot={"amount_minor": 80})


@attack("without its lot", [WHOLE], ["L12"])
def a_lot_in_somebody_elses_name(f: Forger) -> list[str]:
    return f.award(8, lot={"learner_id": f.ledger.neighbour.pk})


@attack("not a way amounts may move", [POSTINGS], ["L21"])
def a_lot_of_another_issuer(f: Forger) -> list[str]:
    return f.award(8, lot={"issuer_id": an_organization().pk})


@attack("belongs to no such entry", [off("lot", "credits_check_parts")], ["L12"])
def a_lot_for_an_entry_that_brought_nothing(f: Forger) -> list[str]:
    return [f.lot(f.ledger.learner, 8, entry_id=f.ledger.use.pk)]


@attack("credits_lot_pkey", [WHOLE, without("lot", "credits_lot_pkey CASCADE")], ["L12"])
def a_second_lot_for_one_entry(f: Forger) -> list[str]:
    return [*f.award(8), f.lot(f.ledger.learner, 8)]


@attack("lot_amount_positive", [WHOLE, without("lot", "lot_amount_positive")], ["L12"])
def a_lot_of_nothing(f: Forger) -> list[str]:
    return f.award(8, lot={"amount_minor": 0})


@attack("not a way amounts may move", [POSTINGS], ["L12"])
def credit_that_is_of_no_lot(f: Forger) -> list[str]:
    return f.use_of(f.ledger.learner, f.ledger.lot, 2, posting={"lot_id": "NULL"})


@attack("more of its lot than is there", [POSTINGS], ["L12"])
def one_lot_used_twice(f: Forger) -> list[str]:
    """There are eleven hundredths ready, of two lots; of this one there are five."""
    return f.use_of(f.ledger.learner, f.ledger.lot, 6)


@attack("more of its lot than is there", [POSTINGS], ["L12"])
def the_neighbours_lot_used_out_of_ones_own_account(f: Forger) -> list[str]:
    return f.use_of(f.ledger.learner, f.ledger.theirs, 2)


@attack("without a term", [WHOLE], ["L11"])
def a_hold_without_a_term(f: Forger) -> list[str]:
    return f.hold_of()[:2]


@attack("without a term", [WHOLE], ["L11"])
def a_hold_of_less_than_was_set_aside(f: Forger) -> list[str]:
    return f.hold_of(2, amount_minor=1)


@attack("without a term", [WHOLE], ["L21"])
def a_hold_that_is_over_when_it_begins(f: Forger) -> list[str]:
    return f.hold_of(term="interval '9 days'", expires_at="'2026-01-01'")


@attack("belongs to no such entry", [off("hold", "credits_check_parts")], ["L11"])
def a_term_for_what_is_no_hold(f: Forger) -> list[str]:
    row = {
        "entry_id": f.ledger.use.pk,
        "learner_id": f.ledger.learner.pk,
        "amount_minor": 4,
        "expires_at": "'2027-01-01'",
    }
    return [insert("hold", row)]


@attack("does not give back", [WHOLE], ["L11"])
def a_release_of_a_part(f: Forger) -> list[str]:
    return f.release(1)


@attack("does not give back", [WHOLE], ["L11"])
def a_release_of_what_was_not_set_aside(f: Forger) -> list[str]:
    return f.release(ends_id=f.ledger.use.pk)


@attack(
    "journal_entry_release_names_hold", [WHOLE, without("journalentry", "journal_entry_release_names_hold")], ["L11"]
)
def a_release_of_nothing_named(f: Forger) -> list[str]:
    return f.release(ends_id="NULL")


@attack(
    "ends_id",
    [POSTINGS, WHOLE, without("journalentry", "credits_journalentry_ends_id_key")],
    ["L11"],
)
def a_hold_released_twice(f: Forger) -> list[str]:
    return [*f.release(), *f.release()]


@attack("not a way amounts may move", [POSTINGS, WHOLE], ["L16"])
def credit_for_life_that_expires(f: Forger) -> list[str]:
    return f.expiry(f.ledger.lot, 5)


@attack("no exact conversion", [WHOLE], ["L15"])
def a_conversion_that_gains(f: Forger) -> list[str]:
    return f.transfer(f.ledger.agreed(f.ledger.asked_transfer()), in_minor=500)


@attack("no exact conversion", [WHOLE], ["L15"])
def what_is_rounded_away_kept_quiet(f: Forger) -> list[str]:
    return f.transfer(f.ledger.agreed(f.ledger.asked_transfer()))[:-1]


@attack("no exact conversion", [WHOLE], ["L15"])
def a_transfer_without_its_conversion(f: Forger) -> list[str]:
    entry, lot, _conversion, *postings = f.transfer(f.ledger.agreed(f.ledger.asked_transfer()))
    return [entry, lot, *postings]


@attack("residue_below_a_hundredth", [WHOLE, without("conversion", "conversion_residue_below_a_hundredth")], ["L15"])
def a_whole_hundredth_rounded_away(f: Forger) -> list[str]:
    return f.transfer(f.ledger.agreed(f.ledger.asked_transfer()), residue_grains=138_600 + 83_160)
