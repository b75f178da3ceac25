"""What decides distinct answers: dictionaries, rules, earlier codes, near texts."""
