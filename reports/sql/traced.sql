-- one row per input of a figure: the cell or cells it stood in
SELECT h.indicator, h.label, h.reporter AS unit, r.period, r.receipt, r.sha256, r.file, r.sheet, r.cell,
    coalesce(r.denominator_cell, r.cell) AS denominator_cell, i.kind, h.sign, h.value, h.numerator, h.denominator,
    CAST(h.grade AS DECIMAL(28, 6)) AS grade, r.marker,
    h.code, coalesce(c.numerator, 1) AS multiplied, coalesce(c.denominator, 1) AS divided
FROM line h
JOIN reported r ON r.id = h.reported
JOIN indicator i ON i.code = h.indicator
JOIN period p ON p.directive = r.directive AND p.code = r.period
LEFT JOIN carried c
    ON c.directive = r.directive AND c.code = h.code AND c.indicator = h.indicator
    AND p.cutoff BETWEEN c.valid_from AND c.valid_to
WHERE h.line = $unit
ORDER BY h.indicator, h.label, p.cutoff, h.reporter, h.sign DESC, r.id
