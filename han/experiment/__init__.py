"""From an experiment file to its data: code list, labelled rows, corpus, caches."""
