-- one row per directive, period and kind of return: what the copy holds, for the reconciliation with the record
SELECT directive, period, kind, count(*) AS rows, sum(value) AS value, sum(numerator) AS numerator,
    sum(denominator) AS denominator
FROM reported GROUP BY directive, period, kind ORDER BY directive, period, kind
