-- one row per value of an input and line of a report it is counted in
CREATE OR REPLACE TEMP VIEW line AS
SELECT h.*, a.above AS line FROM held h JOIN above a ON a.unit = h.unit AND a.tree_on = h.tree_on
