"""Sheets with cells far out, too many, or where no cell can be; and honest large ones."""

from collections.abc import Iterator

from hostile import (
    EITHER,
    EVIDENCE,
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
    refused,
)

FAR, UNREADABLE, WIDE = "file.far-cell", "file.unreadable", "file.wide-range"


def cases(good: bytes, parts: Parts) -> Iterator[Case]:
    yield from _far(parts)
    yield from _nowhere(parts)
    yield from _wide(parts)
    yield from _honest(parts)


def _row(number: int, address: str, value: str = "1") -> str:
    return f'<row r="{number}"><c r="{address}"><v>{value}</v></c></row>'


def _far(parts: Parts) -> Iterator[Case]:
    for number, letters in ((1048576, "XFD"), (20000, "XFD"), (1048576, "A"), (9, "ZZZ"), (9, "XFD"), (199_999, "ZZ")):
        yield refused(f"far-{letters}{number}", packed(put_rows(parts, _row(number, f"{letters}{number}"))), FAR)
    yield refused(
        "far-formula", packed(put_rows(parts, '<row r="900000"><c r="Z900000"><f>1+1</f><v>2</v></c></row>')), FAR
    )
    yield refused("far-by-row", packed(put_rows(parts, '<row r="1048576"><c><v>1</v></c></row>')), FAR)
    yield refused("far-quoted", packed(put_rows(parts, _row(1048576, "XFD1048576").replace('"', "'"))), FAR)
    late = (
        _row(1048576, "A1048576")
        .replace('r="A1048576"', 's="0" r="A1048576"')
        .replace("<row r=", '<row spans="1:1" r=')
    )
    yield refused("far-address-late", packed(put_rows(parts, late)), FAR)
    yield refused(
        "far-in-the-guide", packed(put_rows(parts, _row(1048576, "XFD1048576"), "xl/worksheets/sheet1.xml")), FAR
    )
    hidden = '<row r="1048576" hidden="1"><c r="XFD1048576" t="str"><v>x</v></c></row>'
    yield refused("far-hidden", packed(put_rows(parts, hidden)), FAR)


def _nowhere(parts: Parts) -> Iterator[Case]:
    places = {"ZZZZ1": 9, "A0": 9, "A-1": 9, "1A": 9, "A": 9, "9": 9, "": 9, "A1:B2": 9, "A99999999999": 9, "a9": 9}
    for address, number in places.items():
        yield Case(f"address-{address}", packed(put_rows(parts, _row(number, address))), REFUSED)
    for bad in ("0", "-1", "x", "1e3", "99999999999999999999"):
        yield Case(f"row-{bad}", packed(put_rows(parts, f'<row r="{bad}"><c><v>1</v></c></row>')), REFUSED)
    double = put_cell(parts, "G5", '<c r="G5"><v>12</v></c><c r="G5"><v>99</v></c>')
    yield refused("cell-twice", packed(double), UNREADABLE)
    yield refused("cell-twice-later", packed(put_rows(parts, _row(5, "G5", "99"), MEASURES)), UNREADABLE)
    other = put_rows(parts, "<row r='5'><c s='0' r='G5'><v>99</v></c></row>", MEASURES)
    yield refused("cell-twice-otherwise", packed(other), UNREADABLE)
    yield Case(
        "cell-twice-unsaid",
        packed(put_rows(parts, '<row r="5"><c/><c/><c/><c/><c/><c/><c><v>99</v></c></row>', MEASURES)),
        REFUSED,
    )
    yield Case("row-says-other", packed(changed(parts, MEASURES, '<row r="5">', '<row r="6">')), EITHER)
    yield genuine("dimension-lies-large", packed(_dimension(parts, "A1:XFD1048576")))
    yield genuine("dimension-lies-small", packed(_dimension(parts, "A1")))
    yield Case("dimension-nonsense", packed(_dimension(parts, "no")), EITHER)
    rows = parts[MEASURES].split(b"<row ")
    turned = b"<row ".join([rows[0], *reversed([row.replace(b"</sheetData>", b"") for row in rows[1:-1]])])
    yield Case("rows-descending", packed(parts | {MEASURES: turned + b"<row " + rows[-1]}), EITHER)


