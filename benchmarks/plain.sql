-- one row per indicator and unit: what its own returns and those below it say for a year, in one query as by hand
WITH RECURSIVE up AS (
    SELECT unit, unit AS above FROM span
    UNION
    SELECT up.unit, s.parent FROM up JOIN span s ON s.unit = up.above WHERE s.parent IS NOT NULL
),
newest AS (
    SELECT r.indicator, r.unit, i.kind, r.value, r.numerator, r.denominator
    FROM reported r
    JOIN period p ON p.directive = r.directive AND p.code = r.period
    JOIN indicator i ON i.code = r.indicator
    WHERE r.directive = $directive AND r.kind = 'own' AND p.year = $year
    QUALIFY row_number() OVER (PARTITION BY r.indicator, r.unit ORDER BY p.cutoff DESC) = 1
)
SELECT n.indicator, u.above AS unit, sum(n.value) AS value, sum(n.numerator) AS numerator,
    sum(n.denominator) AS denominator, count(*) AS n,
    (SELECT count(DISTINCT o.unit) FROM owed o JOIN up w ON w.unit = o.unit WHERE w.above = u.above AND o.owed) AS "of"
FROM newest n JOIN up u ON u.unit = n.unit
GROUP BY n.indicator, u.above
ORDER BY n.indicator, u.above
