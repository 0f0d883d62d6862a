-- one row per answer that is touched, before and after: an input of figures is of the year of its answer
CREATE OR REPLACE TEMP TABLE answered AS
SELECT DISTINCT answer FROM usable
WHERE unit IN (SELECT unit FROM touched) AND year IN (SELECT year FROM touched_year)
