"""Adam for tables of which a batch touches few rows, and learning rate schedules."""
