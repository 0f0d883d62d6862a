-- one row per value of an input: what it adds, who said it and to which unit of which day's tree it belongs
CREATE OR REPLACE TEMP TABLE held AS
SELECT i.indicator, i.label, i.holder AS unit, u.unit AS reporter, i.placed_on,
    coalesce(CAST($today AS DATE), i.placed_on) AS tree_on, CAST(i.sign AS BIGINT) AS sign, u.reported, u.code,
    CAST(u.value AS DECIMAL(28, 6)) AS value, CAST(u.numerator AS DECIMAL(28, 6)) AS numerator,
    CAST(u.denominator AS DECIMAL(28, 6)) AS denominator, u.grade
FROM input i JOIN usable u ON u.answer = i.answer AND u.indicator = i.indicator
WHERE i.directive = $directive
    AND (CAST($indicator AS VARCHAR) IS NULL OR i.indicator = $indicator)
    AND (CAST($label AS VARCHAR) IS NULL OR i.label = $label)
