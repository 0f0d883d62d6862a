-- one row per unit and label whose figure has an input in a file
SELECT DISTINCT l.line AS unit, l.label AS period
FROM line l
JOIN reported r ON r.id = l.reported
WHERE r.sha256 = $sha256
ORDER BY unit, period
