"""The source is offered with the portal, whole and without what does not belong to it."""

import tarfile
from pathlib import Path

from django.conf import settings
from django.test import Client

from portal.source_archive import ARCHIVE, pack, source_files


def test_the_archive_holds_the_source_and_is_the_same_each_time(tmp_path: Path) -> None:
    once, again = tmp_path / "once.tar.gz", tmp_path / "again.tar.gz"
    pack(settings.BASE_DIR, once)
    pack(settings.BASE_DIR, again)

    with tarfile.open(once) as archive:
        names = set(archive.getnames())
    assert {"hoc-suot-doi/manage.py", "hoc-suot-doi/LICENSE", "hoc-suot-doi/credits/actions/ledger.py"} <= names
    assert {name for name in names if ".local" in name or name.endswith((".env", ".mo", ".pyc"))} == set()
    assert once.read_bytes() == again.read_bytes()


def test_nothing_at_the_top_is_left_out() -> None:
    kept = {path.relative_to(settings.BASE_DIR).parts[0] for path in source_files(settings.BASE_DIR)}
    present = {path.name for path in Path(settings.BASE_DIR).iterdir() if not path.name.startswith(".")}

    assert present - kept == set()


def test_every_page_says_where_the_source_is(client: Client) -> None:
    assert f'href="/static/{ARCHIVE}"' in client.get("/khong-co/").content.decode()
