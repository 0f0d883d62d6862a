"""XML that fetches, swells, hides or lies; and XML that looks odd, as genuine programs write it."""

import random
import re
from collections.abc import Iterator

from hostile import (
    CANARY,
    EVIDENCE,
    MAIN,
    MEASURES,
    PROGRESS,
    RELATIONS,
    STRINGS,
    STYLES,
    TYPES,
    WORKBOOK,
    Case,
    Parts,
    changed,
    declared,
    genuine,
    packed,
    put_cell,
    put_rows,
    refused,
    with_strings,
)

UNSAFE, UNREADABLE = "file.unsafe", "file.unreadable"
LAUGHS = '<!DOCTYPE x [<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
)  # ten to the ninth
RESULT = "I5"  # the text of the first task
TOLD = "Đã tổ chức hội nghị."


def cases(good: bytes, parts: Parts, canary: str) -> Iterator[Case]:
    """Give the cases; `canary` is the URL of a file that holds the canary."""
    yield from _entities(parts, canary)
    yield from _swelling(parts)
    yield from _encodings(parts)
    yield from _broken(parts)
    yield from _odd_but_genuine(parts)


def headed(parts: Parts, name: str, head: str | bytes) -> Parts:
    """Put a declaration before a part's root element."""
    bare = parts[name][parts[name].index(b"?>") + 2 :] if parts[name].startswith(b"<?xml") else parts[name]
    return parts | {name: (head.encode() if isinstance(head, str) else head) + bare}


def _entities(parts: Parts, canary: str) -> Iterator[Case]:
    doctype = f'<!DOCTYPE x [<!ENTITY xxe SYSTEM "{canary}">]>'
    shared = with_strings(parts, "<t>&xxe;</t>", head=doctype.encode())
    yield refused("xxe-shared-strings", packed(put_cell(shared, RESULT, _shared(), PROGRESS)), UNSAFE)
    cell = '<c r="I5" t="inlineStr"><is><t>&xxe;</t></is></c>'
    yield refused("xxe-sheet", packed(headed(put_cell(parts, RESULT, cell, PROGRESS), PROGRESS, doctype)), UNSAFE)
    yield refused("entity-without-doctype", packed(put_cell(parts, RESULT, cell, PROGRESS)), UNREADABLE)
    for name in (TYPES, RELATIONS, WORKBOOK, STYLES, "docProps/core.xml", "docProps/custom.xml", "_rels/.rels"):
        yield refused(f"xxe-{name}", packed(headed(parts, name, doctype)), UNSAFE)
    drawing = declared(parts, "xl/drawings/drawing1.xml", doctype.encode() + b"<x>&xxe;</x>")
    yield refused("xxe-drawing", packed(drawing), UNSAFE)
    yield refused("xxe-custom-part", packed(parts | {"customXml/item1.xml": doctype.encode() + b"<x/>"}), UNSAFE)
    http = '<!DOCTYPE x SYSTEM "http://evil.example/x.dtd">'
    yield refused("xxe-http", packed(headed(parts, PROGRESS, http)), UNSAFE)
    parameter = f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{canary}"> %p;]>'
    yield refused("xxe-parameter", packed(headed(parts, STYLES, parameter)), UNSAFE)
    border = b"<!--" + random.Random(2).randbytes(5 << 20).hex("<", 40_000).encode() + b"-->"  # looked at in pieces
    yield refused("doctype-far-behind", packed(headed(parts, PROGRESS, border + doctype.encode())), UNSAFE)
    yield refused(
        "doctype-utf16", packed(parts | {PROGRESS: (doctype + parts[PROGRESS].decode()).encode("utf-16")}), UNSAFE
    )
    include = f'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="{canary}" parse="text"/>'
    included = put_cell(parts, RESULT, f'<c r="I5" t="inlineStr"><is><t>{include}x</t></is></c>', PROGRESS)
    yield genuine("xinclude", packed(included), told="x")


def _shared(at: int = 0) -> str:
    return f'<c r="I5" t="s"><v>{at}</v></c>'


