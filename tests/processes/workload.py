"""What to try: requests over few hot SKUs and many cold ones, poor and rich wallets, coupons, campaigns.

The workload knows how requests are written; what must hold afterwards is the auditor's (auditor.py).
Everything is drawn from seeded generators; only the threads' timing differs from run to run.
"""

import random
import threading
from dataclasses import dataclass, field

from client import Answer, Client

CURRENCY = "GBP"
HOT_SKUS = 3
COLD_SKUS = 120
CUSTOMERS = 200
POOR_SHARE = 0.2  # of the customers: their wallets run dry after a few orders
EVER = "2100-01-01T00:00:00Z"


@dataclass
class Request:
    """One request with an id that makes it safe to repeat, and what came of it."""
    kind: str  # register, receipt, charge, grant, open, issue or order
    key: str  # names it among those of its kind
    method: str
    path: str
    body: dict
    facts: dict = field(default_factory=dict)  # what the auditor needs besides the body
    answer: Answer = None  # the first answer that says something definite
    started: bool = False  # an order that was answered 202: accepted, and not ended yet
    answered_before_kill: bool = False

    def take(self, answer):
        """Keeps an answer, if it is the first of its kind."""
        if answer.status == 202:
            self.started = True
        elif not answer.busy and self.answer is None:
            self.answer = answer


def register(sku, price_minor):
    return Request("register", sku, "PUT", f"/v1/stock/{sku}",
                   {"name": f"Thing {sku}", "unit_price_minor": price_minor, "currency": CURRENCY})


def receive(sku, receipt_id, units):
    return Request("receipt", receipt_id, "POST", f"/v1/stock/{sku}/receipts",
                   {"receipt_id": receipt_id, "units": units}, {"sku": sku})


def charge(wallet, charge_id, amount_minor):
    return Request("charge", charge_id, "POST", f"/v1/wallets/{wallet}/charges",
                   {"charge_id": charge_id, "amount_minor": amount_minor, "currency": CURRENCY},
                   {"wallet": wallet})


def grant(coupon_id, customer, terms):
    return Request("grant", coupon_id, "POST", "/v1/coupons",
                   {"coupon_id": coupon_id, "owner": customer, **terms})


def open_campaign(campaign, quantity, terms):
    return Request("open", campaign, "PUT", f"/v1/campaigns/{campaign}",
                   {"quantity": quantity, **terms})


def issue(campaign, customer):
    return Request("issue", f"{campaign}/{customer}", "POST", f"/v1/campaigns/{campaign}/coupons",
                   {"customer_id": customer}, {"campaign": campaign, "customer": customer})


def order(order_id, customer, lines, coupon=None, wait_ms=None):
    body = {"order_id": order_id, "customer_id": customer, "lines": lines}
    if coupon:
        body["coupon_id"] = coupon
    path = "/v1/orders" if wait_ms is None else f"/v1/orders?wait_ms={wait_ms}"
    return Request("order", order_id, "POST", path, body)


def amount_terms(amount_minor, minimum_minor=None):
    terms = {"discount": {"amount_minor": amount_minor, "currency": CURRENCY}, "valid_until": EVER}
    if minimum_minor is not None:
        terms["minimum_total_minor"] = minimum_minor
    return terms


def percent_terms(percent, cap_minor):
    return {"discount": {"percent": percent, "cap_minor": cap_minor, "currency": CURRENCY},
            "valid_until": EVER}


class World:
    """The names that all clients share. Coupons are added as they come; the lists only grow."""

    def __init__(self, seed):
        draw = random.Random(f"{seed}/world")
        self.seed = seed
        self.hot = [f"hot-{n}" for n in range(HOT_SKUS)]
        self.cold = [f"cold-{n}" for n in range(COLD_SKUS)]
        self.prices = {sku: draw.randrange(50, 3000) for sku in self.hot + self.cold}
        self.customers = [f"customer-{n}" for n in range(CUSTOMERS)]
        self.poor = set(self.customers[:int(CUSTOMERS * POOR_SHARE)])
        self.coupons = []  # ids that orders may try, whoever owns them
        self.campaign = None

    def first_requests(self):
        """What has to be there before clients make sense: stock and money."""
        for sku, price in self.prices.items():
            yield register(sku, price)
            yield receive(sku, f"first-{sku}", 2000 if sku in self.hot else 300)
        for customer in self.customers:
            yield charge(customer, f"first-{customer}", 2_000 if customer in self.poor else 500_000)

    def round_request(self, round_number):
        """A round's own campaign, small enough to sell out in some rounds."""
        draw = random.Random(f"{self.seed}/{round_number}/campaign")
        self.campaign = f"campaign-{round_number}"
        return open_campaign(self.campaign, draw.randrange(5, 60), amount_terms(draw.randrange(10, 500)))


