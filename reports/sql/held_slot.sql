-- one row per slot: whose answer is waited for and to which unit of which day's tree it belongs
CREATE OR REPLACE TEMP TABLE held_slot AS
SELECT s.indicator, s.label, s.unit, s.unit AS reporter, s.placed_on,
    coalesce(CAST($today AS DATE), s.placed_on) AS tree_on, s.counted, s.complete
FROM slot s
WHERE s.directive = $directive
    AND (CAST($indicator AS VARCHAR) IS NULL OR s.indicator = $indicator)
    AND (CAST($label AS VARCHAR) IS NULL OR s.label = $label)
