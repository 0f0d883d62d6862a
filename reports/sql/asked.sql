-- one row per directive, period, unit and indicator: an own return that is owed and asks it, by this code or an older
CREATE TABLE asked AS
WITH older AS (
    SELECT w.* EXCLUDE code, c.indicator, false AS itself
    FROM wanted w
    JOIN carried c
        ON c.directive = w.directive AND c.code = w.code
        AND w.cutoff BETWEEN c.valid_from AND c.valid_to
),
itself AS (
    SELECT w.* EXCLUDE code, w.code AS indicator, true AS itself
    FROM wanted w
    WHERE NOT EXISTS (
        FROM carried c
        WHERE c.directive = w.directive AND c.code = w.code AND c.indicator = w.code
            AND w.cutoff BETWEEN c.valid_from AND c.valid_to
    )
),
both_ways AS (
    SELECT i.* FROM itself i SEMI JOIN older USING (directive, indicator)
    UNION ALL BY NAME
    SELECT * FROM older
)
SELECT * EXCLUDE itself FROM itself ANTI JOIN older USING (directive, indicator)
UNION ALL BY NAME
SELECT directive, period, round, year, cutoff, is_span, unit, manner, indicator,
    coalesce(bool_or(answered) FILTER (itself), false) OR coalesce(bool_and(answered) FILTER (NOT itself), false)
        AS answered
FROM both_ways
GROUP BY directive, period, round, year, cutoff, is_span, unit, manner, indicator
