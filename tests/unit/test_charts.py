"""Charts as SVG: what they show, where labels lie, and what they never do."""

import re
from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from documents import HOSTILE, YEARS, punctuality, trend, unit_bars
from hypothesis import given
from hypothesis import strategies as st

from reports.charts import draw, draw_svg, parts_of
from reports.content import Chart, Series

SVG = "{http://www.w3.org/2000/svg}"


def drawn(chart: Chart, language: str = "vi", width: float = 160.0) -> ET.Element:
    return ET.fromstring(draw_svg(chart, language, width=width).svg())  # noqa: S314  # our own drawing


def texts_of(element: ET.Element) -> list[str]:
    return [node.text or "" for node in element.iter(f"{SVG}text")]


def test_values_stand_beside_the_points_as_the_language_writes_them() -> None:
    assert {"91,2", "93,4", "94,0", "96,3", "97,3"} <= set(texts_of(drawn(trend(0))))
    assert "1.400" in texts_of(drawn(trend(2)))
    assert "1,400" in texts_of(drawn(trend(2), "en"))


def test_a_missing_year_keeps_its_place_and_parts_the_line() -> None:
    picture = drawn(trend(4))
    assert "2018" in texts_of(picture)
    assert len(list(picture.iter(f"{SVG}circle"))) == 4
    assert sum(node.get("stroke") == "#1f4e79" for node in picture.iter(f"{SVG}line")) == 2


def test_a_target_is_a_thin_dashed_line() -> None:
    dashed = [node for node in drawn(trend(0)).iter(f"{SVG}line") if node.get("stroke-dasharray")]
    assert len(dashed) == 1
    assert not [node for node in drawn(trend(1)).iter(f"{SVG}line") if node.get("stroke-dasharray")]


def test_rows_of_segments_end_with_the_share_and_its_counts() -> None:
    assert "98/139 (70,5%)" in texts_of(drawn(punctuality()))


def test_rows_of_shares_are_all_as_long_and_bear_their_counts() -> None:
    shares = replace(punctuality(), of_whole=True)
    assert texts_of(drawn(shares)) == texts_of(drawn(punctuality()))
    rows: dict[str, float] = {}
    for bar in list(drawn(shares).iter(f"{SVG}rect"))[len(shares.series) :]:
        rows[bar.get("y", "")] = float(bar.get("x", 0)) + float(bar.get("width", 0))
    assert len(rows) == len(YEARS)
    assert max(rows.values()) == pytest.approx(min(rows.values()), abs=0.1)


def test_bars_keep_the_order_given_and_name_every_unit() -> None:
    chart = unit_bars(12)
    names = [x for x, _ in chart.series[0].points]
    said = texts_of(drawn(chart))
    assert [text for text in said if text in names] == names


def test_a_bar_without_a_value_is_a_dash_and_not_a_zero() -> None:
    chart = replace(unit_bars(2), series=(Series("", (("A", Decimal(3)), ("B", None))),))
    assert texts_of(drawn(chart)) == ["A", "3,0", "B", "–"]


def test_several_lines_are_named_at_their_ends() -> None:
    lines = tuple(Series(name, tuple((year, Decimal(at)) for year in YEARS)) for at, name in enumerate("ABC"))
    said = texts_of(drawn(replace(trend(1), series=lines)))
    assert {"A 0", "B 1", "C 2"} <= set(said)


def test_hostile_text_stays_text() -> None:
    chart = replace(unit_bars(1), series=(Series(HOSTILE, ((HOSTILE, Decimal(1)),)),), alt=HOSTILE)
    assert "{{ 7*7 }}" in " ".join(texts_of(drawn(chart)))


def test_the_drawing_carries_the_alternative_text() -> None:
    assert drawn(punctuality()).get("aria-label") == punctuality().alt


@pytest.mark.parametrize("kind", ["trend", "bars", "stacked"])
@pytest.mark.parametrize("points", [(), (("2017", None),), (("2017", Decimal(0)),), (("2017", Decimal(-5)),)])
def test_little_or_nothing_to_show_is_still_drawn(kind: str, points: tuple[tuple[str, Decimal | None], ...]) -> None:
    chart = replace(trend(1), kind=kind, series=(Series("x", points),))  # type: ignore[arg-type]
    assert drawn(chart).tag == f"{SVG}svg"
    assert drawn(replace(chart, series=())).tag == f"{SVG}svg"


VALUES = st.lists(st.none() | st.decimals(-10_000_000, 10_000_000, places=2), min_size=1, max_size=30)


@given(VALUES, st.sampled_from(["trend", "bars", "stacked"]), st.none() | st.decimals(0, 1000, places=1))
def test_nothing_is_drawn_beside_the_sheet(values: list[Decimal | None], kind: str, target: Decimal | None) -> None:
    positive = [abs(value) if value is not None and kind == "stacked" else value for value in values]
    points = tuple((str(2000 + at), value) for at, value in enumerate(positive))
    chart = Chart("c", kind, "", "", "", (Series("x", points),), "", target)  # type: ignore[arg-type]
    sheet = draw_svg(chart, "vi", width=165)
    places = [float(x) for x in re.findall(r'(?:x|x1|x2|cx)="(-?[\d.]+)"', sheet.svg())]
    assert min(places, default=0) >= -0.01
    assert max(places, default=0) <= sheet.width + 0.01


def test_a_chart_higher_than_a_page_is_cut_into_pages_of_one_scale() -> None:
    chart = unit_bars(300)
    parts = parts_of(chart, "vi", width=165, height=215, size=9)
    assert [point for part in parts for point in part.series[0].points] == list(chart.series[0].points)
    assert len({part.reach for part in parts}) == 1
    assert max(draw_svg(part, "vi", width=165).height for part in parts) * 25.4 / 72 <= 215


def test_a_chart_that_fits_is_left_alone() -> None:
    assert parts_of(unit_bars(12), "vi", width=165, height=215, size=9) == (unit_bars(12),)


def test_a_picture_has_three_hundred_dots_an_inch() -> None:
    images = draw(trend(0), "vi", width=80)
    assert images.png.startswith(b"\x89PNG")
    assert int.from_bytes(images.png[16:20]) == pytest.approx(80 / 25.4 * 300, abs=2)
