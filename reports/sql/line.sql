-- one row per holding and line of a report it is counted in
CREATE OR REPLACE TEMP TABLE line AS
SELECT DISTINCT h.holding, h.indicator, h.label, h.reporter, h.sign,
    CASE WHEN f.unit IS NULL THEN a.above ELSE f.line END AS line
FROM held h
JOIN above a ON a.unit = h.unit AND a.tree_on = h.tree_on
LEFT JOIN fold f ON f.indicator = h.indicator AND f.label = h.label AND f.unit = a.above
WHERE f.unit IS NULL OR f.line IS NOT NULL
