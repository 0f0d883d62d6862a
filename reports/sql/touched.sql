-- one row per unit whose derived rows may differ: of a changed receipt, or ever merged with such a unit at any remove
WITH RECURSIVE tied AS (
    SELECT unit, heir AS other FROM merged
    UNION
    SELECT heir, unit FROM merged
),
touched AS (
    SELECT unit FROM reported ANTI JOIN receipts USING (receipt)
    UNION
    SELECT unit FROM receipts ANTI JOIN reported USING (receipt)
    UNION
    SELECT t.other FROM touched JOIN tied t ON t.unit = touched.unit
)
SELECT unit FROM touched
