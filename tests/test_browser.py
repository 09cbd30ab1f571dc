"""The report in a real browser: accessible, whole at every size, and deaf to hostile text.

Left out where Chromium with its driver, selenium or axe-core is not there; the README says how to
get them.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import hostile
import pytest
from conftest import Run
from lantern import House
from test_drill import TIMELINE

from readiness.analysis.findings.build import REPORT
from readiness.app.checking import Selection, check
from readiness.app.choice import RulebookChoice
from readiness.model.finding import Report
from readiness.model.vocabulary import Depth, Verdict
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


def checked(depth: Depth, name: str) -> Report:
    return check(
        shipped_scenarios() / name,
        today=lambda: date(2026, 1, 1),
        book=RulebookChoice(shipped_rules()),
        engine="builtin",
        selection=Selection(depth=depth),
        extent=REPORT,
    ).report


@pytest.fixture(scope="module")
def essential(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the report of a council with charts of every kind, at essential depth."""
    file = tmp_path_factory.mktemp("report") / "report.html"
    made = report.render(checked(Depth.ESSENTIAL, "northmoor"))
    file.write_text(made, "utf-8", newline="\n")
    return file


def opened(browser: Any, file: Path, width: int = 1280, zoom: int = 1) -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": zoom, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get(file.as_uri())


def violations(browser: Any) -> list[Any]:
    browser.execute_script((Path(axe.__file__).parent / "axe.min.js").read_text("utf-8"))
    found = browser.execute_async_script(
        "const done = arguments[0];"
        "axe.run(document, {resultTypes: ['violations'], preload: false}).then("
        "r => done(JSON.stringify(r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))))"
    )
    result: list[Any] = json.loads(found)
    return result


def assert_readable(browser: Any, file: Path, size: str) -> None:
    opened(browser, file, *SIZES[size])
    browser.execute_script("document.querySelectorAll('details').forEach(one => one.open = true)")
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert browser.execute_script(wide) <= 0, file.name
    assert violations(browser) == [], file.name


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_and_nothing_is_cut_off(browser: Any, essential: Path, size: str) -> None:
    assert_readable(browser, essential, size)


@pytest.mark.parametrize("framework", ["area-send", "ilacs", "jtai", "youth-justice"])
@pytest.mark.parametrize("size", SIZES)
def test_the_page_of_a_drill_too(
    browser: Any, run: Run, tmp_path: Path, framework: str, size: str
) -> None:
    file = tmp_path / "drill.html"
    ran = run(
        "drill", str(shipped_scenarios() / "northmoor"), "--rules", str(shipped_rules()),
        "--framework", framework, "--notified", "2026-11-02", "--format", "html", "-o", str(file),
    )  # fmt: skip
    assert ran.code == 0
    assert_readable(browser, file, size)
    assert pages_of(browser) <= 2


@pytest.mark.parametrize("size", SIZES)
def test_the_documentation_of_a_rulebook_too(
    browser: Any, house: House, run: Run, size: str
) -> None:
    assert run("rules", "docs", "--output", "site").code == 0
    site = house.folder / "site"
    of_each_kind = {file.parent: file for file in sorted(site.glob("*/*.html"))}
    assert len(of_each_kind) > 8
    for file in [*sorted(site.glob("*.html")), *of_each_kind.values()]:
        assert_readable(browser, file, size)


def test_nothing_is_asked_for_and_nothing_complained_of(browser: Any, essential: Path) -> None:
    for log in ("browser", "performance"):  # what is there is of other pages
        browser.get_log(log)
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


def pages_of(browser: Any) -> int:
    """Return how many pages of paper the page that is open takes."""
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    content = base64.b64decode(printed["data"])
    assert content.startswith(b"%PDF")
    return len(re.findall(rb"/Type /Page\b", content))


@pytest.mark.parametrize("name", ["ashmere", "northmoor", "fenhurst"])
def test_it_prints_on_some_forty_pages_that_name_every_finding(
    browser: Any, tmp_path: Path, name: str
) -> None:
    """Ashmere meets most, Northmoor misses most, and of Fenhurst little is known."""
    made = checked(Depth.FULL, name)
    file = tmp_path / "report.html"
    file.write_text(report.render(made), "utf-8", newline="\n")
    opened(browser, file)
    assert 10 < pages_of(browser) <= 44
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    shown = browser.execute_script("return document.body.innerText")
    in_full = browser.execute_script(
        "return [...document.querySelectorAll('article')].filter("
        "one => one.querySelector('dl').checkVisibility()).map(one => one.id)"
    )
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert [finding.id for finding in made.findings if finding.id not in shown] == []
    assert in_full == [gap.id for gap in made.of(Verdict.NOT_MET)[: report.FIRST]]


def test_a_link_shows_its_finding_in_full(browser: Any, essential: Path) -> None:
    opened(browser, essential)
    closed = "return document.querySelector('article:not(:has(details[open]))').id"
    id = browser.execute_script(closed)
    browser.get(f"{essential.as_uri()}#{id}")
    height = "return document.getElementById(arguments[0]).querySelector('dl').offsetHeight"
    assert browser.execute_script(height, id) > 100


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


def test_the_page_of_the_call_and_the_index_are_deaf_too(
    browser: Any, house: House, run: Run
) -> None:
    hostile.write(house)
    framework = house.rules / "lantern" / "framework.yaml"
    house.write("rules/lantern/framework.yaml", framework.read_text("utf-8") + TIMELINE)
    day = ("--framework", "lantern", "--notified", "2026-01-05")
    assert run("pack", "profile.yaml", *day, "--output", "pack").code == 0
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for name, said in (("call.html", "The day of the call: Lampton <script>"),
                       ("index.html", "Lampton <script>")):  # fmt: skip
        for width in (320, 1280):
            opened(browser, house.folder / "pack" / name, width)
            assert browser.title.startswith(said)
            elements = "return document.querySelectorAll('script, img, svg, [onload], [onerror]')"
            assert browser.execute_script(f"{elements}.length") == 0
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
