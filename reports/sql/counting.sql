-- one row per directive, period and indicator: how its figures add up in time there
CREATE TABLE counting AS
WITH manners AS (
    SELECT p.directive, p.code AS period, p.round, p.year, p.cutoff, p.mode = 'span' AS is_span,
        i.code AS indicator, i.kind,
        CASE
            WHEN i.kind IN ('stock', 'boolean', 'ordinal') OR (i.kind = 'ratio' AND i.mode = 'at_cutoff') THEN 'last'
            WHEN i.mode = 'per_period' OR p.mode = 'per_period' THEN 'per_period'
            ELSE 'cumulative'
        END AS manner
    FROM period p CROSS JOIN indicator i
)
-- a span of years has no flows of its own: the years in it have them
SELECT * FROM manners WHERE manner = 'last' OR NOT is_span
