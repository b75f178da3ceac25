"""Files that others publish: brought, checked, kept with where they come from."""
