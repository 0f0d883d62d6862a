"""Every read and write of the record, named for what it is for; one file a room."""
