-- one row per figure that a value of a file is an input of, as it was
SELECT DISTINCT l.indicator, l.line AS unit, l.label AS period
FROM line l
JOIN held h ON h.holding = l.holding
JOIN reported r ON r.id = h.reported
WHERE r.sha256 = $sha256
ORDER BY ALL
