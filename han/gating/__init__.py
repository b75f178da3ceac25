"""May a new run replace an old one: what of published figures would change."""
