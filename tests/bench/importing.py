"""A catalogue of two thousand rows, read and published, into one that has a hundred thousand courses already."""

from itertools import count

from courses.actions import importing
from courses.choices import Format
from courses.importers import opening, table
from courses.models import Course
from credits.choices import KindOfCredit
from learners.models import Learner, Organization
from portal.quickstart.servers import Postgres
from tests.bench.results import Row
from tests.bench.rounds import Rounds, Took, Variant, clock, play
from tests.factories.people import NOW, a_curator, an_organization

COURSES = 100_000
PER_FILE_FIRST = 10_000
ROWS = 2_000
ROWS_A_SECOND_MIN = 1_000
DEFAULTS = importing.Defaults(field_id="9999", kind_of_credit=KindOfCredit.COMMUNITY, format=Format.IN_PERSON)
HEADER = "code,title_vi,title_en,hours,summary_vi,field,tags\n"
LINE = (
    "K{0},Khóa học số {0} về tin học văn phòng,Course {0} on office skills,30,"
    "Học xong bạn dùng được máy tính để soạn văn bản và bảng tính số {0}.,0611,máy tính|văn phòng\n"
)
number = count(1)


def measure(postgres: Postgres, *, rounds: int) -> tuple[Rounds, list[Row]]:
    provider, curator = an_organization(), a_curator()
    for _ in range((COURSES - Course.objects.count()) // PER_FILE_FIRST):
        _import(_file(PER_FILE_FIRST), provider, curator)
    again = _file(ROWS)
    _import(again, provider, curator)
    played = play(
        {"new": _new(provider, curator), "unchanged": _repeated(again, provider, curator)},
        rounds=rounds,
    )
    new, unchanged = played.rate("new"), played.rate("unchanged")
    return played, [
        Row(
            what=f"rows a second, read from CSV and published into {COURSES:,} courses",
            figure=new.text(),
            must=f"≥ {ROWS_A_SECOND_MIN:,}",
            meets=new.median >= ROWS_A_SECOND_MIN,
            beside=f"CPU {played.cpu('new').median:.2f} ms a row; rows that change nothing: {unchanged.text()}",
        )
    ]


def _file(rows: int) -> bytes:
    return (HEADER + "".join(LINE.format(next(number)) for _ in range(rows))).encode()


def _import(content: bytes, provider: Organization, curator: Learner) -> importing.Report:
    rows = table.by_header(opening.open_table(content, name="courses.csv"))
    return importing.import_catalog(
        provider=provider, rows=rows, actor=curator, defaults=DEFAULTS, now=NOW, publish=True
    )


def _new(provider: Organization, curator: Learner) -> Variant:
    def one_file() -> Took:
        content = _file(ROWS)
        with clock(ROWS) as took:
            report = _import(content, provider, curator)
        assert report.new == ROWS
        return took

    return one_file


def _repeated(content: bytes, provider: Organization, curator: Learner) -> Variant:
    def one_file() -> Took:
        with clock(ROWS) as took:
            report = _import(content, provider, curator)
        assert report.unchanged == ROWS
        return took

    return one_file
