"""An import that is interrupted, finished later, and compared with a computation of its own from the file."""

import csv
import re
import subprocess
from collections import Counter, defaultdict
from decimal import Decimal, InvalidOperation

from auditor import Discrepancy, expect

IMPORT_SECONDS_MAX = 120
CODE, CUSTOMER, INVOICE = "StockCode", "CustomerID", "InvoiceNo"


def importable(row):
    """The row's quantity and price in pence, or None if it cannot be an order's line."""
    try:
        quantity, pence = Decimal(row["Quantity"]), Decimal(row["UnitPrice"]) * 100
    except (InvalidOperation, TypeError):
        return None
    whole = quantity == int(quantity) and pence == int(pence)
    named = row[CUSTOMER] and row[CODE] and not row[INVOICE].startswith("C")
    return (int(quantity), int(pence)) if named and whole and quantity > 0 and pence >= 0 else None


def expected(rows):
    """What the rows come to, by this file's own reading of the rules.

    Orders (id -> customer, units, pence, time) and units (SKU -> units).
    """
    orders, units = defaultdict(lambda: [None, 0, 0, "9999"]), Counter()
    for row in rows:
        if (line := importable(row)) is None:
            continue
        quantity, pence = line
        order = orders[row[INVOICE]]
        order[0] = row[CUSTOMER].removesuffix(".0")
        order[1] += quantity
        order[2] += quantity * pence
        order[3] = min(order[3], row["InvoiceDate"].replace(" ", "T") + "Z")
        units[re.sub(r"[^A-Za-z0-9._~:@+-]", "_", row[CODE])] += quantity
    return dict(orders), units


def plain(rows):
    """The rows without the rare faults that the import's own tests look at: odd dates, sizes and codes, and
    invoices of two customers. Guests, cancellations, write-offs and broken numbers stay.
    """
    rows, customers = list(rows), defaultdict(set)
    for row in rows:
        customers[row[INVOICE]].add(row[CUSTOMER])
    return [row for row in rows if len(customers[row[INVOICE]]) == 1 and None not in row.values() and
            re.fullmatch(r"\d{4}-\d\d-[0-2]\d \d\d:\d\d:\d\d", row["InvoiceDate"]) and
            re.fullmatch(r"[0-9A-Za-z]*", row[CODE]) and len(row["Quantity"]) < 9]


class Import:
    """One round's import: the sample with ids of its own, so that nothing of it is there already."""

    def __init__(self, options, node, number):
        self.souk = str(options.bin / "souk")
        self.node = node
        self.number = number
        self.dies_with_node = number % 2 == 1  # else it has to live through the node's restart
        self.file = node.folder / f"import-{number}.csv"
        self.log = node.folder / "import.log"
        self.process = None
        self.rows = self.write(options.sample)

    def write(self, sample):
        """Writes the sample with the round's number in every id; returns its rows."""
        with open(sample, newline="", encoding="utf-8", errors="replace") as source:
            rows = plain(csv.DictReader(source))
        for row in rows:
            row[INVOICE] = re.sub(r"^(C?)", rf"\g<1>{self.number}0", row[INVOICE])
            row[CODE] = f"{row[CODE].strip()}-{self.number}" if row[CODE].strip() else ""
            row[CUSTOMER] = f"{self.number}0{row[CUSTOMER].strip()}" if row[CUSTOMER] else ""
        with open(self.file, "w", newline="", encoding="utf-8") as target:
            writer = csv.DictWriter(target, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        return rows

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.souk, "import", "online-retail", str(self.file), "--url", self.node.url],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def interrupted(self):
        """The node is gone. Every other import goes with it. Returns a word on what that meant."""
        if self.process.poll() is not None:
            return "import was done"
        if not self.dies_with_node:
            return "import lives on"
        self.process.kill()
        self.process.wait()
        return "import cut off"

    def finish(self):
        try:
            code = self.process.wait(IMPORT_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Discrepancy(f"the import of {self.file} had not ended after {IMPORT_SECONDS_MAX} s") from None
        return code

    def finish_and_check(self, crowd):
        """Runs the import to its end, however often it takes, and compares the node with the file."""
        if self.finish() != 0:
            self.start()
            expect(f"exit code of the import of {self.file} (see {self.log})", self.finish(), 0)
        orders, units = expected(self.rows)
        crowd.map(lambda order_id: self.check_order(crowd, order_id, *orders[order_id]), orders)
        spent = Counter()
        for customer, _, pence, _ in orders.values():
            spent[customer] += pence
        for customer, pence in (+spent).items():  # who only took what is free needs no wallet
            self.check_wallet(crowd.get(f"/v1/wallets/{customer}"), pence)
        crowd.map(lambda sku: self.check_stock(crowd.get(f"/v1/stock/{sku}"), units[sku]), units)
        self.file.unlink()

    def check_order(self, crowd, order_id, customer, units, pence, time):
        got = crowd.get(f"/v1/orders/{order_id}")
        expect(f"imported order {order_id}",
               (got["status"], got["customer_id"], sum(line["quantity"] for line in got["lines"]),
                got["total_minor"], got.get("ordered_at")), ("CONFIRMED", customer, units, pence, time))

    def check_wallet(self, got, pence):
        expect(f"wallet {got['wallet_id']} after the import",
               (got["charged_minor"], got["spent_minor"], got["balance_minor"], got["held_minor"]),
               (pence, pence, 0, 0))

    def check_stock(self, got, units):
        expect(f"stock of {got['sku']} after the import",
               (got["received_units"], got["sold_units"], got["available_units"], got["held_units"]),
               (units, units, 0, 0))
