-- one row per year of which a changed receipt tells: what is derived of one year rests on no other
SELECT DISTINCT p.year
FROM (
    SELECT directive, period FROM reported ANTI JOIN receipts USING (receipt)
    UNION
    SELECT directive, period FROM receipts ANTI JOIN reported USING (receipt)
) c
JOIN period p ON p.directive = c.directive AND p.code = c.period
