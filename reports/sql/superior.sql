-- one row per unit and day of a tree: the unit it stands under then, or stood under last; first, of one yet to come
CREATE OR REPLACE TEMP TABLE superior AS
WITH days AS (
    SELECT tree_on FROM held
    UNION
    SELECT tree_on FROM held_slot
)
SELECT s.unit, d.tree_on,
    CASE
        WHEN bool_or(s.valid_from <= d.tree_on)
            THEN arg_max_null(s.parent, s.valid_from) FILTER (s.valid_from <= d.tree_on)
        ELSE arg_min_null(s.parent, s.valid_from)
    END AS parent
FROM span s CROSS JOIN days d
GROUP BY s.unit, d.tree_on
