"""The report in a real browser: accessible, whole at every size, and deaf to hostile text.

Left out where Chromium with its driver, selenium or axe-core is not there; the README says how to
get them.
"""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import hostile
import pytest
from conftest import Run
from lantern import House

from readiness.app.checking import check
from readiness.app.choice import RulebookChoice
from readiness.render import report
from readiness.resources import shipped_rules, shipped_scenarios

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")
webdriver = pytest.importorskip("selenium.webdriver")
axe = pytest.importorskip("axe_playwright_python")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="no Chromium with its driver"),
]

SIZES = {"320 px": (320, 1), "1280 px": (1280, 1), "200% zoom": (640, 2)}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(service=Service(DRIVER), options=options)
    driver.set_script_timeout(240)
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def essential(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the report of a council with charts of every kind, at essential depth."""
    from readiness.app.checking import Selection
    from readiness.model.vocabulary import Depth

    made = check(
        shipped_scenarios() / "northmoor",
        today=lambda: date(2026, 1, 1),
        book=RulebookChoice(shipped_rules()),
        engine="builtin",
        selection=Selection(depth=Depth.ESSENTIAL),
        drawn=True,
    ).report
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(report.render(made), "utf-8", newline="\n")
    return file


def opened(browser: Any, file: Path, width: int = 1280, zoom: int = 1) -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": zoom, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get(file.as_uri())


def violations(browser: Any) -> list[Any]:
    browser.execute_script((Path(axe.__file__).parent / "axe.min.js").read_text("utf-8"))
    found = browser.execute_async_script(
        "const done = arguments[0]; axe.run(document, {resultTypes: ['violations']}).then("
        "r => done(JSON.stringify(r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))))"
    )
    result: list[Any] = json.loads(found)
    return result


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_and_nothing_is_cut_off(browser: Any, essential: Path, size: str) -> None:
    opened(browser, essential, *SIZES[size])
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert browser.execute_script(wide) <= 0
    assert violations(browser) == []


def test_nothing_is_asked_for_and_nothing_complained_of(browser: Any, essential: Path) -> None:
    browser.get_log("performance")
    opened(browser, essential)
    assert browser.get_log("browser") == []
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = {
        message["params"]["request"]["url"].split("#")[0]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    }
    assert asked <= {essential.as_uri()}


def test_every_stop_of_the_keyboard_can_be_seen(browser: Any, essential: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    opened(browser, essential)
    body = browser.find_element("tag name", "body")
    seen = []
    for _ in range(12):
        body.send_keys(Keys.TAB)
        seen.append(
            browser.execute_script(
                "const one = document.activeElement, box = one.getBoundingClientRect();"
                "return [one.textContent.trim().slice(0, 40), box.width > 0, "
                "getComputedStyle(one).outlineStyle]"
            )
        )
    assert seen[0][0] == "Skip to the report"
    assert all(shown and outline != "none" for _, shown, outline in seen)


def test_it_prints_whole(browser: Any, essential: Path) -> None:
    opened(browser, essential)
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    content = base64.b64decode(printed["data"])
    assert content.startswith(b"%PDF")
    assert content.count(b"/Type /Page") > 10


def test_hostile_text_does_nothing(browser: Any, house: House, run: Run) -> None:
    hostile.write(house)
    assert run("check", "profile.yaml", "--format", "html", "-o", "report.html").code == 1
    for width in (320, 1280):
        opened(browser, house.folder / "report.html", width)
        assert browser.title.startswith("Lampton <script>")
        assert browser.title.endswith("readiness check at 1 January 2026")
        elements = "return document.querySelectorAll('script, img, iframe, [onload], [onerror]')"
        assert browser.execute_script(f"{elements}.length") == 0
        wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert browser.execute_script(wide) <= 0
    assert violations(browser) == []


def test_a_briefing_is_deaf_too(browser: Any, house: House, run: Run) -> None:
    library = pytest.importorskip("markdown_it")
    hostile.write(house)
    text = run("check", "profile.yaml", "--format", "md").out
    shown = library.MarkdownIt("commonmark", {"linkify": False}).render(text)
    file = house.write(
        "briefing.html", f"<!DOCTYPE html><meta charset=utf-8><title>b</title>{shown}"
    )
    opened(browser, file)
    assert browser.title == "b"
    assert browser.execute_script("return document.querySelectorAll('script, img, a').length") == 0
