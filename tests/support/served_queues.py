"""A queue that a process of its own serves, and browsers at its page."""

import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager

from han.review_site.answer_numbers import AnswerNumbers
from han.reviewing.queue_database import QueueDatabase
from support.site_visits import PASSWORD

SETTLED = 300  # ms until keys act on a new page


def answer_at(place, text):
    """The id of the answer whose number stands in an address."""
    number = int(re.search(r"/(\d+)/", text)[1])
    return AnswerNumbers(QueueDatabase(place)).answers[number]


class Served:
    """`han.review serve` on a queue; it can be killed and started again."""

    def __init__(self, place, port=0):
        self.place, self.port, self.process = place, port, None
        self.start()

    def start(self):
        command = "-m", "han.review", "serve", str(self.place), "--port", str(self.port)
        self.process = subprocess.Popen(
            [sys.executable, *command], stdout=subprocess.PIPE, text=True
        )
        self.address = self.process.stdout.readline().split()[0]
        self.port = int(re.search(r":(\d+)/", self.address)[1])

    def end(self, by=signal.SIGTERM):
        os.kill(self.process.pid, by)
        self.process.wait(timeout=30)
        self.process.stdout.close()


@contextmanager
def served(place):
    """A server, ended at the end."""
    server = Served(place)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.end()


class Clerk:
    """Somebody at a browser of their own: types, and waits for the next page."""

    def __init__(self, browser, server, name, **window):
        self.context = browser.new_context(**window)
        self.page, self.server, self.faults = self.context.new_page(), server, []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.goto(server.address)
        self.page.fill("[name=name]", name)
        self.page.fill("[name=password]", PASSWORD)
        self.press("Enter")

    def _hear(self, message):
        if message.type == "error":
            self.faults.append(message.text)

    def settle(self):
        self.page.wait_for_load_state("load")
        self.page.wait_for_timeout(SETTLED)

    @property
    def answer(self):
        """The id of the answer that is shown; None if there is none."""
        form = self.page.query_selector("#answer")
        return form and answer_at(self.server.place, form.get_attribute("action"))

    def press(self, key):
        """A key that leads to another page."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        self.settle()

    def look_for(self, words):
        """Begins a search and types; waits for what is found."""
        self.page.keyboard.press("/")
        with self.page.expect_response(re.compile("/codes$")):
            self.page.keyboard.type(words)
        self.page.wait_for_function("document.querySelector('#codes .take')")
        self.page.wait_for_timeout(100)
