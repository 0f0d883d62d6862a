-- one row per label of a directive: what a figure's period may be
SELECT label, level FROM label WHERE directive = $directive ORDER BY last_cutoff, level, label
