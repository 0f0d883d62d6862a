-- one row per value of a unit that is touched, in a year that is touched
SELECT r.*
FROM reported r
SEMI JOIN touched USING (unit)
SEMI JOIN (
    SELECT directive, code AS period FROM period WHERE year IN (SELECT year FROM touched_year)
) p USING (directive, period)
