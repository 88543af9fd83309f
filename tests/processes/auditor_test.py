#!/usr/bin/env python3
"""The auditor finds every fault that is planted in a toy shop, and none in one that works."""

import sys

import auditor
from auditor import Auditor, Discrepancy
from toy_shop import FAULTS, ToyShop
from workload import Shopper, World

SEED, REQUESTS = 11, 1500


class Line:
    """A shopper's connection to the toy: every tenth answer is lost on the way, as in a kill."""

    def __init__(self, shop):
        self.shop, self.count = shop, 0

    def ask(self, method, path, body=None):
        self.count += 1
        answer = self.shop.ask(method, path, body)
        return None if self.count % 10 == 0 else answer

    def close(self):
        pass


class Shopping(Shopper):
    """One shopper that goes on when an answer is lost, and says every request once only."""

    def __init__(self, world, shop):
        super().__init__(world, 0, 1, 1)
        self.client = Line(shop)

    def shop(self, requests):
        for _ in range(requests):
            request = self.next_request()
            self.sent.append(request)
            answer = self.client.ask(request.method, request.path, request.body)
            if answer is not None:
                self.keep(request, answer)


def verdict(fault):
    """What the auditor says of a toy with this fault; None if nothing."""
    world, shop = World(SEED), ToyShop(fault)
    judge = Auditor(world.prices)
    try:
        judge.set_up(shop, [*world.first_requests(), world.round_request(1)])
        shopping = Shopping(world, shop)
        shopping.shop(REQUESTS)
        shop.restart()
        judge.audit(shop, shopping.sent)
        judge.compare_everything(shop)
    except Discrepancy as found:
        return str(found)
    return None


auditor.REST_SECONDS_MAX = 0.2
if found := verdict(None):
    sys.exit(f"the auditor found a fault in a shop that has none: {found}")
for fault in FAULTS:
    found = verdict(fault)
    if found is None:
        sys.exit(f"the auditor did not find that the shop {fault}")
    print(f"{fault}: {found[:100]}")
