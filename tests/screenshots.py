"""
``make screenshots``: the pictures of the README, taken from the running portal.

Starts the portal as ``make run`` does, in a folder of its own, signs in by the code in the mailbox, and writes PNG
files into ``tests/pictures/``.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.png import with_fewer_colours
from tests.run import find_chromium

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "tests" / "pictures"
BYTES_MAX = 150_000  # of one picture
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
PHONE = (360, 960)
DESK = (1280, 800)
CODE = re.compile(r"\b[0-9]{6}\b")
ADDRESS = re.compile(r"^\s*(http://\S+)/\s")
READY = "Ctrl-C stops everything."


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture: who looks, through which window, and what they follow from the first page on."""

    name: str
    path: str
    window: tuple[int, int]
    person: str = ""  # signs in first
    follow: str = ""  # text of a link to follow on that page


PICTURES_WANTED = (
    Picture(name="home", path="/", window=DESK),
    Picture(name="catalogue", path="/courses/?q=an+toan", window=PHONE),
    Picture(name="course", path="/courses/?q=dich+vu+cong", window=PHONE, follow="Dịch vụ công"),
    Picture(name="dashboard", path="/me/", window=DESK, person="hoa@hocsuotdoi.example"),
    Picture(name="record", path="/me/record/", window=PHONE, person="hoa@hocsuotdoi.example"),
    Picture(name="centre", path="/organizations/", window=DESK, person="ha@hocsuotdoi.example"),
)


@contextmanager
def the_portal() -> Iterator[str]:
    """Start the whole portal with its demonstration world in a folder of its own; give its address."""
    folder = Path(tempfile.mkdtemp(prefix="lhp-"))
    process = subprocess.Popen(
        [sys.executable, "-m", "portal.quickstart", "run"],
        cwd=ROOT,
        env={**os.environ, "LOCAL_DIR": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C reaches us first, and we stop it in order
    )
    assert process.stdout is not None
    try:
        address = ""
        for line in process.stdout:
            print(line, end="", flush=True)
            found = ADDRESS.match(line)
            address = address or (found[1] if found else "")
            if READY in line:
                break
        if not address:
            raise SystemExit("The portal did not start; what it said stands above.")
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate()
        shutil.rmtree(folder, ignore_errors=True)


def sign_in(page: Page, address: str, person: str) -> None:
    """Sign in as a person would: the address, then the code from the newest letter in the mailbox."""
    page.goto(f"{address}/account/sign-in/")
    page.fill("main input[autocomplete=username]", person)
    page.click("main form.form button")
    letters = page.context.new_page()
    for _attempt in range(50):
        letters.goto(f"{address}/dev/mailbox/")
        newest = letters.locator("main .item").first
        if newest.count() and person in newest.inner_text() and (code := CODE.search(newest.inner_text())):
            break
        letters.wait_for_timeout(200)
    else:
        raise SystemExit(f"No code for {person} in the mailbox.")
    letters.close()
    page.fill("main input[autocomplete=one-time-code]", code[0])
    page.click("main form.form button")
    page.wait_for_url(f"{address}/me/")


def take(browser: Browser, address: str, picture: Picture) -> None:
    width, height = picture.window
    context = browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN")
    page = context.new_page()
    if picture.person:
        sign_in(page, address, picture.person)
    page.goto(f"{address}{picture.path}")
    if picture.follow:
        page.locator("main a", has_text=picture.follow).first.click()
        page.wait_for_load_state()
    page.reload()  # the letters' shapes are there now, so they are not swapped in while we look
    page.evaluate("document.fonts.ready")
    path = PICTURES / f"{picture.name}.png"
    path.write_bytes(with_fewer_colours(page.screenshot()))
    context.close()
    size = path.stat().st_size
    print(f"  {path.relative_to(ROOT)}, {size // 1000} kB")
    if size > BYTES_MAX:
        raise SystemExit(f"{path.name} has more than {BYTES_MAX // 1000} kB; show less in it.")


def main() -> int:
    chromium = find_chromium()
    if chromium is None:
        print("The pictures need a Chromium; set CHROMIUM to its path.", file=sys.stderr)
        return 2
    PICTURES.mkdir(exist_ok=True)
    with the_portal() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for picture in PICTURES_WANTED:
            take(browser, address, picture)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
