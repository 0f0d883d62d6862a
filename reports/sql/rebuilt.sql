-- one row per table, view and macro of a copy that is made anew for the next one: the statement that drops it
SELECT table_name AS name, 'DROP TABLE ' || table_name AS statement
FROM duckdb_tables() WHERE NOT internal AND table_name <> 'reported'
UNION ALL
SELECT view_name, 'DROP VIEW ' || view_name FROM duckdb_views() WHERE NOT internal AND NOT temporary
UNION ALL
SELECT DISTINCT function_name, 'DROP MACRO ' || function_name
FROM duckdb_functions() WHERE NOT internal AND function_type = 'macro'
