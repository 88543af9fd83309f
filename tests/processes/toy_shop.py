"""A shop in memory that answers like a node, rightly or with one planted fault: what the auditor is tested on."""

from auditor import Crowd, worth
from client import Answer

FAULTS = ("forgets an order", "forgets a charge", "answers an order differently", "leaves an order open",
          "leaves stock held", "leaves money held", "leaves a coupon held", "sells units twice", "takes money twice",
          "loses units on cancel", "uses a coupon twice", "issues an ordinal twice", "issues one too many",
          "charges a wrong price", "ignores the discount", "cancels without a reason", "cancels a confirmed order")


class ToyShop(Crowd):
    """Stands where a Crowd stands: `ask` goes to the shop itself. One thread."""

    def __init__(self, fault=None):
        assert fault is None or fault in FAULTS
        self.fault = fault
        self.stock, self.wallets, self.coupons, self.campaigns, self.orders = {}, {}, {}, {}, {}
        self.charges, self.receipts = set(), set()

    def map(self, function, items):
        return [function(item) for item in items]

    def restart(self):
        """The moment at which a faulty shop loses, doubles or half-does something."""
        confirmed = [name for name, order in self.orders.items() if order["status"] == "CONFIRMED"]
        order = self.orders[confirmed[0]]
        match self.fault:
            case "forgets an order": del self.orders[confirmed[0]]
            case "forgets a charge": next(iter(self.wallets.values()))["charged_minor"] -= 1
            case "answers an order differently": order["total_minor"] += 1
            case "leaves an order open": order["status"] = "PENDING"
            case "leaves stock held": next(iter(self.stock.values()))["held_units"] += 1
            case "leaves money held": next(iter(self.wallets.values()))["held_minor"] += 1
            case "leaves a coupon held": next(iter(self.coupons.values()))["status"] = "HELD"
            case "cancels a confirmed order": order["status"] = "CANCELLED"

    def ask(self, method, path, body=None):
        match method, *path.split("?")[0].split("/")[2:]:
            case "GET", kind, name:
                return self.look(kind, name)
            case "PUT", "stock", sku:
                if sku not in self.stock:
                    self.stock[sku] = {"sku": sku, "currency": body["currency"],
                                       "unit_price_minor": body["unit_price_minor"],
                                       **dict.fromkeys(("received_units", "available_units", "held_units",
                                                        "sold_units"), 0)}
                return Answer(200, dict(self.stock[sku]))
            case "PUT", "campaigns", name:
                self.campaigns.setdefault(name, {"quantity": body["quantity"], "issued": {}, "terms": body})
                return Answer(200, {"campaign_id": name, "quantity": self.campaigns[name]["quantity"]})
            case "POST", "stock", sku, "receipts":
                return self.receive(self.stock[sku], body)
            case "POST", "wallets", name, "charges":
                return self.charge(name, body)
            case "POST", "campaigns", name, "coupons":
                return self.issue(name, body["customer_id"])
            case "POST", "coupons":
                return self.grant(body["coupon_id"], body["owner"], body)
            case "POST", "orders":
                if body["order_id"] not in self.orders:
                    self.orders[body["order_id"]] = self.order(body)
                return Answer(201, dict(self.orders[body["order_id"]]))
        raise AssertionError(f"the toy has no {method} {path}")

    def look(self, kind, name):
        if kind == "campaigns":
            campaign = self.campaigns[name]
            return Answer(200, {"quantity": campaign["quantity"], "issued": len(campaign["issued"])})
        found = getattr(self, kind).get(name)
        return Answer(200, dict(found)) if found else Answer(404, {"code": "unknown"})

    def receive(self, stock, body):
        if body["receipt_id"] not in self.receipts:
            self.receipts.add(body["receipt_id"])
            stock["received_units"] += body["units"]
            stock["available_units"] += body["units"]
        return Answer(200, dict(stock))

    def charge(self, name, body):
        wallet = self.wallets.setdefault(name, {"wallet_id": name, "currency": body["currency"], **dict.fromkeys(
            ("charged_minor", "balance_minor", "held_minor", "spent_minor", "refunded_minor"), 0)})
        if body["charge_id"] not in self.charges:
            self.charges.add(body["charge_id"])
            wallet["charged_minor"] += body["amount_minor"]
            wallet["balance_minor"] += body["amount_minor"]
        return Answer(200, dict(wallet))

    def grant(self, name, owner, terms):
        self.coupons.setdefault(name, {"coupon_id": name, "owner": owner, "status": "GRANTED",
                                       "discount": terms["discount"], "terms": terms})
        return Answer(201, dict(self.coupons[name]))

    def issue(self, name, customer):
        campaign = self.campaigns[name]
        issued, surplus = campaign["issued"], int(self.fault == "issues one too many")
        if customer not in issued:
            if len(issued) >= campaign["quantity"] + surplus:
                return Answer(409, {"code": "sold_out"})
            issued[customer] = max(1, len(issued) + (self.fault != "issues an ordinal twice"))
        coupon = f"{name}~{issued[customer]}"
        self.grant(coupon, customer, campaign["terms"])
        return Answer(200, {"ordinal": issued[customer], "coupon_id": coupon, "customer_id": customer})

    def cancelled(self, body, code):
        if self.fault == "loses units on cancel":
            self.stock[body["lines"][0]["sku"]]["available_units"] -= 1
        reason = {} if self.fault == "cancels without a reason" else {"reason": {"code": code}}
        return {"order_id": body["order_id"], "customer_id": body["customer_id"], "status": "CANCELLED", **reason}

    def order(self, body):
        wallet, coupon, need = self.wallets[body["customer_id"]], None, {}
        for line in body["lines"]:
            need[line["sku"]] = need.get(line["sku"], 0) + line["quantity"]
        if any(self.stock[sku]["available_units"] < units for sku, units in need.items()):
            return self.cancelled(body, "stock.out_of_stock")
        prices = [line.get("unit_price_minor", self.stock[line["sku"]]["unit_price_minor"]) +
                  (self.fault == "charges a wrong price") for line in body["lines"]]
        subtotal = sum(price * line["quantity"] for price, line in zip(prices, body["lines"]))
        discount = 0
        if "coupon_id" in body:
            coupon = self.coupons[body["coupon_id"]]
            used = coupon["status"] == "USED" and self.fault != "uses a coupon twice"
            if used or coupon["owner"] != body["customer_id"] or (
                    subtotal < coupon["terms"].get("minimum_total_minor", 0)):
                return self.cancelled(body, "coupon.refused")
            discount = 0 if self.fault == "ignores the discount" else worth(coupon["terms"], subtotal)
        total = subtotal - discount
        if wallet["balance_minor"] < total:
            return self.cancelled(body, "wallet.insufficient_funds")
        if coupon:
            coupon.update(status="USED", order_id=body["order_id"])
        wallet["balance_minor"] -= total
        wallet["spent_minor"] += total * (1 + (self.fault == "takes money twice"))
        for sku, units in need.items():
            self.stock[sku]["available_units"] -= units
            self.stock[sku]["sold_units"] += units * (1 + (self.fault == "sells units twice"))
        lines = [{**line, "unit_price_minor": price} for line, price in zip(body["lines"], prices)]
        return {"order_id": body["order_id"], "customer_id": body["customer_id"], "status": "CONFIRMED",
                "lines": lines, "subtotal_minor": subtotal, "discount_minor": discount, "total_minor": total}
