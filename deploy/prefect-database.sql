-- Prefect keeps its own database beside the record: it may be thrown away, the record may not.
CREATE DATABASE prefect;