def _swelling(parts: Parts) -> Iterator[Case]:
    cell = '<c r="I5" t="inlineStr"><is><t>&a9;</t></is></c>'
    sheet = headed(put_cell(parts, RESULT, cell, PROGRESS), PROGRESS, LAUGHS + "]>")
    yield refused("laughs", packed(sheet), UNSAFE)
    yield refused("laughs-types", packed(headed(parts, TYPES, LAUGHS + "]>")), UNSAFE)
    small = headed(put_cell(parts, RESULT, cell.replace("a9", "a0"), PROGRESS), PROGRESS, LAUGHS + "]>")
    yield refused("laughs-small", packed(small), UNSAFE)
    number = put_cell(parts, "G5", '<c r="G5"><v>&n;</v></c>')
    yield refused("number-by-entity", packed(headed(number, MEASURES, '<!DOCTYPE x [<!ENTITY n "99">]>')), UNSAFE)
    long = '<!DOCTYPE x [<!ENTITY b "' + "b" * 100_000 + '">]>'
    many = put_cell(parts, RESULT, cell.replace("&a9;", "&b;" * 10_000), PROGRESS)
    yield refused("quadratic", packed(headed(many, PROGRESS, long)), UNSAFE)


def _encodings(parts: Parts) -> Iterator[Case]:
    text = parts[PROGRESS].decode()
    said = '<?xml version="1.0" encoding="{}"?>'
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        yield refused(
            f"sheet-{encoding}", packed(parts | {PROGRESS: (said.format("UTF-16") + text).encode(encoding)}), UNSAFE
        )
    yield refused("sheet-utf-16-unsaid", packed(parts | {PROGRESS: text.encode("utf-16")}), UNSAFE)
    for encoding in ("UTF-7", "windows-1258", "ISO-8859-1", "EBCDIC-CP-US", "no-such"):
        yield refused(f"sheet-{encoding}", packed(headed(parts, PROGRESS, said.format(encoding))), UNSAFE)
    far = said.format("UTF-7").replace(" encoding", " " * 3000 + "encoding")
    yield refused("encoding-said-late", packed(headed(parts, PROGRESS, far)), UNSAFE)
    wrong = put_cell(
        parts, RESULT, '<c r="I5" t="inlineStr"><is><t>Đã họp</t></is></c>'.encode("utf-16-le")[::2], PROGRESS
    )
    yield refused("not-the-encoding-said", packed(headed(wrong, PROGRESS, said.format("UTF-8"))), UNREADABLE)
    latin = put_cell(parts, RESULT, b'<c r="I5" t="inlineStr"><is><t>caf\xe9</t></is></c>', PROGRESS)
    yield refused("latin-in-utf8", packed(latin), UNREADABLE)
    stored = '<?xml version="1.0" encoding="utf-16"?><DataMashup xmlns="http://schemas.microsoft.com/DataMashup">x</DataMashup>'
    yield genuine("custom-part-utf16", packed(declared(parts, "customXml/item1.xml", stored.encode("utf-16"))))
    yield genuine(
        "sheet-with-bom", packed(parts | {PROGRESS: b"\xef\xbb\xbf" + said.format("UTF-8").encode() + parts[PROGRESS]})
    )
    yield genuine("sheet-ascii", packed(headed(parts, PROGRESS, said.format("us-ascii"))))
    yield genuine(
        "sheet-standalone",
        packed(headed(parts, PROGRESS, "<?xml version='1.0' encoding='utf-8' standalone='yes'?>\r\n")),
    )


def _broken(parts: Parts) -> Iterator[Case]:
    sheet = parts[PROGRESS]
    broken = {
        "raw-control": put_cell(parts, RESULT, b'<c r="I5" t="inlineStr"><is><t>a\x01b</t></is></c>', PROGRESS),
        "raw-nul": put_cell(parts, RESULT, b'<c r="I5" t="inlineStr"><is><t>a\x00b</t></is></c>', PROGRESS),
        "reference-to-nul": put_cell(parts, RESULT, '<c r="I5" t="inlineStr"><is><t>a&#0;b</t></is></c>', PROGRESS),
        "unclosed": parts | {PROGRESS: sheet[: sheet.index(b'<c r="H5"')]},
        "closed-wrongly": changed(parts, PROGRESS, "</v></c>", "</c></v>"),
        "rest-behind": parts | {PROGRESS: sheet + b"<more/>"},
        "two-roots": parts | {MEASURES: parts[MEASURES] * 2},
        "sheet-empty": parts | {PROGRESS: b""},
        "sheet-is-text": parts | {PROGRESS: b"row;row"},
        "workbook-broken": parts | {WORKBOOK: parts[WORKBOOK][:-20]},
        "styles-broken": parts | {STYLES: b"<styleSheet><"},
        "attribute-twice": changed(parts, PROGRESS, '<c r="H5"', '<c r="H5" r="H6"'),
    }
    for name, made in broken.items():
        yield refused(name, packed(made), UNREADABLE)
    missing = put_cell(with_strings(parts, "<t>x</t>"), RESULT, _shared(7), PROGRESS)
    yield refused("string-that-is-not-there", packed(missing), UNREADABLE)
    negative = put_cell(with_strings(parts, "<t>x</t>"), RESULT, _shared(-1), PROGRESS)
    yield refused("string-minus-one", packed(negative), UNREADABLE)
    deep = b"<a>" * 100_000 + b"</a>" * 100_000
    yield genuine("deep-nesting-behind", packed(changed(parts, EVIDENCE, "</worksheet>", deep + b"</worksheet>")))


