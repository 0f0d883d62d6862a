-- one row per directive, period, unit and indicator: that its own return answers it, in one value or several
CREATE VIEW answer AS
SELECT answer, directive, period, round, year, cutoff, is_span, unit, indicator, measure, manner
FROM usable WHERE reported = answer
