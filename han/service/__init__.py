"""What the service does, without the web: models, their answers, keys, limits, logs."""
