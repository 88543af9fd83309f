"""Shoppers of a cluster: they never give up. Whatever has no definite answer is asked for again with the same id."""

import random
import threading
import time
from collections import Counter

from client import Client
from workload import Shopper

RETRY_SECONDS_MIN, RETRY_SECONDS_MAX = 0.05, 0.8
CLIENT_SECONDS_MAX = 12  # longer than a gateway lets anybody wait


class PatientShopper(Shopper):
    """Goes on through refused connections, broken ones, 202, 503 and 504, until `stop`.

    What is left without an answer then stays in `sent`, and is the auditor's to ask for again.
    """

    def __init__(self, world, gateway, round_number, number, pause_seconds=0):
        super().__init__(world, gateway.port, round_number, number)
        self.client = Client(gateway.port, CLIENT_SECONDS_MAX, gateway.host)
        self.pause_seconds = pause_seconds
        self.pauses = random.Random(f"{world.seed}/{round_number}/{number}/pauses")
        self.seen = Counter()  # attempts by what came of them
        self.ended_at = []  # when each order got its definite answer, and that answer's status

    def run(self, stop):
        while not stop.is_set():
            if self.sent and self.draw.random() < 0.05:
                self.ask_again(self.draw.choice(self.sent[-20:]))
            else:
                request = self.next_request()
                self.sent.append(request)
                self.until_answered(request, stop)
            if self.pause_seconds:
                stop.wait(self.pauses.uniform(0, 2 * self.pause_seconds))
        self.client.close()

    def until_answered(self, request, stop):
        pause = RETRY_SECONDS_MIN
        while request.answer is None and not stop.is_set():
            answer = self.client.ask(request.method, request.path.split("?")[0] if request.started else request.path,
                                     request.body)
            self.seen[answer.status if answer else "no answer"] += 1
            if answer is not None:
                self.keep(request, answer)
            if request.answer is None:
                stop.wait(self.pauses.uniform(pause / 2, pause))
                pause = min(2 * pause, RETRY_SECONDS_MAX)
        if request.kind == "order" and request.answer:
            self.ended_at.append((time.monotonic(), request.answer.body.get("status", "refused"), request))

    def ask_again(self, request):
        """As Shopper's, and any answer that says nothing is fine for the moment."""
        if request.kind == "order" and request.answer and self.draw.random() < 0.5:
            other = {**request.body, "lines": request.body["lines"] + [{"sku": "cold-0", "quantity": 1}]}
            answer = self.client.ask("POST", "/v1/orders", other)
            if answer and answer.status != 409 and not answer.busy:
                self.wrong = self.wrong or f"order {request.key} with another body: {answer}, not 409"
            return
        answer = self.client.ask(request.method, request.path, request.body)
        if answer is not None:
            request.take(answer)


class Shoppers:
    """Many of them, each with a thread. `make(number)`: a shopper."""

    def __init__(self, count, make):
        self.stopping = threading.Event()
        self.all = [make(number) for number in range(count)]
        self.threads = [threading.Thread(target=shopper.run, args=(self.stopping,), daemon=True)
                        for shopper in self.all]
        for thread in self.threads:
            thread.start()

    def stop(self):
        """They finish what they wait for, and leave. Returns all that they sent."""
        self.stopping.set()
        for thread in self.threads:
            thread.join()
        return [request for shopper in self.all for request in shopper.sent]

    @property
    def wrong(self):
        """The first answer that no fault explains; None if there was none."""
        return next((shopper.wrong for shopper in self.all if shopper.wrong), None)

    def attempts(self):
        return sum((shopper.seen for shopper in self.all), Counter())

    def orders_ended(self, begin=0.0, end=float("inf"), which=lambda request: True):
        """Statuses of the orders that were answered within this time."""
        return Counter(status for shopper in self.all for at, status, request in list(shopper.ended_at)
                       if begin <= at < end and which(request))
