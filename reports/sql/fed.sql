-- one row per unit and label whose figure has an input in a file
SELECT DISTINCT l.line AS unit, l.label AS period
FROM line l
JOIN held h ON h.holding = l.holding
JOIN reported r ON r.id = h.reported
WHERE r.sha256 = $sha256
ORDER BY unit, period
