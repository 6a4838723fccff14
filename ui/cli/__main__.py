"""``python -m ui.cli``: the same as the command ``cellwarden``."""

from ui.cli.main import main

main()