class Shopper:
    """One client: draws requests and sends them, one at a time, until the node is gone.

    `sent` is its journal: every request that left, with its answer if one came. A Shopper belongs to its
    thread until `run` has returned.
    """

    def __init__(self, world, port, round_number, number):
        self.world = world
        self.client = Client(port)
        self.draw = random.Random(f"{world.seed}/{round_number}/{number}")
        self.prefix = f"{round_number}-{number}"
        self.count = 0
        self.sent = []
        self.wrong = None  # the first answer that no kill explains

    def next_id(self, kind):
        self.count += 1
        return f"{kind}-{self.prefix}-{self.count}"

    def next_request(self):
        draw, world = self.draw, self.world
        pick = draw.random()
        if pick < 0.07:
            customer = draw.choice(world.customers)
            amount = draw.randrange(1, 500 if customer in world.poor else 80_000)
            return charge(customer, self.next_id("charge"), amount)
        if pick < 0.14:
            sku = draw.choice(world.hot if draw.random() < 0.5 else world.cold)
            return receive(sku, self.next_id("receipt"), draw.randrange(1, 70))
        if pick < 0.19:
            terms = draw.choice((amount_terms(draw.randrange(1, 3000), draw.choice((None, 1000))),
                                 percent_terms(draw.randrange(1, 100), draw.randrange(100, 2000))))
            return grant(self.next_id("coupon"), draw.choice(world.customers), terms)
        if pick < 0.27:
            return issue(world.campaign, draw.choice(world.customers))
        return self.next_order()

    def next_order(self):
        draw, world = self.draw, self.world
        lines = []
        for _ in range(draw.choice((1, 1, 2, 2, 3, 5))):
            line = {"sku": draw.choice(world.hot if draw.random() < 0.5 else world.cold),
                    "quantity": draw.randrange(1, 5)}
            if draw.random() < 0.1:
                line["unit_price_minor"] = draw.randrange(0, 2000)
            lines.append(line)
        customer, coupon = draw.choice(world.customers), None
        if world.coupons and draw.random() < 0.25:
            coupon, owner = draw.choice(world.coupons[-40:])
            if draw.random() < 0.9:
                customer = owner
        wait_ms = 0 if draw.random() < 0.1 else None
        return order(self.next_id("order"), customer, lines, coupon, wait_ms)

    def run(self, stop):
        """Sends until `stop` is set or the connection breaks."""
        while not stop.is_set():
            if self.sent and self.draw.random() < 0.05:
                answered = self.ask_again(self.draw.choice(self.sent[-20:]))
            else:
                request = self.next_request()
                self.sent.append(request)
                answered = self.send(request)
            if not answered:
                break
        self.client.close()

    def send(self, request):
        answer = self.client.ask(request.method, request.path, request.body)
        if answer is None:
            return False
        self.keep(request, answer)
        return True

    def keep(self, request, answer):
        """Takes an answer; coupons that exist now may be tried by everybody's orders."""
        request.take(answer)
        if request.answer and answer.accepted and request.kind == "grant":
            self.world.coupons.append((request.key, request.body["owner"]))
        if request.answer and answer.accepted and request.kind == "issue":
            self.world.coupons.append((answer.body["coupon_id"], request.facts["customer"]))

    def ask_again(self, request):
        """The same id once more: with the same body, or (an order's) with another one, which must be 409."""
        if request.kind == "order" and request.answer and self.draw.random() < 0.5:
            other = {**request.body, "lines": request.body["lines"] + [{"sku": "cold-0", "quantity": 1}]}
            answer = self.client.ask("POST", "/v1/orders", other)
            if answer and answer.status not in (409, 503):
                self.wrong = self.wrong or f"order {request.key} with another body: {answer}, not 409"
            return answer is not None
        answer = self.client.ask(request.method, request.path, request.body)
        if answer is not None:
            request.take(answer)
        return answer is not None


def start_shoppers(world, port, round_number, count):
    """Starts `count` shoppers; returns them with their threads and the event that ends them."""
    stop = threading.Event()
    shoppers = [Shopper(world, port, round_number, number) for number in range(count)]
    threads = [threading.Thread(target=shopper.run, args=(stop,), daemon=True) for shopper in shoppers]
    for thread in threads:
        thread.start()
    return shoppers, threads, stop
