-- one row per directive, indicator, label and unit: a place for a unit's answer, whether it counts in N and is complete
CREATE TABLE slot AS
WITH ordinary AS (
    SELECT directive, round, year, indicator, unit, manner, max(cutoff) AS placed_on, bool_and(answered) AS all_answered
    FROM asked a
    -- the span of years stands for a year in which nothing else was asked
    WHERE NOT is_span OR (manner = 'last' AND NOT EXISTS (
        FROM period p
        WHERE p.directive = a.directive AND p.round = a.round AND p.year = a.year AND p.mode <> 'span'
    ))
    GROUP BY directive, round, year, indicator, unit, manner
),
flows AS (
    SELECT o.directive, o.round, o.year, o.indicator, o.unit, o.placed_on,
        CASE
            WHEN o.manner = 'per_period' THEN o.all_answered
            ELSE EXISTS (
                FROM yearly y
                WHERE y.holder = o.unit AND y.placed_on >= o.placed_on AND y.sign = 1 AND y.directive = o.directive
                    AND y.round = o.round AND y.year = o.year AND y.indicator = o.indicator
            ) OR EXISTS (
                FROM merged m JOIN yearly y ON y.holder = m.heir
                WHERE m.unit = o.unit AND o.placed_on < m.first_on AND y.placed_on >= m.last_on AND y.sign = 1
                    AND y.directive = o.directive AND y.round = o.round AND y.year = o.year
                    AND y.indicator = o.indicator
            )
        END AS complete
    FROM ordinary o WHERE o.manner <> 'last'
),
placed_flows AS (
    SELECT l.directive, f.indicator, l.label, l.last_cutoff, f.unit,
        max(f.placed_on) AS placed_on, bool_and(f.complete) AS complete
    FROM flows f
    JOIN label l
        ON l.directive = f.directive
        AND ((l.level = 'year' AND l.year = f.year) OR (l.level = 'round' AND l.round = f.round))
    GROUP BY l.directive, f.indicator, l.label, l.last_cutoff, f.unit
),
placed_last AS (
    SELECT l.directive, o.indicator, l.label, l.last_cutoff, o.unit, max(o.placed_on) AS placed_on
    FROM ordinary o
    JOIN label l
        ON l.directive = o.directive AND l.year = o.year
        AND (l.level = 'year' OR (l.level = 'round' AND l.round = o.round))
    WHERE o.manner = 'last'
    GROUP BY l.directive, o.indicator, l.label, l.last_cutoff, o.unit
)
SELECT a.directive, a.indicator, l.label, a.unit, a.cutoff AS placed_on, true AS counted, a.answered AS complete
FROM asked a JOIN label l ON l.directive = a.directive AND l.label = a.period AND l.level = 'period'
UNION ALL
SELECT directive, indicator, label, unit, placed_on, placed_on = last_cutoff, complete FROM placed_flows
UNION ALL
SELECT p.directive, p.indicator, p.label, p.unit, p.placed_on, true,
    EXISTS (
        FROM last_input i
        WHERE i.directive = p.directive AND i.label = p.label AND i.indicator = p.indicator
            AND i.unit = p.unit AND i.cutoff >= p.placed_on
    )
FROM placed_last p WHERE p.placed_on >= p.last_cutoff
