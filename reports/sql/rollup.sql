-- one row per indicator, unit or joint line, and label
WITH sums AS (
    SELECT l.indicator, l.label, l.line, count(*) AS inputs, sum(h.sign * h.value) AS value,
        sum(h.sign * h.numerator) AS numerator, sum(h.sign * h.denominator) AS denominator,
        string_agg(DISTINCT h.code, ' + ' ORDER BY h.code) FILTER (h.code <> h.indicator) AS said_as
    FROM line l JOIN held h ON h.holding = l.holding
    GROUP BY l.indicator, l.label, l.line
),
grades AS (
    SELECT l.indicator, l.label, l.line, h.grade, count(*) AS units
    FROM line l JOIN held h ON h.holding = l.holding
    WHERE h.grade IS NOT NULL
    GROUP BY l.indicator, l.label, l.line, h.grade
),
distributions AS (
    SELECT indicator, label, line,
        '{' || string_agg('"' || grade || '": ' || units, ', ' ORDER BY grade) || '}' AS distribution
    FROM grades GROUP BY indicator, label, line
),
waited AS (
    SELECT DISTINCT s.indicator, s.label, s.reporter, s.counted, s.complete,
        CASE WHEN f.unit IS NULL THEN a.above ELSE f.line END AS line
    FROM held_slot s
    JOIN above a ON a.unit = s.unit AND a.tree_on = s.tree_on
    LEFT JOIN fold f ON f.indicator = s.indicator AND f.label = s.label AND f.unit = a.above
    WHERE f.unit IS NULL OR f.line IS NOT NULL
),
answered AS (
    SELECT DISTINCT indicator, label, line, reporter FROM line WHERE sign = 1
),
counts AS (
    SELECT w.indicator, w.label, w.line, bool_or(NOT w.complete) AS lacking,
        count(DISTINCT w.reporter) FILTER (w.counted) AS expected,
        count(DISTINCT w.reporter) FILTER (w.counted AND a.reporter IS NOT NULL) AS n
    FROM waited w
    LEFT JOIN answered a
        ON a.indicator = w.indicator AND a.label = w.label AND a.line = w.line AND a.reporter = w.reporter
    GROUP BY w.indicator, w.label, w.line
)
SELECT indicator, line AS unit, label AS period, i.kind,
    CAST(s.value AS DECIMAL(28, 6)) AS value,
    CAST(s.numerator AS DECIMAL(28, 6)) AS numerator,
    CAST(s.denominator AS DECIMAL(28, 6)) AS denominator,
    d.distribution, coalesce(c.n, 0) AS n, coalesce(c.expected, 0) AS "of", coalesce(s.inputs, 0) AS inputs,
    coalesce(c.lacking, false) OR b.ends_early AS partial, s.said_as
FROM sums s
FULL JOIN counts c USING (indicator, label, line)
LEFT JOIN distributions d USING (indicator, label, line)
JOIN indicator i ON i.code = indicator
JOIN label b ON b.directive = $directive AND b.label = label
WHERE CAST($unit AS VARCHAR) IS NULL OR line = $unit OR list_contains(string_split(line, ' + '), $unit)
ORDER BY i.code, b.last_cutoff, b.level, label, line
