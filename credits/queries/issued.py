"""Single entries for pages about them: how much each changed, who is behind it, and what an organisation awarded."""

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Sum, TextField, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, Concat

from credits.choices import Purpose, Unit
from credits.models import Dispute, JournalEntry, Lot, Posting
from learners.models import Learner, Organization
from learners.models.folding import VnFold, fold


def of_learner(learner: Learner) -> QuerySet[JournalEntry]:
    """Return the entries of the learner's record, newest first, each with ``hundredths``."""
    return with_hundredths(JournalEntry.objects.filter(learner=learner)).order_by("-sequence")


def of_dispute(dispute: Dispute) -> JournalEntry:
    """Return the entry a report is about, with ``hundredths``; who may read the report may read it."""
    return with_hundredths(JournalEntry.objects.filter(pk=dispute.entry_id)).get()


def with_hundredths(entries: QuerySet[JournalEntry]) -> QuerySet[JournalEntry]:
    """Add ``hundredths``, signed: how the entry changed what its learner can use; and what it reverses."""
    postings = Posting.objects.filter(entry=OuterRef("pk"), source__unit=Unit.CREDIT)
    change = (
        postings.annotate(
            change=Case(
                When(destination__learner__isnull=False, destination__purpose=Purpose.EARNED, then=F("amount_minor")),
                When(source__learner__isnull=False, source__purpose=Purpose.EARNED, then=-F("amount_minor")),
                default=Value(0),
            )
        )
        .order_by()
        .values("entry")
        .annotate(total=Sum("change"))
        .values("total")
    )
    return entries.select_related("reverses").annotate(hundredths=Coalesce(Subquery(change), 0))


LOTS_SEARCHED_MAX = 2_000


def by_organization(organization: Organization, *, words: str = "") -> QuerySet[Lot]:
    """
    Return the credit the organization has awarded, newest first, each with ``reversed_minor``; nobody else's.

    ``words`` are looked for in the learner's name and the course's, whatever their case and diacritics, among the
    newest ``LOTS_SEARCHED_MAX``: folding takes a tenth of a millisecond a line, and there may be millions.
    """
    taken_back = (
        Posting.objects.filter(lot=OuterRef("pk"), entry__reverses=OuterRef("pk"))
        .order_by()
        .values("lot")
        .annotate(total=Sum("amount_minor"))
        .values("total")
    )
    lots = Lot.objects.filter(issuer=organization)
    if words:
        course = KeyTextTransform("title_vi", "entry__snapshot")
        text = VnFold(Concat("learner__full_name", Value("\n"), course, output_field=TextField()))
        newest = lots.order_by("-entry_id").values("pk")[:LOTS_SEARCHED_MAX]
        lots = Lot.objects.filter(pk__in=newest).alias(text=text).filter(text__contains=fold(words))
    return (
        lots.select_related("entry__reverses", "learner")
        .annotate(reversed_minor=Coalesce(Subquery(taken_back), 0))
        .order_by("-entry_id")
    )


def organization_behind(entry: JournalEntry) -> Organization | None:
    """Return the organisation whose account the entry touched: it awarded or took back; None where none did."""
    owners = entry.postings.values_list("source__organization", "destination__organization")
    return (
        Organization.objects.filter(pk__in={owner for pair in owners for owner in pair if owner}).order_by("pk").first()
    )
