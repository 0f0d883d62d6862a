-- one row per unit and day of a tree: the unit it stands under then, or stood under last
CREATE OR REPLACE TEMP TABLE superior AS
WITH days AS (
    SELECT tree_on FROM held
    UNION
    SELECT tree_on FROM held_slot
)
SELECT s.unit, d.tree_on, s.parent
FROM span s CROSS JOIN days d
QUALIFY row_number() OVER (
    PARTITION BY s.unit, d.tree_on
    ORDER BY
        CASE WHEN s.valid_from <= d.tree_on THEN 0 ELSE 1 END,
        CASE WHEN s.valid_from <= d.tree_on THEN s.valid_from END DESC NULLS LAST,
        s.valid_from
) = 1
