-- one row per directive and label whose figures may rest on a year that is touched
SELECT directive, label FROM label WHERE level = 'round' OR year IN (SELECT year FROM touched_year)
