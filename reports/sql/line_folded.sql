-- one row per value of an input and line of a report it is counted in, where units share lines: once in each
CREATE OR REPLACE TEMP VIEW line AS
SELECT DISTINCT h.rowid AS holding, h.*, coalesce(f.line, a.above) AS line
FROM held h
JOIN above a ON a.unit = h.unit AND a.tree_on = h.tree_on
LEFT JOIN fold f ON f.indicator = h.indicator AND f.label = h.label AND f.unit = a.above
WHERE f.unit IS NULL OR f.line IS NOT NULL
