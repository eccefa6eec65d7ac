"""`python -m verbund.commands …` is `verbund …`."""

from verbund.commands import main

main(prog_name="verbund")
