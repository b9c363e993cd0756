"""
How far somebody is on a pathway: what is asked of them, what they hold, what counts and what is missing, in words.

Worked out by ``counting`` from the lots as they are now; nothing of it is stored. A learner is judged by the version
they started on and by the rules for all pathways that were in force on that day.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from credits.choices import RuleKind
from credits.models import CourseEquivalence, CreditRule, PathwayComponent, PathwayFollow, PathwayRule, PathwayVersion
from credits.models.rule import RuleRow
from credits.models.words import in_reading_language
from credits.queries import counting, lot, rule, rule_words
from credits.queries import qualification as qualifications
from credits.queries.counting import Count, Judged
from credits.queries.holding import Holding, Rule
from credits.queries.lot import LotStanding
from credits.queries.pathway import follows_of, started_on, titles_of
from credits.queries.qualification import Held
from credits.queries.rule import RuleKey
from learners.models import Learner


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a version asks of those who started on a day."""

    version: PathwayVersion
    started_on: date
    rows: dict[RuleKey, RuleRow]  # the version's own rules first, then those for all pathways
    rules: dict[RuleKey, Rule]
    equivalences: Sequence[Collection[str]]
    components: Sequence[PathwayComponent]

    @property
    def total(self) -> int:
        return self.version.total_minor

    @property
    def sentences(self) -> list["Sentence"]:
        """Return what is asked, one sentence a rule, with its legal source."""
        said = [Sentence(rule_words.asks_in_all(self.total), "")]
        if kinds := rule_words.takes(self.version.kinds_of_credit):
            said.append(Sentence(kinds, ""))
        said += [
            Sentence(rule_words.asks(row, self.rules[key], self.total), row.legal_source)
            for key, row in self.rows.items()
        ]
        return said + [
            Sentence(rule_words.counts_as(component), component.legal_source) for component in self.components
        ]


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    legal_source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLine:
    """One lot or qualification as its holder reads it."""

    title: str
    provider: str
    learned_on: date
    amount: int
    counted: int
    left_out: int
    why: str  # the rest does not count; empty when all of it does
    holding: Holding


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far somebody is on a pathway."""

    terms: Terms
    count: Count
    titles: dict[str, tuple[str, str]]  # of each holding: what it is, and from whom

    @property
    def version(self) -> PathwayVersion:
        return self.terms.version

    @property
    def total(self) -> int:
        return self.count.total

    @property
    def counted(self) -> int:
        return self.count.counted

    @property
    def is_complete(self) -> bool:
        return self.count.is_complete

    @property
    def unmet(self) -> list[str]:
        """Return what is missing, one sentence for the whole and one for each minimum."""
        said = [rule_words.is_missing(self.terms.rows[_key(each)], each) for each in self.count.unmet]
        return ([rule_words.is_missing_in_all(self.count.missing)] if self.count.missing else []) + said

    @property
    def judged(self) -> list[tuple[Judged, str]]:
        """Return the minimums with what they ask, in words."""
        return [
            (each, rule_words.asks(self.terms.rows[_key(each)], each.rule, self.total))
            for each in self.count.judged
            if each.rule.kind == RuleKind.MINIMUM
        ]

    @property
    def counting_lines(self) -> list[ShownLine]:
        return [line for line in self.lines if line.counted]

    @property
    def lines(self) -> list[ShownLine]:
        return [
            ShownLine(
                title=self.titles[line.holding.key][0],
                provider=self.titles[line.holding.key][1],
                learned_on=line.holding.learned_on,
                amount=line.holding.amount,
                counted=line.counted,
                left_out=line.left_out.amount if line.left_out else 0,
                why=rule_words.why_not(
                    line.left_out,
                    line.holding,
                    self.terms.rows[line.left_out.rule.code, line.left_out.rule.version]
                    if line.left_out.rule
                    else None,
                    self.total,
                )
                if line.left_out
                else "",
                holding=line.holding,
            )
            for line in self.count.lines
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """Credit somebody does not hold yet, to see what it would change."""

    holding: Holding
    title: str
    provider: str


def terms_of(started: Sequence[tuple[PathwayVersion, date]]) -> list[Terms]:
    """Return what each version asks of those who started on that day; four queries, however many."""
    ids = [version.pk for version, _day in started]
    own = list(
        PathwayRule.objects.filter(version__in=ids)
        .select_related("version__pathway", "issuer")
        .order_by("position", "pk")
    )
    parts = list(PathwayComponent.objects.filter(version__in=ids).select_related("pathway").order_by("pk"))
    for_all = list(CreditRule.objects.select_related("issuer").order_by("code", "version"))
    alike = list(CourseEquivalence.objects.order_by("pk"))
    titles = titles_of([part.pathway_id for part in parts])
    found = []
    for version, day in started:
        rows: list[RuleRow] = [each for each in own if each.version_id == version.pk]
        rows += [each for each in for_all if rule.is_in_force(each, on=day)]
        components = [each for each in parts if each.version_id == version.pk]
        for component in components:
            component.pathway.title = titles.get(component.pathway_id, component.pathway.slug)  # type: ignore[attr-defined]
        found.append(
            Terms(
                version=version,
                started_on=day,
                rows={rule.key_of(row): row for row in rows},
                rules=rule.for_counting(rows),
                equivalences=[each.course_keys for each in alike if rule.is_in_force(each, on=day)],
                components=components,
            )
        )
    return found


def how_far(learner: Learner, version: PathwayVersion, *, started_on: date, on: date) -> Progress:
    """Return how far somebody is on a pathway on a day; nine queries, whatever they hold."""
    (terms,) = terms_of([(version, started_on)])
    return _progress(terms, lot.standing(learner), qualifications.held(learner), on=on)


def with_extra(progress: Progress, extra: Sequence[Extra], *, on: date) -> Progress:
    """Return how far it would be with credit that is not held yet; no query."""
    lines = [line.holding for line in progress.count.lines]
    titles = {**progress.titles, **{each.holding.key: (each.title, each.provider) for each in extra}}
    return _counted(progress.terms, [*lines, *(each.holding for each in extra)], titles, on=on)


def how_far_on_all(learner: Learner, *, on: date) -> list[tuple[PathwayFollow, Progress]]:
    """Return how far somebody is on each pathway they follow; nine queries, two when they follow none."""
    follows = follows_of(learner)
    if not follows:
        return []
    lots, held = lot.standing(learner), qualifications.held(learner)
    terms = terms_of([(follow.version, started_on(follow)) for follow in follows])
    return [(follow, _progress(each, lots, held, on=on)) for follow, each in zip(follows, terms, strict=True)]


def _progress(terms: Terms, lots: Sequence[LotStanding], held: Sequence[Held], *, on: date) -> Progress:
    ready = [(_of_lot(each), _texts(each.snapshot)) for each in lots if each.earned]
    stacked = [
        (_of_qualification(each, component), (each.qualification.version.title, _awarded_by(each)))
        for component in terms.components
        for each in held
        if each.stands and not each.is_counted and each.qualification.version.pathway_id == component.pathway_id
    ]
    everything = [*stacked, *ready]
    titles = {holding.key: texts for holding, texts in everything}
    return _counted(terms, [holding for holding, _texts_of_it in everything], titles, on=on)


def _counted(terms: Terms, holdings: Sequence[Holding], titles: dict[str, tuple[str, str]], *, on: date) -> Progress:
    count = counting.count(
        holdings,
        rules=terms.rules.values(),
        total=terms.total,
        on=on,
        kinds_of_credit=terms.version.kinds_of_credit,
        equivalences=terms.equivalences,
    )
    return Progress(terms=terms, count=count, titles=titles)


def _of_lot(standing: LotStanding) -> Holding:
    return Holding(
        key=lot_key(standing.lot_id),
        amount=standing.earned,
        kind_of_credit=standing.kind_of_credit,
        source=standing.source,
        field_code=standing.field_code,
        level=standing.level,
        issuer=standing.issuer_id,
        course_keys=frozenset({standing.course_key}),
        learned_on=standing.earned_on,
        valid_until=standing.valid_until,
    )


def _of_qualification(held: Held, component: PathwayComponent) -> Holding:
    return Holding(
        key=f"qualification:{held.qualification.pk:020}",
        amount=component.amount_minor,
        kind_of_credit=component.kind_of_credit,
        field_code=component.field_code,
        level=component.level,
        issuer=held.qualification.version.pathway.organization_id,
        course_keys=held.course_keys,
        learned_on=timezone.localdate(held.qualification.awarded_at),
        is_qualification=True,
    )


def lot_key(lot_id: int) -> str:
    """Return the name of a lot among holdings; by name is by number."""
    return f"lot:{lot_id:020}"


def _texts(snapshot: dict[str, Any]) -> tuple[str, str]:
    return (
        in_reading_language(str(snapshot.get("title_vi", "")), str(snapshot.get("title_en", ""))),
        in_reading_language(str(snapshot.get("provider_vi", "")), str(snapshot.get("provider_en", ""))),
    )


def _awarded_by(held: Held) -> str:
    return held.qualification.version.pathway.organization.name


def _key(judged: Judged) -> RuleKey:
    return judged.rule.code, judged.rule.version
