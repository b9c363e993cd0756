"""Words of the ledger. Values are stored and never change; labels are what a reader sees."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Unit(TextChoices):
    CREDIT = "CREDIT", _("credit")  # minor unit: one hundredth of a credit, 30 minutes of learning
    GRAIN = "GRAIN", _("grain")  # a 138,600th of a hundredth of a credit: what a conversion rounds away (rules.py)
    VND = "VND", _("đồng")  # minor unit: one đồng


class KindOfCredit(TextChoices):
    """Kept apart: community learning never silently becomes academic credit."""

    ACADEMIC = "ACADEMIC", _("Academic")
    VOCATIONAL = "VOCATIONAL", _("Vocational")
    COMMUNITY = "COMMUNITY", _("Community and culture")


class LotSource(TextChoices):
    """How the learning behind an award was done."""

    ONLINE = "ONLINE", _("Online")
    CLASS = "CLASS", _("Class")
    WORKPLACE = "WORKPLACE", _("Workplace")
    LIBRARY = "LIBRARY", _("Library")
    MUSEUM = "MUSEUM", _("Museum")
    TRANSFER = "TRANSFER", _("Studied elsewhere")
    PRIOR_LEARNING = "PRIOR_LEARNING", _("Learned from experience")


class Purpose(TextChoices):
    """What an account holds."""

    EARNED = "EARNED", _("earned")  # a learner's, ready to be used; never below zero, like the next three
    HELD = "HELD", _("set aside")  # until it is used or comes back
    APPLIED = "APPLIED", _("used")  # for a qualification
    EXPIRED = "EXPIRED", _("expired")
    ISSUED = "ISSUED", _("issued")  # an organisation's, unbounded: minus the sum of what it has awarded
    RECOGNIZED = "RECOGNIZED", _("recognised")  # the same for what was learned elsewhere or from experience
    ROUNDED = "ROUNDED", _("rounded away")  # an organisation's, unbounded: what its conversions left over
    CLEARING = (
        "CLEARING",
        _("in passing"),
    )  # nobody's: what a merge of two accounts passes through; zero at every commit


class Reason(TextChoices):
    COURSE_COMPLETION = "COURSE_COMPLETION", _("Course completed")
    TRANSFER_IN = "TRANSFER_IN", _("Credit transferred in")
    PRIOR_LEARNING = "PRIOR_LEARNING", _("Prior learning recognised")
    HOLD = "HOLD", _("Credit set aside")
    RELEASE = "RELEASE", _("Credit no longer set aside")
    APPLICATION = "APPLICATION", _("Credit used")
    EXPIRY = "EXPIRY", _("Credit expired")
    REVERSAL = "REVERSAL", _("Reversal")
    MERGE_OUT = "MERGE_OUT", _("Moved to another account of the same person")
    MERGE_IN = "MERGE_IN", _("Moved here from another account of the same person")
    UNMERGE_OUT = "UNMERGE_OUT", _("Moved back to the other account")
    UNMERGE_IN = "UNMERGE_IN", _("Moved back here from the other account")


class RequestKind(TextChoices):
    """An act on somebody else's ledger: one person asks for it, another decides."""

    REVERSAL = "REVERSAL", _("Reverse an entry")
    TRANSFER_IN = "TRANSFER_IN", _("Transfer credit in")
    PRIOR_LEARNING = "PRIOR_LEARNING", _("Recognise prior learning")
    MERGE = "MERGE", _("Merge two accounts of one person")
    UNMERGE = "UNMERGE", _("Undo a merge")
    UNFREEZE = "UNFREEZE", _("Lift a freeze")


class Outcome(TextChoices):
    APPROVED = "APPROVED", _("Approved")
    REFUSED = "REFUSED", _("Refused")
    WITHDRAWN = "WITHDRAWN", _("Taken back")


class Ending(TextChoices):
    """How a hold ended."""

    RELEASED = "RELEASED", _("Given back")
    LAPSED = "LAPSED", _("Given back when its time was over")
    APPLIED = "APPLIED", _("Used")


class Complaint(TextChoices):
    """What a learner says is wrong with a line of their record."""

    NOT_MINE = "NOT_MINE", _("I did not do this learning")
    WRONG_AMOUNT = "WRONG_AMOUNT", _("The hours or credits are wrong")
    MISSING_EVIDENCE = "MISSING_EVIDENCE", _("Evidence is missing or wrong")
    WRONG_COURSE = "WRONG_COURSE", _("The course or the field is wrong")
    OTHER = "OTHER", _("Something else is wrong")


