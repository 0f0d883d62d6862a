"""A review as the engine would compose one: invented, long enough to break over pages, hostile in one cell."""

from decimal import Decimal

from reports.content import (
    Annex,
    Block,
    Cell,
    Chart,
    ChartGrid,
    Column,
    Document,
    Heading,
    Paragraph,
    Row,
    Series,
    Signature,
    Table,
)
from schemas.texts import load_texts

BANNER = "SỐ LIỆU MINH HỌA – KHÔNG PHẢI SỐ LIỆU THẬT"
HOSTILE = (
    '<b>& "x" {{ 7*7 }} {% raw %} #panic() $x$ *b* _i_ @ref <lbl> </w:t> \u202eabc\u202c \x00\x0b\ud800' + "w" * 200
)
FORMULA = '=HYPERLINK("http://example.org","x")'
YEARS = ("2017", "2018", "2019", "2020", "2021")
SOURCE = "Nguồn: báo cáo của các đơn vị; số liệu tính đến ngày 31/7/2021."
INDICATORS = (
    ("Tỷ lệ đảng viên được quán triệt", "%", 1, ("91.2", "93.4", "94.0", "96.3", "97.3"), "95"),
    ("Hội nghị, lớp quán triệt", "hội nghị", 0, ("412", "455", "430", "389", "441"), None),
    ("Tin, bài đăng trên báo chí", "tin, bài", 0, ("1250", "1400", "1730", "2105", "2480"), "2000"),
    ("Đơn vị có trang thông tin điện tử", "đơn vị", 0, ("18", "21", "25", "27", "28"), "28"),
    ("Đảng viên dự tập huấn", "lượt người", 0, ("3120", None, "2870", "3345", "3610"), None),
    ("Tỷ lệ báo cáo đúng hạn", "%", 1, ("70.5", "74.8", "78.1", "81.0", "85.9"), "90"),
)
UNIT_NAMES = (  # noqa: SIM905  # a list of 35 would take 35 lines
    "An Khánh, Ánh Dương, Ân Thi, Bình Minh, Cửu Long, Dương Hà, Đào Viên, Đông Hải, Giang Nam, "
    "Hà Thành, Hòa Phú, Kim Sơn, Lam Giang, Mai Lĩnh, Nam Định Sơn, Ngọc Hồi, Phú Cường, Quảng Yên, "
    "Sông Hồng, Tân Tiến, Thái Hòa, Thăng Bình, Trường Sơn, Tuyên Hóa, Vạn Xuân, Việt Hưng, Xuân Mai, "
    "Yên Bình, Ý Lan, Ấp Bắc, Đại Lộc, Đức Thọ, Long Thành, Minh Hóa, Nghĩa Hưng"
).split(", ")
UNITS = tuple(f"Đảng ủy Tổng công ty {name}" for name in UNIT_NAMES)
TASKS = (
    "Quán triệt, triển khai Chỉ thị đến các tổ chức cơ sở đảng và toàn thể đảng viên, người lao động",
    "Nâng cao chất lượng truyền thông và chủ động cung cấp thông tin cho báo chí",
    "Hoàn thành kế hoạch tuyến bài nghiên cứu chuyên sâu về doanh nghiệp nhà nước",
    "Bồi dưỡng nghiệp vụ cho đội ngũ báo cáo viên, tuyên truyền viên; xây dựng kịch bản xử lý khủng hoảng truyền thông",
    "Kiện toàn Ban Chỉ đạo 35 các cấp",
)
STATUSES = ("Xong đúng hạn", "Xong quá hạn", "Đang thực hiện, trong hạn", "Quá hạn, chưa xong")


def trend(at: int) -> Chart:
    """One indicator's five years; the third year-to-year step may have a gap."""
    label, unit, decimals, values, target = INDICATORS[at]
    points = tuple((year, Decimal(value) if value else None) for year, value in zip(YEARS, values, strict=True))
    alt = f"{label} từ 2017 đến 2021, {unit}: " + ", ".join(f"{year} {value}" for year, value in points)
    goal = Decimal(target) if target else None
    return Chart(f"trend-{at}", "trend", label, "", alt, (Series("Toàn khối", points),), unit, goal, decimals)


def punctuality() -> Chart:
    counts = {
        "Đúng hạn": (98, 104, 110, 118, 121),
        "Quá hạn": (25, 22, 19, 14, 12),
        "Không nộp": (16, 13, 12, 13, 8),
    }
    series = tuple(
        Series(label, tuple((year, Decimal(count)) for year, count in zip(YEARS, row, strict=True)))
        for label, row in counts.items()
    )
    alt = "Số báo cáo đúng hạn tăng từ 98/139 năm 2017 lên 121/141 năm 2021."
    return Chart("punctuality", "stacked", "Biểu đồ 2. Báo cáo phải nộp theo năm", SOURCE, alt, series, "báo cáo")


