"""How the tables of a catalogue came to be, one file for each change, for Alembic."""
