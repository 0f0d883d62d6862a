-- one row per indicator, unit or joint line, and label
WITH sums AS (
    SELECT indicator, label, line, count(*) AS inputs, sum(sign * value) AS value, sum(sign * numerator) AS numerator,
        sum(sign * denominator) AS denominator, histogram(grade) FILTER (grade IS NOT NULL) AS grades,
        list(code) FILTER (code <> indicator) AS codes
    FROM line GROUP BY indicator, label, line
),
told AS (
    SELECT indicator, label, line, reporter, bool_or(answered) AS answered, bool_or(counted) AS counted,
        bool_and(complete) AS complete
    FROM (
        SELECT indicator, label, line, reporter, sign = 1 AS answered, NULL AS counted, NULL AS complete FROM line
        UNION ALL
        SELECT indicator, label, line, reporter, false, counted, complete FROM waited
    )
    GROUP BY indicator, label, line, reporter
),
counts AS (
    SELECT indicator, label, line, bool_or(NOT complete) AS lacking, count(*) FILTER (counted) AS expected,
        count(*) FILTER (counted AND answered) AS n
    FROM told GROUP BY indicator, label, line
)
SELECT indicator, line AS unit, label AS period, i.kind,
    CAST(s.value AS DECIMAL(28, 6)) AS value,
    CAST(s.numerator AS DECIMAL(28, 6)) AS numerator,
    CAST(s.denominator AS DECIMAL(28, 6)) AS denominator,
    '{' || array_to_string(['"' || e.key || '": ' || e.value FOR e IN list_sort(map_entries(s.grades))], ', ') || '}'
        AS distribution,
    c.n, c.expected AS "of", coalesce(s.inputs, 0) AS inputs,
    coalesce(c.lacking, false) OR b.ends_early AS partial,
    array_to_string(list_sort(list_distinct(s.codes)), ' + ') AS said_as
FROM counts c
LEFT JOIN sums s USING (indicator, label, line)
JOIN indicator i ON i.code = indicator
JOIN label b ON b.directive = $directive AND b.label = label
WHERE CAST($unit AS VARCHAR) IS NULL OR line = $unit OR list_contains(string_split(line, ' + '), $unit)
ORDER BY i.code, b.last_cutoff, b.level, label, line
