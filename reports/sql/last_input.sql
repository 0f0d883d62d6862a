-- one row per directive, year or round, indicator and unit: its newest stock, answer or share counted at a cut-off
CREATE TABLE last_input AS
WITH last_said AS (
    SELECT u.directive, u.indicator, l.label, u.unit, u.cutoff, u.answer,
        greatest(l.last_cutoff, u.cutoff) AS counted_on
    FROM answer u
    JOIN label l
        ON l.directive = u.directive AND l.year = u.year
        AND (l.level = 'year' OR (l.level = 'round' AND l.round = u.round))
    WHERE u.manner = 'last'
    QUALIFY row_number() OVER (
        PARTITION BY u.directive, l.label, u.indicator, u.unit ORDER BY u.cutoff DESC, u.period DESC
    ) = 1
)
SELECT directive, indicator, label, unit, cutoff, answer FROM last_said a
-- what a unit had that has ended since is its successor's now
WHERE EXISTS (
        FROM span s
        WHERE s.unit = a.unit AND s.valid_from <= a.counted_on
            AND (s.valid_to IS NULL OR s.valid_to >= a.counted_on)
    )
    AND NOT EXISTS (
        FROM merged m JOIN last_said b ON b.unit = m.heir
        WHERE m.unit = a.unit AND a.cutoff < m.first_on AND b.cutoff >= m.last_on
            AND b.directive = a.directive AND b.label = a.label AND b.indicator = a.indicator
    )
