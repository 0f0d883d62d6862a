-- one row per directive, period, unit and code: an own return that is owed and asks it, or answered it unasked
CREATE TABLE wanted AS
SELECT o.directive, o.period, c.round, c.year, c.cutoff, c.is_span, o.unit, c.indicator AS code, c.manner,
    s.reported IS NOT NULL AS answered
FROM owed o
JOIN counting c ON c.directive = o.directive AND c.period = o.period
LEFT JOIN said s
    ON s.directive = o.directive AND s.period = o.period AND s.unit = o.unit AND s.code = c.indicator
WHERE o.kind = 'own' AND o.owed
    AND (
        s.reported IS NOT NULL
        OR (
            NOT (c.is_span AND c.kind = 'ordinal')
            AND EXISTS (
                FROM assigned a
                WHERE a.directive = o.directive AND a.unit = o.unit AND a.indicator = c.indicator
                    AND a.valid_from <= c.cutoff AND (a.valid_to IS NULL OR a.valid_to >= c.cutoff)
            )
        )
    )