def _dimension(parts: Parts, ref: str) -> Parts:
    start = parts[MEASURES].index(b"<dimension")
    end = parts[MEASURES].index(b"/>", start)
    return parts | {MEASURES: parts[MEASURES][:start] + f'<dimension ref="{ref}"'.encode() + parts[MEASURES][end:]}


def _wide(parts: Parts) -> Iterator[Case]:
    def merged(*ranges: str) -> Parts:
        cells = "".join(f'<mergeCell ref="{one}"/>' for one in ranges)
        return put_behind(parts, f"<mergeCells>{cells}</mergeCells>", EVIDENCE)

    link = '<hyperlinks><hyperlink ref="{}" location="A1" display="x"/></hyperlinks>'
    yield refused("merge-whole-sheet", packed(merged("A1:XFD1048576")), WIDE)
    yield refused("merge-column", packed(merged("A1:A1048576")), WIDE)
    yield refused("merge-200k", packed(merged(*(f"A{n}:B{n}" for n in range(10, 200_000)))), "file.too-large-inside")
    yield refused("link-whole-sheet", packed(put_behind(parts, link.format("A1:XFD1048576"), EVIDENCE)), WIDE)
    yield genuine("link-on-a-range", packed(put_behind(parts, link.format("F5:F20"), EVIDENCE)))
    yield genuine("merged-title", packed(merged("A1:F1", "A30:F40")))
    names = "".join(f'<definedName name="n{n}">#REF!</definedName>' for n in range(200_000))
    yield refused(
        "names-200k",
        packed(changed(parts, WORKBOOK, "</definedNames>", names + "</definedNames>")),
        "file.too-large-inside",
    )
    few = "".join(f'<definedName name="n{n}">#REF!</definedName>' for n in range(5_000))
    yield genuine("names-5k", packed(changed(parts, WORKBOOK, "</definedNames>", few + "</definedNames>")))


def _honest(parts: Parts) -> Iterator[Case]:
    yield genuine("blank-far-style", packed(put_rows(parts, '<row r="1048576"><c r="XFD1048576" s="1"/></row>')))
    cells = "".join(f'<c r="{_letters(n)}1"><v>1</v></c>' for n in range(10, 500))
    yield genuine(
        "500-columns-in-the-guide", packed(put_rows(parts, f'<row r="1">{cells}</row>', "xl/worksheets/sheet1.xml"))
    )
    wide = "".join(f'<c r="{_letters(n)}9"><v>1</v></c>' for n in range(10, 16_384))
    yield refused("16k-columns", packed(put_rows(parts, f'<row r="9">{wide}</row>')), FAR)
    blank = "".join(
        f'<row r="{n}" s="1" customFormat="1"><c r="A{n}" s="1"/><c r="B{n}" s="1"/></row>' for n in range(10, 30_000)
    )
    yield genuine("30k-blank-rows", packed(put_rows(parts, blank)))
    everywhere = 'sqref="A1:XFD1048576"'
    choice = f'<dataValidation type="list" {everywhere}><formula1>"a,b"</formula1></dataValidation>'
    validation = f'<dataValidations count="1">{choice}</dataValidations>'
    yield genuine("validation-everywhere", packed(put_behind(parts, validation, EVIDENCE)))
    rule = '<cfRule type="expression" priority="1"><formula>1</formula></cfRule>'
    rule = f"<conditionalFormatting {everywhere}>{rule}</conditionalFormatting>"
    yield genuine("rule-everywhere", packed(put_behind(parts, rule, EVIDENCE)))
    columns = '<cols><col min="1" max="16384" width="9" style="1"/></cols><sheetData>'
    yield genuine("styled-columns", packed(changed(parts, PROGRESS, "<sheetData>", columns)))


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
