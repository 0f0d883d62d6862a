-- one row per directive, round, year, indicator and unit: its last figure counted from the start of the year
CREATE TABLE newest AS
WITH last_said AS (
    SELECT * FROM answer WHERE manner = 'cumulative'
    QUALIFY row_number() OVER (
        PARTITION BY directive, round, year, indicator, unit ORDER BY cutoff DESC, period DESC
    ) = 1
)
SELECT directive, round, year, indicator, unit, cutoff, answer FROM last_said a
-- a merged unit's part of the year stands in its successor's figure, which owes instead of it
WHERE NOT EXISTS (
    FROM merged m JOIN last_said b ON b.unit = m.heir
    WHERE m.unit = a.unit AND a.cutoff < m.first_on AND b.cutoff >= m.last_on
        AND b.directive = a.directive AND b.round = a.round AND b.year = a.year AND b.indicator = a.indicator
)
