"""`han.serve` in a process of its own, and clients that keep asking."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager, nullcontext

GONE = (ConnectionError, http.client.BadStatusLine, http.client.IncompleteRead)


class Service:
    """A service on a port of this machine; it can be killed and started again."""

    def __init__(self, log, *given, port=0):
        self.log, self.given, self.port = log, [*map(str, given)], port
        self.start()

    def start(self):
        command = [sys.executable, "-m", "han.serve", *self.given]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port)],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        told = self.process.stdout.readline()
        assert told, self.log.read_text()
        self.port = int(re.search(r":(\d+)/", told)[1])

    def tell(self, number):
        os.kill(self.process.pid, number)

    def ended(self):
        """Its exit code."""
        code = self.process.wait(timeout=60)
        self.process.stdout.close()
        return code

    def events(self, name):
        lines = map(json.loads, self.log.read_text().splitlines())
        return [line for line in lines if line["event"] == name]

    def wait_for(self, name, number=1):
        """Waits until so many events of a name are in the log."""
        last = time.monotonic() + 60
        while len(self.events(name)) < number:
            assert self.process.poll() is None and time.monotonic() < last
            time.sleep(0.05)
        return self.events(name)[number - 1]

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, path):
        """Status and content of a GET."""
        with closing(self.connection()) as connection:
            connection.request("GET", path)
            said = connection.getresponse()
            return said.status, said.read().decode()

    def code(self, texts, connection=None):
        """The answer to these texts, which is a good one."""
        body = json.dumps({"records": [{"text": text} for text in texts]})
        with nullcontext(connection) if connection else closing(self.connection()) as c:
            c.request("POST", "/v1/code", body, {"Content-Type": "application/json"})
            said = c.getresponse()
            content = json.loads(said.read())
        assert said.status == 200, content
        return content


@contextmanager
def service(log, *given):
    """A service, ended at the end."""
    found = Service(log, *given)
    try:
        yield found
    finally:
        if found.process.poll() is None:
            found.tell(signal.SIGKILL)
            found.ended()


class Clients:
    """Threads that ask for codes again and again, each over its own connection.

    Attributes:
        answers: Each answer, with the texts that it is for.
        lost: Requests whose connection ended before there was an answer.
        faults: Whatever else went wrong.
    """

    def __init__(self, served, texts, number=8, size=1):
        self.answers, self.lost, self.faults = [], 0, []
        self._served, self._texts, self._size = served, texts, size
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._ask, args=(k,), daemon=True)
            for k in range(number)
        ]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        for thread in self._threads:
            thread.join(60)

    def wait_for(self, more):
        """Waits until there are so many more answers."""
        enough, last = len(self.answers) + more, time.monotonic() + 60
        while len(self.answers) < enough and not self.faults:
            assert time.monotonic() < last
            time.sleep(0.01)

    def _ask(self, place):
        with closing(self._served.connection()) as connection:
            self._ask_by(connection, place)

    def _ask_by(self, connection, place):
        while not self._ended.is_set():
            texts = [
                self._texts[(place + k) % len(self._texts)] for k in range(self._size)
            ]
            place += 1
            try:
                self.answers.append((texts, self._served.code(texts, connection)))
            except GONE:
                self.lost += 1
                time.sleep(0.05)
                connection.close()  # and is opened anew
            except Exception as error:
                self.faults.append(error)
                return
