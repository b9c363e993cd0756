"""
Build ``people_pairs.csv``: pairs of accounts known to be one person or two, because they were made so.

``python -m tests.data.build_people_pairs``; the same every time. The names are put together here from parts that are
common in Viet Nam; none is taken from anybody. README.md beside this file says how the pairs were made and judged.
"""

import csv
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

# The rules were settled on the pairs of seed 20261126; these are others, looked at once the rules stood.
SEED = 1945
FILE = Path(__file__).parent / "people_pairs.csv"
FAMILY = [
    "Nguyễn",
    "Nguyễn",
    "Nguyễn",
    "Nguyễn",
    "Nguyễn",
    "Nguyễn",
    "Trần",
    "Trần",
    "Trần",
    "Lê",
    "Lê",
    "Phạm",
    "Phạm",
    "Huỳnh",
    "Hoàng",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Đinh",
    "Mai",
    "Cao",
    "Trương",
    "Lương",
    "Thạch",
    "Sơn",
    "Kim",
    "Lò",
    "Vàng",
]
MIDDLE_F = ["Thị", "Thị", "Thị", "Thị", "Ngọc", "Thu", "Kim", "Thanh", "Mỹ", "Bích", "Minh", "Hồng"]
MIDDLE_M = ["Văn", "Văn", "Văn", "Văn", "Đức", "Hữu", "Minh", "Quốc", "Thành", "Công", "Ngọc", "Xuân"]
SECOND = ["Thu", "Thanh", "Bảo", "Kim", "Quỳnh", "Hoài", "Ngọc", "Phương", "Minh", "Anh", "Gia", "Tuấn"]
GIVEN_F = [
    "Hoa",
    "Hòa",
    "Hóa",
    "Lan",
    "Mai",
    "Hương",
    "Hường",
    "Thủy",
    "Thúy",
    "Thùy",
    "Lý",
    "Quý",
    "Hạnh",
    "Hằng",
    "Nga",
    "Ngà",
    "Tư",
    "Tú",
    "Sáu",
    "Bảy",
    "Út",
    "Đào",
    "Liên",
    "Liễu",
    "Nhung",
    "Vân",
    "Yến",
    "Ánh",
    "Mỹ",
    "My",
    "Loan",
    "Phượng",
    "Phương",
]
GIVEN_M = [
    "Hòa",
    "Hóa",
    "Hoa",
    "Hùng",
    "Hưng",
    "Dũng",
    "Dung",
    "Tuấn",
    "Tuân",
    "Sơn",
    "Sáu",
    "Bảy",
    "Ba",
    "Tư",
    "Út",
    "Long",
    "Lộc",
    "Phúc",
    "Quý",
    "Quy",
    "Thắng",
    "Thăng",
    "Tâm",
    "Tám",
    "Minh",
    "Hải",
    "Hai",
    "Khánh",
    "Đạt",
    "Dự",
    "Tài",
    "Tại",
]
COMMUNES = [f"{number:05d}" for number in range(31100, 31160, 3)]


@dataclass(frozen=True)
class Row:
    name: str
    year: str
    commune: str
    phone: str


