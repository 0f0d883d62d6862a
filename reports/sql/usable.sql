-- one row per value and indicator it is a figure of: itself, and those that follow from the code it was said by.
-- `answer` is the same for the values that make one answer: of codes that were merged there are several
CREATE TABLE usable AS
WITH plain AS (
    SELECT reported, reported AS answer, directive, period, round, year, cutoff, is_span, unit,
        code AS indicator, code, measure, manner, value, numerator, denominator, grade
    FROM said s
    WHERE NOT EXISTS (
        FROM carried c
        WHERE c.directive = s.directive AND c.code = s.code AND c.indicator = s.code
            AND s.cutoff BETWEEN c.valid_from AND c.valid_to
    )
),
brought AS (
    SELECT s.reported, min(s.reported) OVER (PARTITION BY s.directive, s.period, s.unit, c.indicator) AS answer,
        s.directive, s.period, s.round, s.year, s.cutoff, s.is_span, s.unit,
        c.indicator, s.code, s.measure, s.manner, s.grade,
        CASE WHEN s.measure = 'boolean' THEN s.numerator ELSE scaled(s.numerator, c.numerator, c.denominator) END AS n,
        CASE WHEN s.measure = 'boolean' THEN s.denominator ELSE scaled(s.denominator, c.numerator, c.denominator) END AS d,
        scaled(s.value, c.numerator, c.denominator) AS value
    FROM said s
    JOIN carried c
        ON c.directive = s.directive AND c.code = s.code
        AND s.cutoff BETWEEN c.valid_from AND c.valid_to
    -- who said the newer code itself needs nothing brought to it
    WHERE NOT EXISTS (
            FROM plain p
            WHERE p.directive = s.directive AND p.period = s.period AND p.unit = s.unit AND p.indicator = c.indicator
        )
        -- a sum that lacks a part which was asked for is no figure
        AND NOT EXISTS (
            FROM wanted w
            JOIN carried o
                ON o.directive = w.directive AND o.code = w.code AND o.indicator = c.indicator
                AND w.cutoff BETWEEN o.valid_from AND o.valid_to
            WHERE w.directive = s.directive AND w.period = s.period AND w.unit = s.unit AND NOT w.answered
        )
)
SELECT * FROM plain
UNION ALL BY NAME
SELECT * EXCLUDE (n, d), n AS numerator, d AS denominator FROM brought
