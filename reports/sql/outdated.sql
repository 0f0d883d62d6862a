-- one row per value of an earlier copy whose receipt counts no more
DELETE FROM reported WHERE receipt NOT IN (SELECT receipt FROM receipts)
