#!/usr/bin/env python3
"""What is away is missed where it is needed, and nowhere else.

Coupons away: orders without one go on as before; commands to coupons get 503 at once, which names the service; an order
with one waits for its deadline, is turned back, and gives back what others hold for it; it is CANCELLED when coupons are
back at the latest. One of two stock nodes away: the other's SKUs sell on, and orders that need its own are turned back.
When they are back everything resumes by itself. Rates are measured in alternating windows of one run and printed; that
there is progress is tested, how much of it is not.
"""

import argparse
import pathlib
import random
import shutil
import sys
import tempfile
import time

import networks
from auditor import Auditor, Discrepancy, expect
from cluster import SIX, Cluster
from node import NodeFailed
from shopping import PatientShopper, Shoppers
from workload import World, amount_terms, charge, grant, order, receive

CHECKOUT_SECONDS = 4
CLIENTS = 32
AT_ONCE_SECONDS_MAX = 2  # far less than anything that waits for a peer or for a deadline
END_SECONDS_MAX = 30


class PlainShopper(PatientShopper):
    """Buys from some SKUs only, with money enough and without coupons."""

    def __init__(self, world, gateway, round_number, number, skus):
        super().__init__(world, gateway, round_number, number)
        self.skus = skus
        self.customers = [customer for customer in world.customers if customer not in world.poor]

    def next_request(self):
        lines = [{"sku": sku, "quantity": 1} for sku in self.draw.sample(self.skus, 2)]
        return order(self.next_id("order"), self.draw.choice(self.customers), lines)

    def ask_again(self, request):
        pass


