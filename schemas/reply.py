"""How a sheet of results is known again when a reply comes back, in an annotated copy or as a receipt by itself."""

RESULT_MARK = "dondoc.result"
RESULT_MARK_ROW, RESULT_MARK_COLUMN = 1, 8  # a hidden column; where it stands in what we write