class Maker:
    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def person(self) -> Row:
        pick, is_woman = self.random.choice, self.random.random() < 0.5
        middle, given = (MIDDLE_F, GIVEN_F) if is_woman else (MIDDLE_M, GIVEN_M)
        words = [pick(FAMILY), pick(middle), *([pick(SECOND)] if self.random.random() < 0.35 else []), pick(given)]
        return Row(" ".join(words), str(self.random.randint(1938, 2008)), pick(COMMUNES), self.number())

    def number(self) -> str:
        return "0" + self.random.choice("35789") + "".join(self.random.choice("0123456789") for _ in range(8))

    # --- the same person, written down twice

    def bare(self, row: Row) -> Row:
        return replace(row, name=bare(row.name))

    def upper(self, row: Row) -> Row:
        return replace(row, name=row.name.upper())

    def turned(self, row: Row) -> Row:
        family, *rest = row.name.split()
        return replace(row, name=" ".join([*rest, family]))

    def given_first(self, row: Row) -> Row:
        *rest, given = row.name.split()
        return replace(row, name=" ".join([given, *rest]))

    def tone_elsewhere(self, row: Row) -> Row:
        return replace(row, name=new_style(row.name))

    def i_for_y(self, row: Row) -> Row:
        return replace(row, name=" ".join(word[:-1] + _Y_AS_I.get(word[-1], word[-1]) for word in row.name.split()))

    def decomposed(self, row: Row) -> Row:
        return replace(row, name=unicodedata.normalize("NFD", row.name))

    def no_year(self, row: Row) -> Row:
        return replace(row, year="")

    def year_off(self, row: Row) -> Row:
        return replace(row, year=str(int(row.year) + self.random.choice((-1, 1))))

    def year_swapped(self, row: Row) -> Row:
        return replace(row, year=row.year[:2] + row.year[3] + row.year[2])

    def no_phone(self, row: Row) -> Row:
        return replace(row, phone="")

    def phone_written(self, row: Row) -> Row:
        number = row.phone[1:]
        if not number:
            return row
        spaced = f"{row.phone[:4]} {row.phone[4:7]} {row.phone[7:]}"
        forms = (f"+84{number}", f"84 {number}", f"0084{number}", f"+84 (0){number}", spaced, spaced.replace(" ", "."))
        return replace(row, phone=self.random.choice(forms))

    def new_phone(self, row: Row) -> Row:
        return replace(row, phone=self.number())

    def moved(self, row: Row) -> Row:
        return replace(row, commune=self.random.choice([code for code in COMMUNES if code != row.commune]))

    def no_middle(self, row: Row) -> Row:
        words = row.name.split()
        return replace(row, name=f"{words[0]} {words[-1]}")

    def one_letter_off(self, row: Row) -> Row:
        at = self.random.randrange(1, len(row.name))
        return replace(row, name=row.name[:at] + row.name[at + 1 :])

    def honorific(self, row: Row) -> Row:
        return replace(row, name=f"Bà {row.name}" if "Thị" in row.name else f"Ông {row.name}")

    # --- somebody else who looks like them

    def other_given(self, row: Row) -> Row:
        """A brother or sister: the family, the commune, often the number of the house, years that may be the same."""
        *rest, given = row.name.split()
        names = GIVEN_F if given in GIVEN_F else GIVEN_M
        other = self.random.choice([each for each in names if bare(each) != bare(given)])
        year = row.year if self.random.random() < 0.3 else str(int(row.year) + self.random.randint(1, 9))
        phone = row.phone if self.random.random() < 0.5 else self.number()
        return Row(" ".join([*rest, other]), year, row.commune, phone)

    def other_tone(self, row: Row) -> Row:
        """A neighbour whose given name differs by a tone only: Hoa and Hòa, Thủy and Thúy; born when they were."""
        *rest, given = row.name.split()
        alike = [each for each in (*GIVEN_F, *GIVEN_M) if bare(each) == bare(given) and each != given]
        if not alike:
            return self.other_given(row)
        year = self.random.choice((row.year, row.year, str(int(row.year) + 7), ""))
        return Row(" ".join([*rest, self.random.choice(alike)]), year, row.commune, self.number())

    def namesake_elsewhere(self, row: Row) -> Row:
        year = self.random.choice((str(self.random.randint(1938, 2008)), ""))
        return self.moved(Row(row.name, year, row.commune, self.number()))

    def namesake_here(self, row: Row) -> Row:
        """Of another age in the same commune, both ages known."""
        apart = self.random.choice((-1, 1)) * self.random.randint(2, 40)
        return Row(
            self.random.choice((row.name, bare(row.name))), str(int(row.year) + apart), row.commune, self.number()
        )

    def namesake_unknown(self, row: Row) -> Row:
        """In the same commune, of an age nobody wrote down: only the number, or nothing, tells them apart."""
        return Row(row.name, "", row.commune, self.random.choice((self.number(), self.number(), self.number(), "")))

    def namesake_of_the_year(self, row: Row) -> Row:
        """Born in the same year, in another commune: many are."""
        return self.moved(Row(row.name, row.year, row.commune, self.number()))

    def parent(self, row: Row) -> Row:
        """Who has the child's middle and given names turned about, the same number in the house, another age."""
        family, *rest = row.name.split()
        return Row(" ".join([family, *reversed(rest)]), str(int(row.year) - 25), row.commune, row.phone)


