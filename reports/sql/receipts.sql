-- one row per receipt that the figures of a directive rest on, for indicators and labels that are asked for
SELECT DISTINCT r.receipt, r.sha256
FROM input i
JOIN asked_for a ON a.indicator = i.indicator AND a.label = i.label
JOIN reported r ON r.id = i.reported
WHERE i.directive = $directive
ORDER BY r.receipt
