-- one row per receipt whose values the copy holds and which counts no more
SELECT DISTINCT receipt FROM reported ANTI JOIN receipts USING (receipt) ORDER BY receipt
