-- one row per directive and indicator whose figures have an input in a file
SELECT DISTINCT i.directive, i.indicator
FROM input i JOIN reported r ON r.id = i.reported
WHERE r.sha256 = $sha256
ORDER BY i.directive, i.indicator
