-- one row per receipt that counts and of which the copy has no value, in the order of directives, periods and units
SELECT receipt FROM receipts ANTI JOIN reported USING (receipt) ORDER BY position
