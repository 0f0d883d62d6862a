-- one row per event, source and target that passes figures on, with the shares of the indicators that can be divided
SELECT p.happened_on, p.event, p.type, p.source, p.position, p.target, i.code AS indicator, s.share
FROM passing p
LEFT JOIN share s ON s.event = p.event AND s.position = p.position
LEFT JOIN indicator i ON i.code = s.indicator AND i.kind IN ('flow', 'stock', 'ratio')
ORDER BY p.happened_on, p.event, p.source, p.position, i.code