def unit_bars(count: int = 12) -> Chart:
    values = sorted((Decimal(60 + (at * 37) % 400) / 10 + 50 for at in range(count)), reverse=True)
    points = tuple((f"{UNITS[at % 35]} {at}", value) for at, value in enumerate(values))
    alt = "Tỷ lệ hoàn thành nhiệm vụ của từng đơn vị, xếp từ cao xuống thấp."
    series = (Series("Tỷ lệ", points),)
    return Chart("units", "bars", "Biểu đồ 3. Tỷ lệ hoàn thành theo đơn vị", SOURCE, alt, series, "%", Decimal(80), 1)


def task_matrix() -> Table:
    columns = (
        Column("Mã", "code"),
        Column("Nhiệm vụ", "text", 3),
        Column("Đơn vị chủ trì", "text", 2),
        Column("Thời hạn", "code"),
        Column("Kết quả", "status"),
        Column("Số đơn vị hoàn thành", "number"),
        Column("Tỷ lệ (%)", "number"),
    )
    rows = [Row((Cell("Nhóm 1. Quán triệt, lãnh đạo, chỉ đạo"),), "group")]
    rows += [_task_row(at) for at in range(35)]
    rows.append(Row(tuple(Cell(text) for text in ("", "Cộng", "", "", "", "1.015", "82,9")), "total"))
    return Table(
        "tasks",
        "Bảng 3. Kết quả từng nhiệm vụ",
        columns,
        tuple(rows),
        SOURCE,
        "Tỷ lệ tính trên số đơn vị được giao",
    )


def _task_row(at: int) -> Row:
    texts = load_texts("vi")
    done, rate = Decimal(35 - at % 12), Decimal(100) * (35 - at % 12) / 35
    name = HOSTILE if at == 7 else FORMULA if at == 8 else TASKS[at % len(TASKS)]
    return Row(
        (
            Cell(f"R1-{at + 1:02}"),
            Cell(name),
            Cell(UNITS[at] if at % 3 else "Các đảng ủy trực thuộc"),
            Cell("31/12/2017" if at % 4 == 0 else "Hằng năm"),
            Cell(STATUSES[at % 4]),
            Cell(texts.number(done), done, figure=f"F{at:03}"),
            Cell(texts.number(rate, 1), rate, figure=f"F{100 + at}"),
        )
    )


def heat_map(units: int = 35) -> Table:
    columns = (Column("Đơn vị", "text"), *(Column(year, "number") for year in YEARS))
    rows = tuple(Row((Cell(UNITS[at % 35]), *(_heat(at, year) for year in range(5)))) for at in range(units))
    note = "Tỷ lệ báo cáo đúng hạn, %; ô đậm hơn là cao hơn; “–” là không phải nộp"
    return Table("heat", "Bảng 4. Báo cáo đúng hạn theo đơn vị và năm", columns, rows, SOURCE, note)