_Y_AS_I = {"y": "i", "ý": "í", "ỳ": "ì", "ỹ": "ĩ", "ỷ": "ỉ", "ỵ": "ị"}
_TO_NEW = {"òa": "oà", "óa": "oá", "ỏa": "oả", "úy": "uý", "ùy": "uỳ", "ủy": "uỷ"}


def bare(text: str) -> str:
    marks = (letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return "".join(marks).replace("đ", "d").replace("Đ", "D")


def new_style(name: str) -> str:
    for old, new in _TO_NEW.items():
        name = name.replace(old, new)
    return name


Change = Callable[[Maker, Row], Row]
# How one person comes to be there twice; the first changes what was first written, the others what came later.
SAME_WAYS: tuple[tuple[str, tuple[Change, ...], int], ...] = (
    ("bare", (Maker.bare,), 60),
    ("bare, no year", (Maker.bare, Maker.no_year), 60),
    ("upper case, number written otherwise", (Maker.upper, Maker.phone_written), 40),
    ("family name last", (Maker.turned,), 50),
    ("family name last, bare, no number", (Maker.turned, Maker.bare, Maker.no_phone), 50),
    ("given name first", (Maker.given_first,), 30),
    ("tone elsewhere", (Maker.tone_elsewhere, Maker.new_phone), 40),
    ("i for y", (Maker.i_for_y, Maker.no_phone), 30),
    ("decomposed letters", (Maker.decomposed,), 20),
    ("no year, no number", (Maker.no_year, Maker.no_phone), 50),
    ("no year, moved, number written otherwise", (Maker.no_year, Maker.moved, Maker.phone_written), 40),
    ("year off by one", (Maker.year_off,), 30),
    ("year swapped, number written otherwise", (Maker.year_swapped, Maker.phone_written), 20),
    ("honorific", (Maker.honorific, Maker.no_phone), 30),
    ("no middle name", (Maker.no_middle, Maker.phone_written), 30),
    ("moved, new number", (Maker.moved, Maker.new_phone), 30),
    ("no year, new number", (Maker.no_year, Maker.new_phone), 20),
    ("one letter left out", (Maker.one_letter_off,), 30),
)
DIFFERENT_WAYS: tuple[tuple[str, Change, int], ...] = (
    ("brother or sister", Maker.other_given, 160),
    ("a tone apart", Maker.other_tone, 120),
    ("namesake elsewhere", Maker.namesake_elsewhere, 110),
    ("namesake here, another age", Maker.namesake_here, 150),
    ("namesake here, age unknown", Maker.namesake_unknown, 20),
    ("namesake of the year, elsewhere", Maker.namesake_of_the_year, 30),
    ("parent", Maker.parent, 70),
)


def pairs(seed: int = SEED) -> list[list[str]]:
    maker, rows = Maker(seed), []
    for how, changes, times in SAME_WAYS:
        for _ in range(times):
            first = second = maker.person()
            for change in changes:
                second = change(maker, second)
            rows.append(_row(first, second, is_one=True, how=how))
    for how, change, times in DIFFERENT_WAYS:
        for _ in range(times):
            first = maker.person()
            rows.append(_row(first, change(maker, first), is_one=False, how=how))
    return rows


def _row(first: Row, second: Row, *, is_one: bool, how: str) -> list[str]:
    said = (first.name, first.year, first.commune, first.phone, second.name, second.year, second.commune, second.phone)
    return [*said, "1" if is_one else "0", how]


HEAD = ["name_a", "year_a", "commune_a", "phone_a", "name_b", "year_b", "commune_b", "phone_b", "is_one", "how"]


def main() -> None:
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([HEAD, *pairs()])
    sys.stdout.write(f"{FILE.name}: {len(pairs())} pairs\n")


if __name__ == "__main__":
    main()
