-- one row per value of a unit that is touched
FROM reported SEMI JOIN touched USING (unit)