def _odd_but_genuine(parts: Parts) -> Iterator[Case]:
    def told(inner: str) -> Parts:
        return put_cell(parts, RESULT, f'<c r="I5" t="inlineStr"><is>{inner}</is></c>', PROGRESS)

    yield genuine("cdata", packed(told(f"<t><![CDATA[{TOLD}]]></t>")), told=TOLD)
    yield genuine("doctype-in-a-text", packed(told("<t><![CDATA[a <!DOCTYPE x> b]]></t>")), told="a <!DOCTYPE x> b")
    yield genuine(
        "rich-text", packed(told(f"<r><t>{TOLD[:4]}</t></r><r><rPr><b/></rPr><t>{TOLD[4:]}</t></r>")), told=TOLD
    )
    yield genuine(
        "numbered-letters", packed(told(f"<t>{TOLD.encode('ascii', 'xmlcharrefreplace').decode()}</t>")), told=TOLD
    )
    shared = put_cell(with_strings(parts, "<t>x</t>", f"<t>{TOLD}</t>"), RESULT, _shared(1), PROGRESS)
    yield genuine("shared-strings", packed(shared), told=TOLD)
    phonetic = put_cell(
        with_strings(parts, f'<t>{TOLD}</t><rPh sb="0" eb="1"><t>no</t></rPh>'), RESULT, _shared(), PROGRESS
    )
    yield genuine("phonetic", packed(phonetic), told=TOLD)
    rich = put_cell(
        with_strings(parts, f"<r><t>{TOLD[:4]}</t></r><r><t>{TOLD[4:]}</t></r>"), RESULT, _shared(), PROGRESS
    )
    yield genuine("rich-shared-string", packed(rich), told=TOLD)
    head = b"<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?><!-- made by a program -->"
    yield genuine("instructions", packed(headed(parts, PROGRESS, head)))
    noted = {name: part.replace(b"<Relationship ", b"<!-- x --><?x?><Relationship ") for name, part in parts.items()}
    yield genuine("comments-in-relations", packed(noted))
    yield genuine("prefixed", packed(parts | {MEASURES: _prefixed(parts[MEASURES])}))
    yield genuine("prefixed-workbook", packed(parts | {WORKBOOK: _prefixed(parts[WORKBOOK])}))
    strict = {name: part.replace(MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main").replace(
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        b"http://purl.oclc.org/ooxml/officeDocument/relationships") for name, part in parts.items()}  # fmt: skip
    yield genuine("strict", packed(strict))
    spaced = re.sub(rb"(<(?:row|c) )", rb"\n  \1", parts[MEASURES])
    yield genuine("indented", packed(parts | {MEASURES: spaced}))
    yield genuine("single-quotes", packed(parts | {MEASURES: parts[MEASURES].replace(b'"', b"'")}))
    without = re.sub(rb'<(row|c) r="[A-Z]*\d+"', rb"<\1", _dense(parts[EVIDENCE]))
    yield genuine("without-addresses", packed(parts | {EVIDENCE: without}))
    extended = put_rows(parts, "", PROGRESS)
    extended = changed(
        extended, PROGRESS, "</worksheet>", '<extLst><ext uri="{x}"><y:z xmlns:y="u"/></ext></extLst></worksheet>'
    )
    yield genuine("extensions", packed(extended))
    yield genuine("no-canary", packed(told(f"<t>{TOLD}</t>")), told=TOLD)
    assert CANARY.encode() not in parts[STRINGS if STRINGS in parts else WORKBOOK]


def _prefixed(content: bytes) -> bytes:
    """Write every element of the main namespace with a prefix."""
    prefixed = re.sub(rb"<(/?)([A-Za-z]\w*)(?=[\s/>])", rb"<\1x:\2", content)
    return prefixed.replace(b"xmlns=", b"xmlns:x=", 1)


def _dense(content: bytes) -> bytes:
    """Give a sheet an empty row for each that it lacks, so that rows may be counted."""
    return content.replace(b'<row r="3">', b'<row r="2"></row><row r="3">')
