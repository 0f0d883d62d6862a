"""Returns with a sound file around contents that readers show differently, or clerks move about."""

import re
import unicodedata
from collections.abc import Iterator

from hostile import (
    EITHER,
    EVIDENCE,
    FIRST_TASK,
    MEASURES,
    PROGRESS,
    REFUSED,
    WORKBOOK,
    Case,
    Parts,
    changed,
    genuine,
    packed,
    put_behind,
    put_cell,
    put_rows,
)


def cases(good: bytes, parts: Parts) -> Iterator[Case]:
    yield from _numbers(parts)
    yield from _texts(parts)
    yield from _sheets(parts)


def _number(parts: Parts, cell: str) -> bytes:
    return packed(put_cell(parts, "G5", cell))


def _typed(text: str) -> str:
    return f'<c r="G5" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _numbers(parts: Parts) -> Iterator[Case]:
    wrong = {
        "error-value": ('<c r="G5" t="e"><v>#DIV/0!</v></c>', "cell.error-value"),
        "error-formula": ('<c r="G5" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "cell.error-value"),
        "uncached": ('<c r="G5"><f>6+6</f></c>', "cell.formula"),
        "uncached-empty": ('<c r="G5"><f>6+6</f><v></v></c>', "cell.formula"),
        "true": ('<c r="G5" t="b"><v>1</v></c>', "number.boolean"),
        "words": (_typed("mười hai"), "number.not-a-number"),
        "infinite": ('<c r="G5"><v>1E400</v></c>', None),
        "not-a-number": ('<c r="G5"><v>NaN</v></c>', None),
        "negative": ('<c r="G5"><v>-12</v></c>', "measures.below"),
        "huge": ('<c r="G5"><v>1E300</v></c>', None),
        "hexadecimal": (_typed("0x0C"), None),
        "exponent-text": (_typed("12E0"), None),
        "date-in-a-number": ('<c r="G5" t="d"><v>2022-06-15</v></c>', None),
        "unknown-type": ('<c r="G5" t="zzz"><v>12</v></c>', None),
        "missing-string": ('<c r="G5" t="s"><v>0</v></c>', None),
    }
    for name, (cell, check) in wrong.items():
        yield Case(name, _number(parts, cell), REFUSED, check)
    right = {
        "full-width": _typed("１２"),
        "blanks-around": _typed("  12\u00a0"),
        "as-text": _typed("12"),
        "zero-width": _typed("1\u200b2"),
        "float-form": '<c r="G5"><v>12.0</v></c>',
        "exponent": '<c r="G5"><v>1.2E1</v></c>',
        "cached": '<c r="G5"><f>6+6</f><v>12</v></c>',
        "cached-text": '<c r="G5" t="str"><f>"12"</f><v>12</v></c>',
    }
    for name, cell in right.items():
        yield genuine(name, _number(parts, cell))
    yield genuine("float-noise", packed(put_cell(parts, "G6", '<c r="G6"><v>800.49999999999989</v></c>')))
    date_1904 = changed(parts, WORKBOOK, "<workbookPr/>", '<workbookPr date1904="1"/>')
    yield Case("days-from-1904", packed(date_1904), EITHER)


def _texts(parts: Parts) -> Iterator[Case]:
    def told(text: str) -> bytes:
        return packed(
            put_cell(parts, "I5", f'<c r="I5" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>', PROGRESS)
        )

    words = "Đã tổ chức 2 hội nghị."
    yield genuine("decomposed", told(unicodedata.normalize("NFD", words)), told=words)
    yield genuine("escaped-return", told("Đã tổ chức_x000D_\n2 hội nghị."), told="Đã tổ chức\n2 hội nghị.")
    yield Case("escaped-nul", told("Đã tổ chức_x0000_ 2 hội nghị."), EITHER, None, {FIRST_TASK: words})
    yield Case("escaped-control", told("Đã tổ chức_x0007_ 2 hội nghị."), EITHER, None, {FIRST_TASK: words})
    yield Case("turned-round", told("Đã tổ chức\u202e 2 hội nghị.\u202c"), EITHER, None, {FIRST_TASK: words})
    yield genuine("emoji", told("Đã tổ chức 👍 hội nghị."), told="Đã tổ chức 👍 hội nghị.")
    yield Case("a-megabyte", told("Đã tổ chức hội nghị. " * 40_000), REFUSED)
    yield Case("32767-letters", told("Đã họp." + "a" * 32_760), REFUSED, "text.too-long")


def _sheets(parts: Parts) -> Iterator[Case]:
    entry = re.compile('<sheet [^>]*name="Chỉ tiêu"[^>]*/>'.encode())
    without = parts | {WORKBOOK: entry.sub(b"", parts[WORKBOOK])}
    yield Case("sheet-deleted", packed(without), REFUSED, "sheet.missing")
    hidden = changed(parts, WORKBOOK, 'sheetId="4" state="visible"', 'sheetId="4" state="veryHidden"')
    yield genuine("sheet-very-hidden", packed(hidden))
    yield genuine("sheet-renamed", packed(changed(parts, WORKBOOK, 'name="Chỉ tiêu"', 'name="Sheet1"')))
    decoy = changed(parts, WORKBOOK, 'name="Hướng dẫn"', 'name="Chỉ tiêu (2)"') | {
        "xl/worksheets/sheet1.xml": parts[MEASURES].replace(b"<v>12</v>", b"<v>99</v>")
    }
    yield Case("two-sheets-that-differ", packed(decoy), REFUSED, "sheet.duplicate")
    copied = changed(parts, WORKBOOK, 'name="Hướng dẫn"', 'name="Chỉ tiêu (2)"') | {
        "xl/worksheets/sheet1.xml": parts[MEASURES]
    }
    yield genuine("a-copied-sheet", packed(copied))
    same = changed(parts, WORKBOOK, 'name="Hướng dẫn"', 'name="Chỉ tiêu"') | {
        "xl/worksheets/sheet1.xml": parts[MEASURES].replace(b"<v>12</v>", b"<v>99</v>")
    }
    yield Case("two-sheets-of-one-name", packed(same), REFUSED)
    rows = changed(parts, MEASURES, '<row r="5">', '<row r="5" hidden="1">')
    yield genuine("hidden-row", packed(rows))
    merged = put_behind(parts, '<mergeCells><mergeCell ref="G5:G7"/></mergeCells>', MEASURES)
    yield Case("merged-figures", packed(merged), REFUSED, "cell.merged")
    other_part = changed(parts, "xl/_rels/workbook.xml.rels", "/xl/worksheets/sheet4.xml", "/xl/worksheets/sheet3.xml")
    yield Case("one-part-for-two-sheets", packed(other_part), REFUSED)
    elsewhere = {name: part for name, part in parts.items() if name != MEASURES} | {"xl/data.xml": parts[MEASURES]}
    elsewhere = {name: part.replace(b"/xl/worksheets/sheet4.xml", b"/xl/data.xml") for name, part in elsewhere.items()}
    yield Case("sheet-in-another-folder", packed(elsewhere), EITHER)
    chart = put_rows(parts, '<row r="20"><c r="H20" t="inlineStr"><is><t>ghi chú</t></is></c></row>', EVIDENCE)
    yield Case("a-note-beside-the-table", packed(chart), EITHER)
