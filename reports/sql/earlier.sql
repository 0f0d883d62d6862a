-- one row per directive, round, year, indicator and unit: its last figure before a round that starts in mid-year
CREATE TABLE earlier AS
WITH opening AS (
    SELECT directive, round, year, min(cutoff) AS first_cutoff, min(coverage_start) AS counted_from
    FROM period WHERE mode = 'cumulative' GROUP BY directive, round, year
),
before AS (
    SELECT o.directive, o.round, o.year, p.directive AS said_for, p.code AS period
    FROM opening o
    JOIN period p
        ON p.mode = 'cumulative' AND p.year = o.year
        AND p.cutoff < o.first_cutoff AND p.coverage_start >= o.counted_from
    WHERE (p.directive = o.directive AND p.round <> o.round)
        OR EXISTS (FROM continued c WHERE c.directive = o.directive AND c.earlier = p.directive)
),
-- one that was owed and is missing stays in, without a value: the difference to it is not known
told AS (
    SELECT b.directive, b.round, b.year, a.indicator, a.unit,
        max(a.cutoff) FILTER (a.answered) AS cutoff, max(a.cutoff) AS owed_at,
        arg_max(u.answer, a.cutoff) FILTER (a.answered) AS answer
    FROM before b
    JOIN asked a ON a.directive = b.said_for AND a.period = b.period AND a.manner = 'cumulative'
    LEFT JOIN answer u
        ON u.directive = a.directive AND u.period = a.period AND u.unit = a.unit AND u.indicator = a.indicator
    GROUP BY b.directive, b.round, b.year, a.indicator, a.unit
)
SELECT directive, round, year, indicator, unit, coalesce(cutoff, owed_at) AS cutoff, answer FROM told a
WHERE NOT EXISTS (
    FROM merged m JOIN told b ON b.unit = m.heir
    WHERE m.unit = a.unit AND coalesce(a.cutoff, a.owed_at) < m.first_on AND b.cutoff >= m.last_on
        AND b.directive = a.directive AND b.round = a.round AND b.year = a.year AND b.indicator = a.indicator
)
