"""The rows of ``portal/demo/pathways.yaml``: pathways with their rules, and what is accepted where."""

from dataclasses import dataclass
from typing import Any

from credits.choices import KindOfCredit, LotSource, RuleKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a pathway; what is empty is not asked."""

    kind: RuleKind
    hundredths: int
    kind_of_credit: str
    source: str
    field: str
    courses: tuple[str, ...]  # keys
    about_vi: str
    about_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A lower pathway that counts toward one, as so much."""

    pathway: str
    hundredths: int
    kind_of_credit: str
    field: str
    level: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A pathway."""

    key: str
    organisation: str
    title_vi: str
    title_en: str
    description_vi: str
    description_en: str
    level: int | None
    hundredths: int
    kinds_of_credit: tuple[str, ...]
    rules: tuple[Rule, ...]
    counts: tuple[Counted, ...]
    source_vi: str
    source_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedRow:
    """Credit an organisation accepts: of one course, or of a provider."""

    organisation: str
    course: str
    provider: str
    kind_of_credit: str
    document: str


def read_way(row: dict[str, Any]) -> Way:
    same = ("key", "organisation", "title_vi", "title_en", "description_vi", "description_en", "level")
    return Way(
        **{name: row[name] for name in (*same, "source_vi", "source_en")},
        hundredths=row["total_hundredths"],
        kinds_of_credit=tuple(KindOfCredit(kind.upper()) for kind in row["kinds_of_credit"]),
        rules=tuple(
            Rule(
                kind=RuleKind(rule["kind"].upper()),
                hundredths=rule["hundredths"],
                kind_of_credit=_word(KindOfCredit, rule.get("kind_of_credit")),
                source=_word(LotSource, rule.get("source")),
                field=rule.get("field", ""),
                courses=tuple(rule.get("courses", ())),
                about_vi=rule["about_vi"],
                about_en=rule["about_en"],
            )
            for rule in row["rules"]
        ),
        counts=tuple(
            Counted(
                **{name: each[name] for name in ("pathway", "hundredths", "field", "level")},
                kind_of_credit=KindOfCredit(each["kind_of_credit"].upper()),
            )
            for each in row.get("counts", ())
        ),
    )


def read_accepted(row: dict[str, Any]) -> AcceptedRow:
    return AcceptedRow(
        organisation=row["organisation"],
        course=row.get("course", ""),
        provider=row.get("provider", ""),
        kind_of_credit=_word(KindOfCredit, row.get("kind_of_credit")),
        document=row["document"],
    )


def _word(words: type[KindOfCredit] | type[LotSource], name: str | None) -> str:
    return str(words(name.upper())) if name else ""
