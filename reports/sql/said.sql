-- one row per directive, period, unit and code of an indicator or line of its breakdown: what an own return says
CREATE VIEW said AS
WITH counted AS (
    SELECT r.*, c.round, c.year, c.cutoff, c.is_span, c.kind AS measure, c.manner,
        coalesce(r.marker, '') = 'KPS' AS nothing_arose
    FROM reported r
    JOIN counting c ON c.directive = r.directive AND c.period = r.period AND c.indicator = r.indicator
    WHERE r.kind = 'own' AND coalesce(r.marker, '') <> 'KCS'
)
SELECT id AS reported, directive, period, round, year, cutoff, is_span, unit, indicator AS code, measure, manner,
    CASE WHEN measure IN ('flow', 'stock') THEN CASE WHEN nothing_arose THEN 0 ELSE value END END AS value,
    CASE
        WHEN nothing_arose AND measure IN ('ratio', 'boolean') THEN 0
        WHEN measure = 'ratio' THEN numerator
        WHEN measure = 'boolean' THEN CASE WHEN value = 0 THEN 0 ELSE 1 END
    END AS numerator,
    CASE
        WHEN nothing_arose AND measure IN ('ratio', 'boolean') THEN 0
        WHEN measure = 'ratio' THEN denominator
        WHEN measure = 'boolean' THEN 1
    END AS denominator,
    CASE WHEN measure = 'ordinal' AND NOT nothing_arose THEN CAST(value AS INTEGER) END AS grade
FROM counted
WHERE nothing_arose
    OR (measure <> 'ratio' AND value IS NOT NULL)
    OR (measure = 'ratio' AND numerator IS NOT NULL AND denominator IS NOT NULL)
