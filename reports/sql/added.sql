-- one row per value read from the record, with whose it is and the file it stood in
INSERT INTO reported BY NAME
SELECT v.*, r.directive, r.period, r.unit, r.kind, r.sha256, r.file FROM incoming v JOIN receipts r USING (receipt)
