-- one row per directive, round, year, indicator, holder and answer: what the flows of a year are made of
CREATE TABLE yearly AS
WITH unknown AS (
    SELECT DISTINCT directive, round, year, indicator, holder AS unit FROM difference WHERE answer IS NULL
)
SELECT directive, round, year, indicator, unit AS holder, cutoff AS placed_on, answer, 1 AS sign
FROM newest ANTI JOIN unknown USING (directive, round, year, indicator, unit)
UNION ALL
SELECT directive, round, year, indicator, holder, cutoff, answer, -1
FROM difference d
WHERE NOT EXISTS (
    FROM unknown k
    WHERE k.directive = d.directive AND k.round = d.round AND k.year = d.year
        AND k.indicator = d.indicator AND k.unit = d.holder
)
UNION ALL
SELECT directive, round, year, indicator, unit, cutoff, answer, 1 FROM answer WHERE manner = 'per_period'