class DisputeState(TextChoices):
    OPEN = "OPEN", _("Waiting for an answer")
    ANSWERED = "ANSWERED", _("Answered")
    WITHDRAWN = "WITHDRAWN", _("Taken back")


class DisputeOutcome(TextChoices):
    UPHELD = "UPHELD", _("The line is wrong, as reported")
    PARTLY = "PARTLY", _("The line is wrong in part")
    NOT_UPHELD = "NOT_UPHELD", _("The line is right")


class Reading(TextChoices):
    """What of a person's ledger was shown to somebody else."""

    STATEMENT = "STATEMENT", _("The whole record")
    ENTRY = "ENTRY", _("One line")
    LIST = "LIST", _("Lines of several people in a list")
    SEARCH = "SEARCH", _("Lines found by a search")
    ACCOUNT = "ACCOUNT", _("An account of the ledger")
    REQUEST = "REQUEST", _("A request to change the record")
    DISPUTE = "DISPUTE", _("A report of a mistake")
    # Not of the ledger, but of who somebody is; each said by ``learners.choices.Seen``.
    PERSON = "PERSON", _("Who I am")
    PEOPLE = "PEOPLE", _("Who I am, in a list of several people")


class Shown(TextChoices):
    """What a reading was of: kept as a code, so that each learner reads it in their language and from their side."""

    # The lists of an organisation's desk.
    ISSUED = "issued", _("credit the organisation has given")
    DISPUTES = "disputes", _("reports of mistakes to the organisation")
    REQUESTS = "requests", _("requests of the organisation to change records")
    # Its form about one line.
    FOR_REVERSAL = "for_reversal", _("to ask for a reversal")
    # The lists of the curators' desk, by the name of the model.
    ENTRIES = "journalentry", _("lines of all records")
    POSTINGS = "posting", _("amounts of all records")
    ACCOUNTS = "account", _("accounts of the ledger")
    LOTS = "lot", _("credit of all records")
    LEDGER_REQUESTS = "ledgerrequest", _("requests to change records")
    ALL_DISPUTES = "dispute", _("reports of mistakes")
    FREEZES = "freeze", _("frozen records")
    MERGES = "merge", _("merged accounts")
    DUPLICATES = "duplicates", _("accounts that are likely one person’s")


class BroadField(TextChoices):
    """The broad fields of ISCED-F 2013, for what no course of ours says more closely."""

    GENERIC = "00", _("Generic programmes and qualifications")
    EDUCATION = "01", _("Education")
    ARTS = "02", _("Arts and humanities")
    SOCIAL = "03", _("Social sciences, journalism and information")
    BUSINESS = "04", _("Business, administration and law")
    SCIENCE = "05", _("Natural sciences, mathematics and statistics")
    DIGITAL = "06", _("Information and Communication Technologies (ICTs)")
    ENGINEERING = "07", _("Engineering, manufacturing and construction")
    FARMING = "08", _("Agriculture, forestry, fisheries and veterinary")
    HEALTH = "09", _("Health and welfare")
    SERVICES = "10", _("Services")


class RuleKind(TextChoices):
    """What a rule about counting says. A rule never takes credit away."""

    CAP = "CAP", _("At most so much counts")
    MINIMUM = "MINIMUM", _("At least so much is needed")
    VALIDITY = "VALIDITY", _("Counts for so many months")
    TRANSFER_LIMIT = "TRANSFER_LIMIT", _("Limit on credit transferred in")
    PRIOR_LEARNING_LIMIT = "PRIOR_LEARNING_LIMIT", _("Limit on recognised prior learning")
    COUNT_ONCE = "COUNT_ONCE", _("A course counts once")


class RulePeriod(TextChoices):
    """Over what a limit is counted, by the local day on which the learning ended."""

    NONE = "NONE", _("for all time")
    CALENDAR_YEAR = "CALENDAR_YEAR", _("in a calendar year")
    SEMESTER = "SEMESTER", _("in a semester")


class PathwayState(TextChoices):
    DRAFT = "DRAFT", _("Draft")
    PUBLISHED = "PUBLISHED", _("Published")
    RETIRED = "RETIRED", _("Retired: nobody new may start it")
