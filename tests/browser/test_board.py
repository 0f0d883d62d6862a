"""The status board in a real browser: asks no host for anything, sorts, finds, and is whole without scripts."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from histories import FIRST, History
from pypdf import PdfReader
from reading import bare
from rounds import open_round

from models.queries.units import load_history
from reports.board import directive_board, write_board
from reports.standing import standing
from schemas.texts import load_texts
from settings import Settings

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")]
AT = datetime(2019, 3, 1, 9, tzinfo=UTC)
BANNER = "SỐ LIỆU <b>MINH HỌA</b>"
HOSTILE = 'Đảng ủy <img src="http://example.org/x.png" onerror="document.title=1"> Đồng'


def board_of(settings: Settings, history: History, language: str = "vi") -> Path:
    texts, session = load_texts(language), history.session
    directive = history.directives[FIRST]
    ledger = standing(session, directive, as_at=AT, today=AT.date(), zone=settings.zone)
    board = directive_board(directive, ledger, texts, load_history(session).spans)
    write_board(settings.board, [board], texts, as_at=AT, banner=BANNER)
    return settings.board


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with open_round(tmp_path_factory.mktemp("board") / "workspace") as (settings, history):
        history.unit("D04", "K00", name=HOSTILE)
        history.owe("D04", "2018-N")
        return board_of(settings, history)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any, board: Path) -> Iterator[Any]:
    context = browser.new_context()
    opened = context.new_page()
    opened.asked, opened.said = [], []
    opened.on("request", lambda request: opened.asked.append(request.url))
    opened.on("console", lambda message: opened.said.append(message.text))
    opened.on("pageerror", lambda error: opened.said.append(str(error)))
    opened.goto(board.as_uri())
    yield opened
    context.close()


def names(page: Any) -> list[str]:
    return [" ".join(one.split()[:-1]) for one in page.locator("#d1-t tbody tr:visible th").all_inner_texts()]


def test_nothing_is_asked_of_any_host_and_nothing_fails(page: Any, board: Path) -> None:
    page.fill("#d1-q", "dong")
    page.locator("#d1-t thead button").nth(1).click()
    assert page.asked == [board.as_uri()]
    assert page.said == []


def test_units_stand_in_vietnamese_order_and_names_are_text(page: Any) -> None:
    listed = names(page)
    assert listed[0] == "Chi bộ Giang Nam"
    assert listed.index("Đảng ủy Ánh Dương") < listed.index("Đảng ủy Ân Thi") < listed.index("Đảng ủy Đông Hải")
    assert any("<img" in name for name in listed)
    assert page.locator("img").count() == 0


def test_the_banner_is_shown_as_text(page: Any) -> None:
    assert page.locator(".banner").inner_text() == BANNER
    assert page.locator(".banner").is_visible()


@pytest.mark.parametrize(("typed", "found"), [("dong", 2), ("ĐÔNG", 2), ("  anh duong ", 1), ("D03", 1), ("xyz", 0)])
def test_search_needs_no_accents_and_says_how_many_it_found(page: Any, typed: str, found: int) -> None:
    page.fill("#d1-q", typed)
    assert len(names(page)) == found
    assert page.locator("#d1-s").inner_text() == f"{found}/5"
    page.fill("#d1-q", "")
    assert len(names(page)) == 5


def test_dong_finds_the_unit_of_that_name(page: Any) -> None:
    page.fill("#d1-q", "dong hai")
    assert names(page) == ["Đảng ủy Đông Hải"]


def test_a_column_sorts_both_ways_and_says_so(page: Any) -> None:
    head = page.locator("#d1-t thead th").filter(has=page.locator("button")).nth(1)
    numbers = page.locator("#d1-t tbody tr td.n:nth-last-of-type(4)")
    head.locator("button").click()
    rising = [int(one) for one in numbers.all_inner_texts()]
    assert rising == sorted(rising)
    assert head.get_attribute("aria-sort") == "ascending"
    head.locator("button").click()
    assert [int(one) for one in numbers.all_inner_texts()] == sorted(rising, reverse=True)
    assert head.get_attribute("aria-sort") == "descending"
    page.locator("#d1-t thead button").first.click()
    assert names(page)[0] == "Chi bộ Giang Nam"


def test_it_can_be_used_from_the_keyboard_and_focus_is_seen(page: Any) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "d1-q"
    page.keyboard.type("giang")
    assert names(page) == ["Chi bộ Giang Nam"]
    page.fill("#d1-q", "")
    for _ in ("the scrollable map", "its first column", "the next one"):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.locator("#d1-t th[aria-sort=ascending]").count() == 1


def test_every_square_says_in_words_whose_and_what_it_is(page: Any) -> None:
    said = [square.get_attribute("aria-label") for square in page.locator("#d1-t .sq").all()]
    assert "Đảng ủy Ánh Dương · 2017-N: gửi chậm" in said
    assert "Đảng ủy Ân Thi · 2018-N: bị trả lại, chưa gửi lại" in said
    assert "Chi bộ Giang Nam · 2018-N: quá hạn, chưa gửi" in said


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_to_object_to(browser: Any, board: Path, scheme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    # The page lets no script in but its own; the checker is one, so that rule is lifted for it.
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    page.goto(board.as_uri())
    page.locator("summary").first.click()
    found = axe.Axe().run(page)
    context.close()
    assert found.violations_count == 0, found.generate_report()


def test_without_scripts_it_is_whole(browser: Any, board: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(board.as_uri())
    assert len(names(page)) == 5
    page.locator("summary").click()
    assert page.locator("details table tbody tr").count() == 3
    assert page.locator("details table").is_visible()
    context.close()


def test_its_print_is_a4_repeats_its_heads_and_shows_what_is_folded_on_the_screen(page: Any, tmp_path: Path) -> None:
    row = "document.querySelector('#d1-t tbody tr')"
    page.evaluate(f"for (let at = 0; at < 80; at++) {row}.after({row}.cloneNode(true))")
    page.pdf(path=str(tmp_path / "board.pdf"), prefer_css_page_size=True)
    pages = PdfReader(tmp_path / "board.pdf").pages
    assert [round(float(side)) for side in pages[0].mediabox[2:]] == [595, 842]
    texts = [one.extract_text() for one in pages]
    assert all("Phải" in text and "Đơn vị" in text for text in texts[:2])
    assert "Tình trạng" in texts[-1]
    assert bare(texts[-1]).count(bare("quá hạn, chưa gửi")) > 1


def test_an_english_board_names_units_in_english(browser: Any, tmp_path: Path) -> None:
    with open_round(tmp_path / "workspace") as (settings, history):
        path = board_of(settings, history, "en")
    page = browser.new_page()
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.lang") == "en"
    assert "Committee D01" in names(page)
    assert not [name for name in names(page) if "Đảng ủy" in name]
    page.close()
