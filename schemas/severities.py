"""How much a finding weighs: an error refuses the return, a warning asks for a look, an info tells what was read."""

ERROR, WARNING, INFO = "error", "warning", "info"
