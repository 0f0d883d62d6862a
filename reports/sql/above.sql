-- one row per unit or joint line, day of a tree and unit above it; each is also above itself
CREATE OR REPLACE TEMP TABLE above AS
WITH RECURSIVE superiors AS (
    SELECT unit, tree_on, parent FROM superior
    UNION ALL
    SELECT unit, tree_on, parent FROM joint
),
start AS (
    SELECT unit, tree_on FROM held
    UNION
    SELECT unit, tree_on FROM held_slot
),
up AS (
    SELECT unit, tree_on, unit AS above FROM start
    UNION
    SELECT up.unit, up.tree_on, s.parent
    FROM up JOIN superiors s ON s.unit = up.above AND s.tree_on = up.tree_on
    WHERE s.parent IS NOT NULL
)
SELECT * FROM up
