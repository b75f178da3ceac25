"""A small run that is served in the process of the tests."""

from han.service.model_shelf import ModelPlace, ModelShelf
from han.service.service_settings import ServiceSettings
from han.service_site.service_app import service_app


def shelf_of(*places, **limits):
    """Models of runs, given as `RUN` or `NAME=RUN`."""
    settings = ServiceSettings(**limits)
    return ModelShelf([ModelPlace.of(str(place)) for place in places], settings)


def client_of(*places, **limits):
    """A client of a service of its own."""
    app = service_app(shelf_of(*places, **limits), ServiceSettings(**limits))
    app.config["PROPAGATE_EXCEPTIONS"] = False  # as when it is served
    return app.test_client()


def coded(client, *records, address="/v1/code", **members):
    """The answer to a request for codes; a text is a record with that field `text`."""
    given = [{"text": r} if isinstance(r, str) else r for r in records]
    return client.post(address, json={"records": given, **members})
