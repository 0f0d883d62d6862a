"""The XML of single parts of a workbook from outside: what is read from it, and what is put back into the copy."""

import posixpath
import re
from collections.abc import Iterator, Mapping

from lxml import etree

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DRAWN_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
DRAWING_ID = "kept"  # openpyxl numbers its own
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
_LOOSE = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
_FRAMED = ("/drawingml/2006/chart", "/office/drawing/2014/chartex", "/drawingml/2006/diagram")
_RULES = frozenset(  # dropdowns from another sheet, sparklines, newer conditional formats
    (
        "{CCE6A557-97BC-4B89-ADB6-D9C93CAAB3DF}",
        "{05C60535-1F16-4FD2-B633-F4F36F0B64E0}",
        "{78C0D931-6437-407D-A8EE-F0AAD7539E65}",
    )
)
_AFTER_DRAWING = re.compile(rb"<(?:legacyDrawing|tableParts|extLst)\b|</worksheet>")
_SIZE = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*([0-9.]+)(px|pt)")
_PIXELS = {"px": 1.0, "pt": 4 / 3}

Places = dict[tuple[int, int], tuple[float, float]]  # row and column → width and height in pixels


def parse(content: bytes) -> etree._Element:
    return etree.fromstring(content, _PARSER)


def written(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def relations_of(part: str) -> str:
    """Give the name of the part that says what a part refers to."""
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels"


def resolve(part: str, target: str) -> str:
    """Give the name of the part that a relation of another part means."""
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))


def has_drawn_text(root: etree._Element) -> bool:
    return any((one.text or "").strip() for one in root.iter(DRAWN_TEXT))


def is_bound(anchor: etree._Element) -> bool:
    """Whether a drawn object is a button or a filter: it lives in parts of the sheet that are not carried over."""
    for one in anchor.iter("{*}graphicData", "{*}compatExt"):
        uri = one.get("uri", "")
        if not uri.endswith(_FRAMED):
            return True
    return False


def find_rules(sheet: bytes) -> tuple[bytes, ...]:
    """Give the newer rules of a sheet, as they stand in its XML, if it has any."""
    start = sheet.rfind(b"<extLst")
    if start < 0 or sheet.find(b"</sheetData>", start) >= 0 or not sheet.rstrip().endswith(b"</extLst></worksheet>"):
        return ()
    opening = sheet.index(b"<worksheet")
    head = sheet[opening : sheet.index(b">", opening) + 1]
    return tuple(_rules(parse(head + sheet[start:])))


def _rules(root: etree._Element) -> Iterator[bytes]:
    for rule in root.iterfind("{*}extLst/{*}ext"):
        if rule.get("uri", "").upper() not in _RULES or not len(rule):
            continue
        for one in rule[0].findall("{*}conditionalFormatting"):
            if one.find("{*}cfRule[@type='dataBar']") is not None:  # the other half of an older one, which stays
                rule[0].remove(one)
        if not len(rule[0]):
            continue
        for one in rule.iter():
            for name in [name for name in one.attrib if str(name).startswith("{")]:
                del one.attrib[name]  # marks of revisions, in name spaces that the copy does not declare
        etree.cleanup_namespaces(rule)
        yield etree.tostring(rule, encoding="UTF-8", with_tail=False)


def find_note_sizes(shapes: bytes) -> Places:
    """Give the sizes of notes from the old-style shapes of a sheet."""
    root = etree.fromstring(shapes, _LOOSE)
    found: Places = {}
    for shape in root.iterfind(".//{*}shape") if root is not None else ():
        row, column = shape.findtext(".//{*}Row"), shape.findtext(".//{*}Column")
        sizes = {name: float(size) * _PIXELS[unit] for name, size, unit in _SIZE.findall(shape.get("style", ""))}
        if row and column and row.isdecimal() and column.isdecimal() and len(sizes) == 2:
            found[int(row) + 1, int(column) + 1] = sizes["width"], sizes["height"]
    return found


def with_rules(sheet: bytes, rules: tuple[bytes, ...]) -> bytes:
    """Put rules at the end of a sheet that openpyxl has written."""
    if not rules:
        return sheet
    return sheet.replace(b"</worksheet>", b"<extLst>" + b"".join(rules) + b"</extLst></worksheet>")


def with_drawing(sheet: bytes) -> bytes:
    """Let a sheet refer to the drawing that is carried over; the order of elements is laid down."""
    place = _AFTER_DRAWING.search(sheet, sheet.index(b"<sheetData"))
    at = place.start() if place else len(sheet)
    drawing = f'<drawing xmlns:r="{OFFICE}" r:id="{DRAWING_ID}"/>'.encode()
    return sheet[:at] + drawing + sheet[at:]


def with_relation(relations: bytes | None, drawing: str) -> bytes:
    """Add the drawing to what a sheet refers to."""
    root = parse(relations or f'<Relationships xmlns="{PACKAGE}/relationships"/>'.encode())
    tag = f"{{{PACKAGE}/relationships}}Relationship"
    etree.SubElement(root, tag, Id=DRAWING_ID, Type=f"{OFFICE}/drawing", Target=f"/{drawing}")
    return written(root)


def with_types(content_types: bytes, types: Mapping[str, str]) -> bytes:
    """Declare the types of the parts that are carried over."""
    root = parse(content_types)
    for name, kind in types.items():
        tag = f"{{{PACKAGE}/content-types}}Override"
        etree.SubElement(root, tag, PartName=f"/{name}", ContentType=kind)
    return written(root)
