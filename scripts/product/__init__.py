"""The default product beside its rivals: works, contestants, costs, tables, a plot."""
