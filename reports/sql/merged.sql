-- one row per unit, a unit it was merged into (at any remove), and the days of the first and the last of these mergers
CREATE TABLE merged AS
WITH RECURSIVE step AS (
    SELECT DISTINCT source AS unit, target AS heir, happened_on FROM passing WHERE type = 'merge' AND source <> target
),
line AS (
    SELECT unit, heir, happened_on AS first_on, happened_on AS last_on FROM step
    UNION
    SELECT l.unit, s.heir, l.first_on, s.happened_on
    FROM line l JOIN step s ON s.unit = l.heir AND s.happened_on >= l.last_on
    WHERE s.heir <> l.unit
)
SELECT * FROM line
