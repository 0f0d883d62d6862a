-- one row per directive and indicator whose figures have an input in a file
SELECT DISTINCT i.directive, i.indicator
FROM input i
JOIN usable u ON u.answer = i.answer AND u.indicator = i.indicator
JOIN reported r ON r.id = u.reported
WHERE r.sha256 = $sha256
ORDER BY i.directive, i.indicator
