"""The service over HTTP, in Flask: routes, metrics, the server."""
