-- one row per directive, round, year, indicator and earlier unit: the unit whose figure it is subtracted from
CREATE TABLE difference AS
SELECT n.directive, n.round, n.year, n.indicator, n.unit AS holder, n.cutoff, e.unit, e.answer
FROM earlier e
JOIN newest n
    ON n.directive = e.directive AND n.round = e.round AND n.year = e.year AND n.indicator = e.indicator
WHERE n.unit = e.unit
    OR EXISTS (
        FROM merged m
        WHERE m.unit = e.unit AND m.heir = n.unit AND e.cutoff < m.first_on AND n.cutoff >= m.last_on
    )
QUALIFY row_number() OVER (
    PARTITION BY e.directive, e.round, e.year, e.indicator, e.unit
    ORDER BY CASE WHEN n.unit = e.unit THEN 0 ELSE 1 END, n.cutoff DESC, n.unit
) = 1
