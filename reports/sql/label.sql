-- one row per directive and label: a period as reported, a calendar year, a round; `year` is the last one in it
CREATE TABLE label AS
WITH years AS (
    SELECT directive, CAST(year AS VARCHAR) AS label, 'year' AS level, max(cutoff) AS last_cutoff,
        NOT bool_or(kind = 'N' OR nominal_to >= make_date(year, 12, 31)) AS ends_early,
        CAST(NULL AS VARCHAR) AS round, year
    FROM period WHERE mode <> 'span' GROUP BY directive, year
),
rounds AS (
    SELECT directive, round AS label, 'round' AS level,
        coalesce(max(cutoff) FILTER (mode <> 'span'), max(cutoff)) AS last_cutoff,
        false AS ends_early, round, max(year) AS year
    FROM period GROUP BY directive, round
),
periods AS (
    SELECT directive, code AS label, 'period' AS level, cutoff AS last_cutoff, false AS ends_early, round, year
    FROM period
)
SELECT * FROM years
UNION ALL
SELECT * FROM rounds ANTI JOIN years USING (directive, label)
UNION ALL
SELECT * FROM periods ANTI JOIN years USING (directive, label) ANTI JOIN rounds USING (directive, label)
