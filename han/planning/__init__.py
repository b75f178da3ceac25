"""How much can be coded without people, how well, and what is left for clerks."""