def _heat(at: int, year: int) -> Cell:
    if (at * 7 + year) % 23 == 0:
        return Cell("–")
    value = Decimal(40 + (at * 13 + year * 9) % 61)
    return Cell(load_texts("vi").number(value, 1), value, shade=min(int(value - 40) // 12, 4))


def indicator_table() -> Table:
    columns = (
        Column("Chỉ tiêu"),
        Column("Đơn vị tính"),
        *(Column(year, "number") for year in YEARS),
        Column("Chỉ tiêu giao", "number"),
    )
    texts = load_texts("vi")
    rows = []
    for label, unit, decimals, values, target in INDICATORS:
        numbers = [Decimal(value) if value else None for value in (*values, target)]
        rows.append(Row((Cell(label), Cell(unit), *(Cell(texts.number(n, decimals), n) for n in numbers))))
    return Table("indicators", "Bảng 1. Các chỉ tiêu chủ yếu", columns, tuple(rows), SOURCE, "Đơn vị tính ghi ở cột 2")


def review(
    profile: str = "party-36hd",
    *,
    is_draft: bool = True,
    banner: str | None = BANNER,
    units: int = 35,
    bars: int = 12,
) -> Document:
    """Give a five-year review in Vietnamese with every kind of block."""
    return Document(
        language="vi",
        profile=profile,
        symbol_line="Số          -BC/ĐUK",
        superior="ĐẢNG BỘ TRUNG ƯƠNG MINH HỌA",
        issuer="ĐẢNG ỦY KHỐI MINH HỌA",
        place_and_date="Hà Nội, ngày      tháng      năm 2021",
        type_name="BÁO CÁO",
        subject="tổng kết 5 năm thực hiện Chỉ thị số 04-CT/ĐUK về “Đẩy mạnh đổi mới, nâng cao chất lượng,"
        " hiệu quả công tác"
        " thông tin, tuyên truyền trong tình hình mới”",
        is_draft=is_draft,
        banner=banner,
        blocks=body_blocks(),
        annexes=(
            Annex("PHỤ LỤC I", "KẾT QUẢ TỪNG NHIỆM VỤ", (task_matrix(),), landscape=True),
            Annex("PHỤ LỤC II", "BÁO CÁO ĐÚNG HẠN THEO ĐƠN VỊ", (heat_map(units), unit_bars(bars))),
            Annex("PHỤ LỤC III", "PHƯƠNG PHÁP VÀ CHẤT LƯỢNG SỐ LIỆU", method()),
        ),
        recipients=(
            "- Ban Bí thư Trung ương Đảng (để b/c);",
            "- Các đảng ủy trực thuộc;",
            "- Lưu Văn phòng Đảng ủy Khối.",
        ),
        signature=Signature("T/M", "BAN THƯỜNG VỤ", "PHÓ BÍ THƯ"),
        as_at_line="(Số liệu tính đến ngày 31/7/2021; 766/766 báo cáo riêng, 241/241 báo cáo tổng hợp phải "
        "nộp đã được theo dõi)",
        contents=True,
        addressee=("Kính gửi: Ban Bí thư Trung ương Đảng",),
    )


def body_blocks() -> tuple[Block, ...]:
    return (
        Paragraph(
            "Thực hiện Chỉ thị số 04-CT/ĐUK, ngày 22/9/2016 của Ban Thường vụ Đảng ủy Khối, Ban "
            "Thường vụ Đảng ủy Khối Minh Họa"
            " báo cáo tổng kết 5 năm thực hiện như sau:"
        ),
        Heading(1, "I. ĐẶC ĐIỂM TÌNH HÌNH"),
        Paragraph(
            "Đầu kỳ có 36 đơn vị, cuối kỳ có 35 đơn vị. Trong kỳ có 7 sự kiện tổ chức: 2 sáp nhập, 1 "
            "chia tách, 4 đổi tên."
        ),
        Heading(1, "II. KẾT QUẢ THỰC HIỆN"),
        Heading(2, "1. Kết quả theo nhóm nhiệm vụ"),
        Paragraph(
            "Hầu hết đơn vị (31/35) đã hoàn thành việc quán triệt; một số đơn vị (6/35) còn chậm ở "
            "khâu cung cấp thông tin."
        ),
        Paragraph("Xong đúng hạn: 21/31 nhiệm vụ (67,7%);", "bullet"),
        Paragraph("Xong quá hạn: 4/31 nhiệm vụ (12,9%).", "bullet"),
        Paragraph(
            "“Đảng ủy đã tổ chức 12 hội nghị quán triệt, 97% đảng viên tham gia; tuy nhiên việc nắm "
            "bắt dư luận xã hội còn chưa kịp"
            " thời.” (Đảng ủy Tổng công ty Ánh Dương, năm 2019)",
            "quote",
        ),
        Heading(2, "2. Các chỉ tiêu chủ yếu"),
        indicator_table(),
        ChartGrid("trends", "Biểu đồ 1. Các chỉ tiêu chủ yếu qua 5 năm", tuple(trend(at) for at in range(6)), SOURCE),
        Heading(2, "3. Kỷ luật báo cáo"),
        Paragraph(
            "Trong 5 năm, các đơn vị phải nộp 697 báo cáo; đã nộp đúng hạn 551 (79,1%), quá hạn 92 "
            "(13,2%), không nộp 62 (8,9%)."
        ),
        punctuality(),
        Heading(3, "a) Đơn vị còn nợ báo cáo"),
        Paragraph("Ghi chú: đơn vị giải thể trước ngày chốt số liệu không phải nộp.", "note"),
        Heading(1, "III. HẠN CHẾ VÀ NGUYÊN NHÂN"),
        Paragraph(
            "Một số cấp ủy chưa tập trung lãnh đạo, chỉ đạo công tác tuyên truyền (9/35 đơn vị nêu, "
            "nguyên nhân chủ quan). " * 3
        ),
    )


def method() -> tuple[Block, ...]:
    return (
        Heading(2, "1. Cách tính"),
        Paragraph("Tỷ lệ đúng hạn = số báo cáo được chấp nhận và nhận lần đầu trong hạn / số báo cáo phải nộp."),
        Heading(2, "2. Số liệu chưa có trong báo cáo"),
        Paragraph(
            "Số lượt người dự tập huấn năm 2018: chưa có báo cáo cuối năm của 3/35 đơn vị nên để trống, không coi là 0."
        ),
    )
