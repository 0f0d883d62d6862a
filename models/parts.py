"""How one line of an indicator's breakdown is called as a figure: "I07[BAO]"."""

BEGIN, END = "[", "]"


def part_code(indicator: str, part: str) -> str:
    """Name a line of a breakdown; the total, whose part is "", is called as the indicator."""
    return f"{indicator}{BEGIN}{part}{END}" if part else indicator


def split_part(code: str) -> tuple[str, str]:
    """Take "I07[BAO]" apart into indicator and dimension; a total has none."""
    indicator, _, part = code.partition(BEGIN)
    return indicator, part.removesuffix(END)
