"""What must hold after a restart, judged from outside: by requests, answers and sums.

The auditor keeps a model of its own (money, units, coupons, ordinals) that it builds from definite answers
only, and compares it with what the node says of every wallet, SKU, coupon and campaign.
"""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from client import Client

REST_SECONDS_MAX = 90  # from a restart until no saga is under way: the checkout's window, and some retries
ENDED = ("CONFIRMED", "CANCELLED")
KINDS = ("register", "receipt", "charge", "open", "grant", "issue", "order")  # coupons before their use


class Discrepancy(Exception):
    """Something that must hold does not; the text names it, with both sides."""


def expect(what, got, wanted):
    if got != wanted:
        raise Discrepancy(f"{what}: {got!r}, expected {wanted!r}")


class Crowd:
    """Many requests at once, over a few connections that are kept alive."""

    def __init__(self, port, connections=8, host="127.0.0.1"):
        self.host, self.port = host, port
        self.local = threading.local()
        self.pool = ThreadPoolExecutor(connections)

    def ask(self, method, path, body=None):
        """An answer; asks again while the node is busy. A connection that fails is a discrepancy here."""
        if not hasattr(self.local, "client"):
            self.local.client = Client(self.port, host=self.host)
        deadline = time.monotonic() + REST_SECONDS_MAX
        while True:
            answer = self.local.client.ask(method, path, body)
            if answer is None:  # or the node had closed a connection that was idle for long: a fresh one tells
                answer = self.local.client.ask(method, path, body)
            if answer is None:
                raise Discrepancy(f"{method} {path}: no answer from a node that was left alone")
            if not answer.busy:
                return answer
            if time.monotonic() > deadline:
                raise Discrepancy(f"{method} {path}: nothing definite after {REST_SECONDS_MAX} s: {answer}")
            time.sleep(0.05)

    def get(self, path):
        answer = self.ask("GET", path)
        expect(f"GET {path}: status", answer.status, 200)
        return answer.body

    def map(self, function, items):
        return list(self.pool.map(function, items))

    def close(self):
        self.pool.shutdown()


@dataclass
class Coupon:
    owner: str
    terms: dict  # as they were granted
    used_by: str = None


@dataclass
class Campaign:
    quantity: int
    terms: dict
    ordinals: dict = field(default_factory=dict)  # customer -> ordinal


