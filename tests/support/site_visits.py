"""Visits to the page of clerks, without a browser."""

import re

from han.review_site.review_app import review_app
from han.reviewing.people import add_person

PASSWORD = "pan con queso"


def with_people(queue, **roles):
    """Adds people by name and role; returns them by name."""
    return {n: add_person(queue, n, role, PASSWORD) for n, role in roles.items()}


class Visitor:
    """Somebody at the page: keeps the cookie and the token of forms."""

    def __init__(self, app, name=None):
        self.client = app.test_client()
        self.page = self.get("/sign-in")
        if name:
            said = self.post("/sign-in", name=name, password=PASSWORD)
            assert said.status_code == 303, said.text
            self.page = self.get("/")

    def get(self, address):
        self.page = self.client.get(address, follow_redirects=True, buffered=True)
        return self.page

    def post(self, address, headers=None, **form):
        data = {"csrf": self.token, **form}
        return self.client.post(address, data=data, headers=headers)

    @property
    def token(self):
        return re.search(r'name="csrf" value="(\w+)"', self.page.text)[1]

    @property
    def answer(self):
        """The id of the answer that is shown."""
        found = re.search(r'action="/\w+/(\d+)/decide"', self.page.text)
        return found and int(found[1])

    def act(self, what, **form):
        """Presses a button and goes where it leads."""
        desk = re.search(r'action="/(\w+)/\d+/decide"', self.page.text)[1]
        said = self.post(f"/{desk}/{self.answer}/{what}", **form)
        assert said.status_code == 303, said.text
        return self.get(said.location)


def site(queue, numbered=False, **options):
    """The application, whose own faults are shown to tests."""
    app = review_app(queue, **options)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    if not numbered:  # ids in addresses are easier to read
        ids = {answer: answer for answer in app.config["NUMBERS"].of}
        app.config["NUMBERS"].of = app.config["NUMBERS"].answers = ids
    return app
