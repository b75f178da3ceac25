"""What was made from what, by whom, and who approved it."""

import logging

# Commands log to the terminal, and nobody asked for what Alembic does, nor as it is
# imported.
logging.getLogger("alembic").setLevel(logging.WARNING)
