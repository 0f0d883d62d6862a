"""What drafting a plan costs as texts grow: the whole command, its start and the workbook included.

`python -m benchmarks.draft 1 20 60`: pages of 2,800 letters, with sections, numbered clauses, bodies and dates as a
conclusion of a standing committee has them.
"""

import json
import subprocess
import sys
import tempfile
from itertools import cycle, product
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.measuring import Cost, measured

PAGE, ROUNDS = 2_800, 3  # letters
DONDOC = Path(sys.executable).with_name("dondoc")
HEAD = """ĐẢNG ỦY KHỐI MINH HỌA

Số 60-KL/ĐUK

KẾT LUẬN
của Ban Thường vụ Đảng ủy Khối về tiếp tục thực hiện Chỉ thị số 04-CT/ĐUK, ngày 22/9/2016
"""
FOOT = "T/M BAN THƯỜNG VỤ\nPHÓ BÍ THƯ"
CLAUSES = (
    "Các đảng ủy trực thuộc tiếp tục quán triệt, phổ biến sâu rộng nội dung Chỉ thị đến cấp ủy, tổ chức đảng "
    "và toàn thể cán bộ, đảng viên; cụ thể hóa thành chương trình, kế hoạch của đơn vị mình; hoàn thành trước "
    "ngày 30/11/2021.",
    "Định kỳ 6 tháng, hằng năm báo cáo kết quả thực hiện về Ban Thường vụ Đảng ủy Khối qua Ban Tuyên giáo để tổng hợp.",
    "Ban Tuyên giáo chủ trì, phối hợp với Ban Tổ chức và Văn phòng tham mưu tổ chức các lớp bồi dưỡng nghiệp "
    "vụ cho đội ngũ báo cáo viên, tuyên truyền viên, cộng tác viên; xây dựng kế hoạch công tác thông tin đến "
    "năm 2025.",
    "Ủy ban Kiểm tra theo dõi, đôn đốc, kiểm tra việc thực hiện; kịp thời biểu dương, khen thưởng tập thể, cá "
    "nhân có thành tích và nhắc nhở, phê bình đơn vị chưa làm tốt.",
    "Đổi mới nội dung và phương thức tuyên truyền theo hướng chủ động, kịp thời, thuyết phục, hiệu quả; chú "
    "trọng ứng dụng công nghệ thông tin, mạng xã hội; nâng cao chất lượng trang thông tin điện tử của đơn vị.",
)
SECTION = 8  # clauses
FURTHER = ", gắn với nhiệm vụ chính trị của từng đảng bộ, từng doanh nghiệp."


def as_written(clause: str) -> str:
    """Give a clause of one sentence and 260 letters, as those of conclusion 60-KL on the average; else it is three."""
    return clause.replace(";", ",").removesuffix(".") + FURTHER


def text_of(pages: int, *, is_dense: bool = False) -> str:
    lines, left, clauses = [HEAD], pages * PAGE, cycle(CLAUSES if is_dense else tuple(map(as_written, CLAUSES)))
    section = 0
    while left > 0:
        section += 1
        lines.append(f"{section}. Về nhóm nhiệm vụ, giải pháp thứ {section}")
        lines += [f"{section}.{number}. {next(clauses)}" for number in range(1, SECTION + 1)]
        left -= sum(map(len, lines[-SECTION - 1 :]))
    return "\n\n".join([*lines, FOOT])


def run(folder: Path, pages: int, is_dense: bool) -> dict[str, Any]:
    text = folder / f"{pages}.txt"
    text.write_text(text_of(pages, is_dense=is_dense), encoding="utf-8")
    command = [DONDOC, "draft", text, "--out", folder / f"{pages}.xlsx", "--workspace", folder / "office", "--json"]
    said: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return said


def main() -> None:
    print("| pages | letters a clause | clauses | processors | clock |\n|--:|--:|--:|--:|--:|")
    for pages, is_dense in product(map(int, sys.argv[1:] or ("1", "20", "60")), (False, True)):
        costs = [_measure(pages, is_dense) for _ in range(ROUNDS)]
        count = len(costs[0].result["clauses"])
        cpu, wall = median(one.cpu for one in costs), median(one.wall for one in costs)
        letters = len(text_of(pages, is_dense=is_dense)) // count
        print(f"| {pages} | {letters} | {count} | {cpu:.1f} s | {wall:.1f} s |", flush=True)


def _measure(pages: int, is_dense: bool) -> Cost:
    with tempfile.TemporaryDirectory(prefix="dondoc-benchmark-") as folder:
        return measured(f"draft {pages}", run, Path(folder), pages, is_dense)


if __name__ == "__main__":
    main()
