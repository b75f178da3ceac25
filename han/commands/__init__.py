"""What each command does once its arguments are read, which `--help` need not load."""
