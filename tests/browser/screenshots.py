"""Take the pictures of the documentation: `python -m tests.browser.screenshots FOLDER`."""

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.serving import Server, make_demo, running
from tests.servers.chromium import launch_options

CLERK = "kathrin.boehme@koenigsbrueck.example"
MAYOR = "siegfried.nuck@ossling.example"
OFFICER = "martina.grafe@koenigsbrueck.example"
YARD_HEAD = "gerd.petschel@bernsdorf.example"

SMALL = 0.75  # readable in a README, and light


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Name one picture, who looks, and which way leads there."""

    name: str
    mail: str | None
    path: str
    click: str | None = None
    width: int = 1280
    theme: str = "light"


PICTURES = (
    Picture(name="start", mail=None, path="/"),
    Picture(name="heute", mail=CLERK, path="/"),
    Picture(name="heute-telefon", mail=YARD_HEAD, path="/", width=360, theme="dark"),
    Picture(name="bedarf", mail=CLERK, path="/beschaffung/bedarf"),
    Picture(name="buendel", mail=OFFICER, path="/beschaffung/buendel/1/pruefen"),
    Picture(name="wochenplan", mail=YARD_HEAD, path="/buchung/woche", click="text=Nächste Woche"),
    Picture(name="geraet-telefon", mail=YARD_HEAD, path="/buchung/geraete/", click="main tbody a", width=360),
    Picture(name="bilanz", mail=MAYOR, path="/massnahmen/bilanz"),
    Picture(name="massnahme", mail=OFFICER, path="/massnahmen/9"),
)


def main() -> None:
    """Make a demo, look at it, and write the pictures into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, running(make_demo(Path(home) / "demo.sqlite")) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        for picture in PICTURES:
            take(picture, server, browser, folder)
        browser.close()


def take(picture: Picture, server: Server, browser: Browser, folder: Path) -> None:
    """Go where the picture is and keep the first screen of it."""
    context = server.visit(browser, picture.mail, width=picture.width, theme=picture.theme, scale=SMALL)
    page = context.new_page()
    arrive(page, picture)
    page.screenshot(path=folder / f"{picture.name}.png")
    context.close()


def arrive(page: Page, picture: Picture) -> None:
    """Open the page and follow the link that the picture asks for."""
    answer = page.goto(picture.path)
    assert answer is not None
    assert answer.ok, f"{picture.path}: {answer.status}"
    if picture.click:
        page.click(picture.click)
        page.wait_for_load_state()


if __name__ == "__main__":
    main()
