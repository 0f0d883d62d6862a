-- one row per slot and line of a report in which its answer is waited for, where units share lines
CREATE OR REPLACE TEMP VIEW waited AS
SELECT s.*, coalesce(f.line, a.above) AS line
FROM held_slot s
JOIN above a ON a.unit = s.unit AND a.tree_on = s.tree_on
LEFT JOIN fold f ON f.indicator = s.indicator AND f.label = s.label AND f.unit = a.above
WHERE f.unit IS NULL OR f.line IS NOT NULL
