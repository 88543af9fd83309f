"""One HTTP connection to a node, kept alive; JSON both ways."""

import http.client
import json
from typing import NamedTuple


class Answer(NamedTuple):
    status: int
    body: dict
    position: str = ""  # Souk-Position: how far the log has to be read to see what the answer tells
    retry_after: str = ""  # Retry-After, in seconds

    @property
    def accepted(self):
        return 200 <= self.status < 300

    @property
    def busy(self):
        """The node could not say: nothing is known about the command, ask again with the same id."""
        return self.status in (202, 503, 504)


class Client:
    """Belongs to one thread."""

    def __init__(self, port, timeout_seconds=30, host="127.0.0.1"):
        self.host, self.port = host, port
        self.timeout_seconds = timeout_seconds
        self.connection = None

    def ask(self, method, path, body=None):
        """The node's answer, or None if the connection failed: then nobody knows what happened."""
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout_seconds)
            payload = None if body is None else json.dumps(body)
            headers = {} if body is None else {"Content-Type": "application/json"}
            self.connection.request(method, path, payload, headers)
            response = self.connection.getresponse()
            text = response.read()
            return Answer(response.status, json.loads(text) if text else {},
                          response.headers.get("Souk-Position", ""), response.headers.get("Retry-After", ""))
        except (OSError, http.client.HTTPException, ValueError):
            self.close()
            return None

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None
