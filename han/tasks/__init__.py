"""Several questions about one text: shared reading and encoder, a run for each task."""
