-- one row per directive, indicator, label, holder and answer: every figure is the signed sum of its inputs
CREATE TABLE input AS
SELECT u.directive, u.indicator, l.label, u.unit AS holder, u.cutoff AS placed_on, u.answer, 1 AS sign
FROM answer u JOIN label l ON l.directive = u.directive AND l.label = u.period AND l.level = 'period'
UNION ALL
SELECT y.directive, y.indicator, l.label, y.holder, y.placed_on, y.answer, y.sign
FROM yearly y
JOIN label l
    ON l.directive = y.directive
    AND ((l.level = 'year' AND l.year = y.year) OR (l.level = 'round' AND l.round = y.round))
UNION ALL
SELECT directive, indicator, label, unit, cutoff, answer, 1 FROM last_input
