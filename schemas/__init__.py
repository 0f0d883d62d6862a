"""What is allowed: layouts of the workbooks, named checks, frames, and the texts that explain them."""