class Test:
    def __init__(self, options, folder):
        self.options = options
        self.cluster = Cluster(options.bin, folder, SIX, options.network, {"checkout_seconds": CHECKOUT_SECONDS},
                               f"away-{options.seed}")
        self.world = World(options.seed)
        self.rich = [customer for customer in self.world.customers if customer not in self.world.poor]
        self.auditor = Auditor(self.world.prices)
        self.sent, self.count = [], 0

    def go(self):
        self.cluster.start()
        self.crowd = self.cluster.crowd()
        self.auditor.set_up(self.crowd, [*self.world.first_requests(), self.world.round_request(1)])
        self.auditor.set_up(self.crowd, [receive(sku, f"more-{sku}", 1_000_000) for sku in self.world.cold] +
                            [charge(customer, f"more-{customer}", 1_000_000_000) for customer in self.rich])
        yield from self.coupons_away()
        yield from self.stock_away()
        self.auditor.audit(self.crowd, self.sent)
        self.auditor.compare_everything(self.crowd)
        self.crowd.close()
        self.cluster.stop()
        yield f"{len(self.auditor.orders)} orders, {self.cluster.verify('--decisions')} records proved"

    # --- coupons -------------------------------------------------------------------------------------

    def coupons_away(self):
        mine = self.new_coupons(3)
        node, shoppers = self.cluster.nodes["coupon"], self.shop(self.world.cold[1:], 1)
        rates, orders = {"there": [], "away": []}, []
        for number in range(self.options.windows):
            rates["there"].append(self.rate(shoppers))
            node.kill()
            if number == 0:
                self.cluster.wait_until_missed("coupon")
                yield self.refused_at_once("coupon", "POST", "/v1/coupons", grant(
                    "never", self.rich[0], amount_terms(100)).body)
                orders.append(self.send_without_waiting(self.order_with(mine[0])))
                yield self.given_back(orders[0], "cold-0")
            rates["away"].append(self.rate(shoppers))
            late = self.send_without_waiting(self.order_with(mine[1])) if number == 0 else None
            node.launch()
            self.cluster.wait_until_whole()
            if late:
                yield f"an order that was placed just before coupons came back: {self.ended(late)['status']}"
        self.leave(shoppers)
        yield self.compared("orders without coupons", "coupons", rates)
        self.expect_cancelled(orders)
        self.expect_confirmed(self.order_with(mine[2]))
        self.expect_confirmed(self.order_with(mine[0]))  # what it was held by has been given up
        self.auditor.nothing_held(self.crowd)

    def new_coupons(self, count):
        requests = [grant(self.name("coupon"), customer, amount_terms(100)) for customer in self.rich[:count]]
        self.auditor.set_up(self.crowd, requests)
        return requests

    def order_with(self, coupon):
        return order(self.name("order"), coupon.body["owner"], [{"sku": "cold-0", "quantity": 1}], coupon.key)

    # --- stock ---------------------------------------------------------------------------------------

    def stock_away(self):
        owners = self.owners_of_skus()
        kept, lost = ([sku for sku, owner in owners.items() if owner == name and sku in self.world.cold]
                      for name in ("stock-1", "stock-2"))
        yield f"stock-1 owns {len(kept)} of the SKUs, stock-2 {len(lost)}"
        if len(kept) < 3 or not lost:
            raise Discrepancy("one of the stock nodes owns nothing: no test")
        node, shoppers = self.cluster.nodes["stock-2"], self.shop(kept[1:], 2)
        rates, orders = {"there": [], "away": []}, []
        for number in range(self.options.windows):
            rates["there"].append(self.rate(shoppers))
            node.kill()
            if number == 0:
                self.cluster.wait_until_missed("stock-2")
                yield self.refused_at_once("stock", "POST", f"/v1/stock/{lost[0]}/receipts",
                                           {"receipt_id": "never", "units": 1})
                yield self.refused_at_once("stock", "GET", f"/v1/stock/{lost[0]}")
                orders.append(self.send_without_waiting(self.order_of(lost[0])))
                orders.append(self.send_without_waiting(self.order_of(kept[0], lost[0])))
                yield self.given_back(orders[1], kept[0])
            rates["away"].append(self.rate(shoppers))
            node.launch()
            self.cluster.wait_until_whole()
        self.leave(shoppers)
        yield self.compared("orders of the other's SKUs", "one of two stock nodes", rates)
        self.expect_cancelled(orders)
        self.expect_confirmed(self.order_of(kept[0], lost[0]))
        self.auditor.nothing_held(self.crowd)

    def owners_of_skus(self):
        """SKU -> the node that owns its partition: by the position that each answer bears, and GET /v1/cluster."""
        owner = {number: one["name"] for one in self.cluster.gateway.cluster_state()["nodes"]
                 for number in one["partitions"].get("stock", [])}
        expect("partitions of stock that have an owner", sorted(owner), list(range(self.cluster.partitions)))
        found = {}
        for sku in self.world.prices:
            service, number = self.crowd.ask("GET", f"/v1/stock/{sku}").position.split("@")[0].split("/")
            expect(f"service of {sku}", service, "stock")
            found[sku] = owner[int(number)]
        return found

    def order_of(self, *skus):
        return order(self.name("order"), self.rich[5], [{"sku": sku, "quantity": 2} for sku in skus])

    # --- steps ---------------------------------------------------------------------------------------

    def name(self, kind):
        self.count += 1
        return f"{kind}-own-{self.count}"

    def shop(self, skus, round_number):
        return Shoppers(CLIENTS, lambda number: PlainShopper(
            self.world, self.cluster.gateway, round_number, number, skus))

    def leave(self, shoppers):
        self.sent += shoppers.stop()
        cancelled = shoppers.orders_ended(which=lambda request: request.answer.body.get("status") != "CONFIRMED")
        expect("orders that do not need who is away, and were not confirmed", dict(cancelled), {})

    def rate(self, shoppers):
        begin = time.monotonic()
        time.sleep(self.options.seconds)
        end = time.monotonic()
        return shoppers.orders_ended(begin, end)["CONFIRMED"] / (end - begin)

    def compared(self, what, who, rates):
        there, away = sorted(rates["there"]), sorted(rates["away"])
        middle = len(there) // 2
        if min(away) <= 0:
            raise Discrepancy(f"{what} do not go on while {who} are away: {rates}")
        return (f"{what}: {there[middle]:.0f}/s with {who}, {away[middle]:.0f}/s without: "
                f"{100 * away[middle] / there[middle]:.0f} % (medians of {len(there)} windows of "
                f"{self.options.seconds:g} s; "
                f"with: {', '.join(f'{rate:.0f}' for rate in rates['there'])}; without: "
                f"{', '.join(f'{rate:.0f}' for rate in rates['away'])})")

    def refused_at_once(self, service, method, path, body=None):
        begin = time.monotonic()
        answer = self.cluster.gateway.ask(method, path, body)
        seconds = time.monotonic() - begin
        what = f"{method} {path} while {service} is away: {answer}"
        if answer is None or answer.status != 503 or not answer.retry_after.isdigit():
            raise Discrepancy(f"{what}, not 503 with Retry-After")
        if service not in answer.body.get("detail", ""):
            raise Discrepancy(f"{what} does not name {service}")
        if seconds > AT_ONCE_SECONDS_MAX:
            raise Discrepancy(f"{what} took {seconds:.1f} s")
        return (f"{method} {path}: 503 after {1000 * seconds:.0f} ms, Retry-After: {answer.retry_after}, "
                f"{answer.body['detail']!r}")

    def send_without_waiting(self, request):
        self.sent.append(request)
        answer = self.cluster.gateway.ask(request.method, request.path + "?wait_ms=0", request.body)
        expect(f"order {request.key}: status, of {answer}", answer and answer.status, 202)
        request.take(answer)
        return request

    def ended(self, request):
        until = time.monotonic() + END_SECONDS_MAX
        while (got := self.crowd.get(f"/v1/orders/{request.key}"))["status"] == "PENDING":
            if time.monotonic() > until:
                raise Discrepancy(f"order {request.key} has not ended after {END_SECONDS_MAX} s")
            time.sleep(0.05)
        return got

    def given_back(self, request, sku):
        """The order, which needs who is away, holds units of `sku`, which nobody else buys, and gives them back."""
        begin, held = time.monotonic(), False
        while not held or self.crowd.get(f"/v1/stock/{sku}")["held_units"]:
            held = held or self.crowd.get(f"/v1/stock/{sku}")["held_units"] > 0
            if time.monotonic() - begin > END_SECONDS_MAX:
                what = "still holds" if held else "does not hold"
                raise Discrepancy(f"order {request.key} {what} {sku} after {END_SECONDS_MAX} s without who is away")
            time.sleep(0.02)
        seconds = time.monotonic() - begin
        status = self.crowd.get(f"/v1/orders/{request.key}")["status"]
        if status == "CONFIRMED":
            raise Discrepancy(f"order {request.key} is CONFIRMED without who is away")
        return f"an order that needs who is away gives back what it held after {seconds:.1f} s, and is {status} then"

    def expect_cancelled(self, requests):
        """All of them, for want of an answer."""
        for request in requests:
            got = self.ended(request)
            expect(f"order {request.key} that needed who was away: status and reason",
                   (got["status"], got["reason"]["code"]), ("CANCELLED", "deadline_passed"))

    def expect_confirmed(self, request):
        got = self.ended(self.send_without_waiting(request))
        expect(f"order {request.key} once all are back: status and reason", (got["status"], got.get("reason")),
               ("CONFIRMED", None))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of souk-node and souk-replay")
    parser.add_argument("--seconds", type=float, default=2, help="of a window")
    parser.add_argument("--windows", type=int, default=2, help="pairs of windows")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--network", choices=networks.KINDS, default="auto")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="souk-unavailability-"))
    test = Test(options, folder)
    print(f"seed {options.seed}, on {test.cluster.about}", flush=True)
    with test.cluster:
        try:
            for line in test.go():
                print(line, flush=True)
        except (Discrepancy, NodeFailed) as failure:
            sys.exit(f"FAILED: {failure}\n{test.cluster.log_tails()}\ndata directories and logs: {folder}")
    shutil.rmtree(folder)


main()
