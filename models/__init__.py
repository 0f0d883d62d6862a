"""What is kept: the tables of the record and the functions that read and write them."""
