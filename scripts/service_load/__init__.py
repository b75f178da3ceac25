"""Load on a service of this machine: clients, what they measured, a twin in FastAPI."""