class Auditor:
    """The model, over all rounds. `absorb` only takes definite answers; each request is absorbed once."""

    def __init__(self, prices):
        self.prices = prices
        self.charged, self.spent = Counter(), Counter()  # minor units a wallet
        self.received, self.sold = Counter(), Counter()  # units a SKU
        self.coupons, self.campaigns, self.orders = {}, {}, {}
        self.cancelled = Counter()  # orders by the reason's code
        self.absorbed = set()

    def set_up(self, crowd, requests):
        """Asks an idle node for what has to be there, in the order of KINDS, and absorbs the answers."""
        for kind in KINDS:
            these = [request for request in requests if request.kind == kind]
            crowd.map(lambda request: self.ask_again(crowd, request), these)
            for request in these:
                self.absorb(request)

    # --- after a restart ---------------------------------------------------------------------------

    def audit(self, crowd, requests):
        """Everything that `requests` (of one round) promised, and the sums over all rounds."""
        self.rest(crowd, [request for request in requests if request.kind == "order"])
        self.nothing_held(crowd)
        crowd.map(lambda request: self.ask_again(crowd, request), requests)
        for request in sorted(requests, key=lambda request: KINDS.index(request.kind)):
            self.absorb(request)
        self.nothing_held(crowd)
        self.compare(crowd)

    def rest(self, crowd, orders):
        """Every saga ends by itself: nobody asks for its order again meanwhile."""
        deadline = time.monotonic() + REST_SECONDS_MAX
        running = orders
        while running := [order for order in running if self.is_running(crowd, order)]:
            if time.monotonic() > deadline:
                raise Discrepancy(f"order {running[0].key} has not ended after {REST_SECONDS_MAX} s "
                                  f"({len(running)} such orders)")
            time.sleep(0.05)

    def is_running(self, crowd, order):
        answer = crowd.ask("GET", f"/v1/orders/{order.key}")
        if answer.status == 404:
            if order.answer is not None:
                raise Discrepancy(f"order {order.key} was acknowledged ({order.answer}) and is gone")
            return order.started  # else: never accepted
        expect(f"GET order {order.key}: status", answer.status, 200)
        return answer.body["status"] not in ENDED

    def nothing_held(self, crowd):
        """No hold is left over anywhere; waits for sagas that are settling or turning back."""
        deadline = time.monotonic() + REST_SECONDS_MAX
        while held := self.held(crowd):
            if time.monotonic() > deadline:
                raise Discrepancy(f"held after {REST_SECONDS_MAX} s at rest: {', '.join(held[:5])}")
            time.sleep(0.05)

    def held(self, crowd):
        stock = crowd.map(lambda sku: crowd.get(f"/v1/stock/{sku}"), self.received)
        wallets = crowd.map(lambda wallet: crowd.get(f"/v1/wallets/{wallet}"), self.charged)
        coupons = crowd.map(lambda coupon: crowd.get(f"/v1/coupons/{coupon}"), self.fresh_coupons())
        return ([f"{one['held_units']} units of {one['sku']}" for one in stock if one["held_units"]] +
                [f"{one['held_minor']} in wallet {one['wallet_id']}" for one in wallets
                 if one["held_minor"]] +
                [f"coupon {one['coupon_id']}" for one in coupons if one["status"] == "HELD"])

    def fresh_coupons(self):
        """Those that an order may still hold; a used one stays used, which `compare` sees at the end."""
        return [name for name, coupon in self.coupons.items() if coupon.used_by is None][-200:]

    def ask_again(self, crowd, request):
        """The same id and body once more: the same answer if there was one, else a definite one."""
        answer = crowd.ask(request.method, request.path.split("?")[0], request.body)
        if request.answer is not None:
            expect(f"{request.kind} {request.key}: answer when asked again", stable(request.kind, answer),
                   stable(request.kind, request.answer))
        request.answer = answer

    # --- the model -----------------------------------------------------------------------------------

    def absorb(self, request):
        if (request.kind, request.key) in self.absorbed:
            return
        self.absorbed.add((request.kind, request.key))
        answer, body = request.answer, request.body
        if request.kind == "issue":
            return self.absorb_issue(request)
        if not answer.accepted:
            raise Discrepancy(f"{request.kind} {request.key} was refused: {answer}")
        match request.kind:
            case "register":
                self.received[request.key] += 0
            case "receipt":
                self.received[request.facts["sku"]] += body["units"]
            case "charge":
                self.charged[request.facts["wallet"]] += body["amount_minor"]
            case "grant":
                self.coupons[request.key] = Coupon(body["owner"], terms_of(body))
            case "open":
                self.campaigns[request.key] = Campaign(body["quantity"], terms_of(body))
            case "order":
                self.absorb_order(request.key, body, answer.body)

    def absorb_issue(self, request):
        campaign = self.campaigns[request.facts["campaign"]]
        customer, answer = request.facts["customer"], request.answer
        if not answer.accepted:
            expect(f"issue {request.key}: refused with", answer.body.get("code"), "sold_out")
            return
        ordinal, coupon = answer.body["ordinal"], answer.body["coupon_id"]
        if customer in campaign.ordinals:
            expect(f"issue {request.key}: ordinal", ordinal, campaign.ordinals[customer])
            return
        if ordinal in campaign.ordinals.values():
            raise Discrepancy(f"issue {request.key}: ordinal {ordinal} was issued twice")
        campaign.ordinals[customer] = ordinal
        self.coupons[coupon] = Coupon(customer, campaign.terms)

    def absorb_order(self, order_id, asked, got):
        self.orders[order_id] = got
        expect(f"order {order_id}: customer", got["customer_id"], asked["customer_id"])
        if got["status"] == "CANCELLED":
            if not got.get("reason"):
                raise Discrepancy(f"order {order_id} was cancelled without a reason")
            self.cancelled[got["reason"]["code"]] += 1
            return
        expect(f"order {order_id}: status", got["status"], "CONFIRMED")
        subtotal = 0
        for wanted, line in zip(asked["lines"], got["lines"], strict=True):
            price = wanted.get("unit_price_minor", self.prices[wanted["sku"]])
            expect(f"order {order_id}: line of {wanted['sku']}",
                   (line["sku"], line["quantity"], line["unit_price_minor"]),
                   (wanted["sku"], wanted["quantity"], price))
            subtotal += price * wanted["quantity"]
            self.sold[wanted["sku"]] += wanted["quantity"]
        expect(f"order {order_id}: subtotal", got["subtotal_minor"], subtotal)
        discount = self.use_coupon(order_id, asked, subtotal)
        expect(f"order {order_id}: discount", got["discount_minor"], discount)
        expect(f"order {order_id}: total", got["total_minor"], subtotal - discount)
        self.spent[asked["customer_id"]] += subtotal - discount

    def use_coupon(self, order_id, asked, subtotal):
        """What the order's coupon is worth by its terms; it must be its owner's, and not used before."""
        if "coupon_id" not in asked:
            return 0
        coupon = self.coupons.get(asked["coupon_id"])
        if coupon is None:
            raise Discrepancy(f"order {order_id} used coupon {asked['coupon_id']}, which was never granted")
        expect(f"order {order_id}: owner of {asked['coupon_id']}", asked["customer_id"], coupon.owner)
        expect(f"order {order_id}: who used {asked['coupon_id']} before", coupon.used_by, None)
        if subtotal < coupon.terms.get("minimum_total_minor", 0):
            raise Discrepancy(f"order {order_id} used {asked['coupon_id']} below its minimum: {subtotal}")
        coupon.used_by = order_id
        return worth(coupon.terms, subtotal)

    # --- the model against the node --------------------------------------------------------------------

    def compare(self, crowd):
        crowd.map(lambda sku: self.compare_stock(crowd, sku), list(self.received))
        crowd.map(lambda wallet: self.compare_wallet(crowd, wallet), list(self.charged))
        crowd.map(lambda name: self.compare_coupon(crowd, name), list(self.coupons)[-400:])
        for name, campaign in list(self.campaigns.items())[-2:]:
            self.compare_campaign(crowd, name, campaign)

    def compare_stock(self, crowd, sku):
        got = crowd.get(f"/v1/stock/{sku}")
        wanted = {"received_units": self.received[sku], "sold_units": self.sold[sku], "held_units": 0,
                  "available_units": self.received[sku] - self.sold[sku]}
        expect(f"stock of {sku}", {name: got[name] for name in wanted}, wanted)
        if got["available_units"] < 0:
            raise Discrepancy(f"stock of {sku} is negative: {got}")

    def compare_wallet(self, crowd, wallet):
        got = crowd.get(f"/v1/wallets/{wallet}")
        wanted = {"charged_minor": self.charged[wallet], "spent_minor": self.spent[wallet],
                  "held_minor": 0, "refunded_minor": 0,
                  "balance_minor": self.charged[wallet] - self.spent[wallet]}
        expect(f"wallet {wallet}", {name: got[name] for name in wanted}, wanted)
        if got["balance_minor"] < 0:
            raise Discrepancy(f"wallet {wallet} is overdrawn: {got}")

    def compare_coupon(self, crowd, name):
        coupon, got = self.coupons[name], crowd.get(f"/v1/coupons/{name}")
        expect(f"coupon {name}", (got["owner"], got["status"], got.get("order_id")),
               (coupon.owner, "USED" if coupon.used_by else "GRANTED", coupon.used_by))

    def compare_campaign(self, crowd, name, campaign):
        got = crowd.get(f"/v1/campaigns/{name}")
        count = len(campaign.ordinals)
        expect(f"campaign {name}: issued", got["issued"], count)
        expect(f"campaign {name}: ordinals", sorted(campaign.ordinals.values()),
               list(range(1, count + 1)))
        if count > campaign.quantity:
            raise Discrepancy(f"campaign {name} issued {count} of {campaign.quantity}")

    def compare_everything(self, crowd):
        """At the end of a run: every order of every round still has the answer that it had."""
        def same(order_id):
            got = crowd.get(f"/v1/orders/{order_id}")
            wanted = self.orders[order_id]
            for name in ("status", "total_minor", "reason"):
                expect(f"order {order_id}: {name}", got.get(name), wanted.get(name))
        crowd.map(same, list(self.orders))
        crowd.map(lambda name: self.compare_coupon(crowd, name), list(self.coupons))
        for name, campaign in self.campaigns.items():
            self.compare_campaign(crowd, name, campaign)


def terms_of(body):
    return {name: body[name] for name in ("discount", "minimum_total_minor") if name in body}


def worth(terms, subtotal):
    """What comes off `subtotal`: a share is rounded down and capped; never more than the subtotal."""
    discount = terms["discount"]
    if "amount_minor" in discount:
        return min(discount["amount_minor"], subtotal)
    return min(subtotal * discount["percent"] // 100, discount["cap_minor"], subtotal)


# The fields of an answer that stay the same whenever it is asked for; the others are what the aggregate
# holds at that moment (a charge's answer also says the wallet's balance).
STABLE = {"register": ("sku", "currency"), "receipt": ("sku",), "charge": ("wallet_id", "currency"),
          "grant": ("coupon_id", "owner", "discount"), "open": ("campaign_id", "quantity"),
          "issue": ("ordinal", "coupon_id", "customer_id")}


def stable(kind, answer):
    if not answer.accepted:
        return answer.status, answer.body.get("code")
    if kind == "order":
        return answer.body
    return {name: answer.body[name] for name in STABLE[kind]}
