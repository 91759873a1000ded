"""The look in a real browser: accessible in both themes, no sideways scroll at 320 px, kind without script."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.design import urls
from tests.design.conftest import CHROMIUM

PHONE, DESK = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=800)
PAGES = ["/demo/design/", "/en/demo/design/?errors=1", "/error/404/", "/en/error/500/"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as tool:
        started = tool.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=DESK)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(browser: Browser, address: str, path: str, scheme: Any) -> None:
    context = browser.new_context(viewport=PHONE, color_scheme=scheme)
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if "Content Security Policy" in message.text else None)

    page.goto(address + path)
    found = [(rule["id"], rule["impact"]) for rule in Axe().run(page).response["violations"]]
    page.set_viewport_size({"width": 320, "height": 640})
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    context.close()

    assert found == []
    assert overflow == 0
    assert refused == []


def test_only_the_own_host_is_asked(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(address + "/demo/design/", wait_until="networkidle")

    assert asked
    assert all(url.startswith((address, "data:")) for url in asked)


def test_a_refused_form_puts_the_focus_on_its_summary_and_its_links_on_the_fields(page: Page, address: str) -> None:
    page.goto(address + "/demo/design/?errors=1")
    expect(page.locator(".error-summary")).to_be_focused()

    page.locator(".error-summary a[href='#id_wage_month_0']").click()

    expect(page.locator("#id_wage_month_0")).to_be_focused()


def test_the_first_press_of_tab_offers_the_way_to_the_content(page: Page, address: str) -> None:
    page.goto(address + "/demo/design/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()

    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


def test_changing_the_language_keeps_what_was_typed_but_no_secret(page: Page, address: str) -> None:
    page.goto(address + "/demo/design/")
    page.fill("#id_user_id", "ahlidemo35")
    page.fill("#id_password", "rahsia")
    page.check("#id_wage_month_1")

    page.locator("a[hreflang='en']").click()
    page.wait_for_url("**/en/demo/design/")

    assert page.locator("html").get_attribute("lang") == "en"
    expect(page.locator("#id_user_id")).to_have_value("ahlidemo35")
    expect(page.locator("#id_wage_month_1")).to_be_checked()
    expect(page.locator("#id_password")).to_have_value("")
    assert page.evaluate("sessionStorage.length") == 0


def test_a_password_can_be_shown_and_is_hidden_again(page: Page, address: str) -> None:
    page.goto(address + "/demo/design/")
    page.fill("#id_password", "rahsia")

    page.get_by_role("button", name="Tunjuk kata laluan").click()
    expect(page.locator("#id_password")).to_have_attribute("type", "text")
    page.get_by_role("button", name="Sembunyi kata laluan").click()

    expect(page.locator("#id_password")).to_have_attribute("type", "password")


def test_the_chosen_file_is_named(page: Page, address: str) -> None:
    page.goto(address + "/demo/design/")

    page.set_input_files("#id_file", {"name": "borang.csv", "mimeType": "text/csv", "buffer": b"a" * 3000})

    expect(page.locator("[data-upload-name]")).to_have_text("Fail dipilih: borang.csv (3 KB)")


@pytest.mark.parametrize("query", ["", "?json=1"])
def test_progress_goes_on_by_itself_until_the_page_shows_the_outcome(page: Page, address: str, query: str) -> None:
    urls.asked.clear()

    page.goto(f"{address}/job/{query}")

    expect(page.get_by_text("Selesai semuanya")).to_be_visible(timeout=20_000)
    assert "progress" in urls.asked


def test_a_job_that_is_watched_past_the_end_of_the_session_leads_to_the_page_that_says_so(page: Page, address: str) -> None:
    urls.asked.clear()

    page.goto(f"{address}/job/?ended=1")

    page.wait_for_url(f"{address}/error/403/?ended=idle", timeout=20_000)


def test_without_script_a_job_gets_on_and_details_open(browser: Browser, address: str) -> None:
    urls.asked.clear()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(address + "/job/")
    expect(page.get_by_text("Selesai semuanya")).to_be_visible(timeout=20_000)
    page.goto(address + "/demo/design/")
    page.locator("details.details--why").first.locator("summary").click()
    expect(page.locator("details.details--why").first.locator(".details__body")).to_be_visible()
    context.close()


def test_on_a_phone_a_table_becomes_labelled_cards(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()

    page.goto(address + "/demo/design/")
    label = page.locator(".table tbody td").first.evaluate("cell => getComputedStyle(cell, '::before').content")
    targets = page.evaluate("[...document.querySelectorAll('.button, .nav__link, .chip, .pager__link')].map(e => e.getBoundingClientRect().height)")
    context.close()

    assert label == '"Kad pengenalan"'
    assert min(targets) >= 24


def test_paper_has_tables_and_content_without_navigation(page: Page, address: str) -> None:
    page.goto(address + "/demo/design/")

    page.emulate_media(media="print")
    page.set_viewport_size({"width": 688, "height": 1000})
    row = page.locator(".table tbody tr").first.evaluate("row => getComputedStyle(row).display")

    assert row == "table-row"

    expect(page.locator(".nav")).to_be_hidden()
    expect(page.locator(".languages")).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
