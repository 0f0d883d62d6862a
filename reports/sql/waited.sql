-- one row per slot and line of a report in which its answer is waited for
CREATE OR REPLACE TEMP VIEW waited AS
SELECT s.*, a.above AS line FROM held_slot s JOIN above a ON a.unit = s.unit AND a.tree_on = s.tree_on
