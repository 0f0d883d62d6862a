"""What drafting a plan costs as texts grow: the whole command, its start and the workbook included.

`python -m benchmarks.draft 1 20 60`: pages of 2,800 letters, with sections, numbered clauses, bodies and dates as a
conclusion of a standing committee has them.
"""

import json
import subprocess
import sys
import tempfile
from itertools import cycle
from pathlib import Path
from typing import Any

from benchmarks.measuring import measured

PAGE = 2_800  # letters
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


def text_of(pages: int) -> str:
    lines, left, clauses = [HEAD], pages * PAGE, cycle(CLAUSES)
    section = 0
    while left > 0:
        section += 1
        lines.append(f"{section}. Về nhóm nhiệm vụ, giải pháp thứ {section}")
        lines += [f"{section}.{number}. {next(clauses)}" for number in range(1, SECTION + 1)]
        left -= sum(map(len, lines[-SECTION - 1 :]))
    return "\n\n".join([*lines, FOOT])


def run(folder: Path, pages: int) -> dict[str, Any]:
    text = folder / f"{pages}.txt"
    text.write_text(text_of(pages), encoding="utf-8")
    command = [DONDOC, "draft", text, "--out", folder / f"{pages}.xlsx", "--workspace", folder / "office", "--json"]
    said: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return said


def main() -> None:
    print("| pages | clauses | processors | clock |\n|--:|--:|--:|--:|")
    for pages in map(int, sys.argv[1:] or ("1", "20", "60")):
        with tempfile.TemporaryDirectory(prefix="dondoc-benchmark-") as folder:
            cost = measured(f"draft {pages}", run, Path(folder), pages)
        count = len(cost.result["clauses"])
        print(f"| {pages} | {count} | {cost.cpu:.1f} s | {cost.wall:.1f} s |", flush=True)


if __name__ == "__main__":
    main()
