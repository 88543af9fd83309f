"""What is asked of the read models, and of a CSV file in the words of sales_oracle.sql: both must say the same.

A question's oracle names its columns as souk-query's JSON does; others of the answer are not compared.
"""

from dataclasses import dataclass, field


@dataclass
class Question:
    words: list  # of the command line
    oracle: str
    parameters: dict = field(default_factory=dict)  # the oracle's
    section: str = ""  # of an answer that has several parts
    in_order: bool = True  # else the answer's rows may come in any

    @property
    def name(self):
        return "souk-query " + " ".join(self.words)


def sql(words, oracle, **options):
    return Question(["sql", " ".join(words.split()), "--all"], oracle, **options)


ORDERS = """SELECT order_id, customer_id, 'CONFIRMED' AS status, ordered_at, line_count, units, total_minor FROM bill
            WHERE {} ORDER BY ordered_at DESC, order_id DESC"""

# SQL of an analyst, on the documented tables, and on the file.
ANALYST = [
    sql("SELECT status, count(*) AS orders, sum(units) AS units FROM orders GROUP BY status ORDER BY status",
        """SELECT 'CANCELLED' AS status, count(*) AS orders, count(*) AS units FROM refused
           UNION ALL SELECT 'CONFIRMED', count(*), sum(units) FROM bill"""),
    # top customers
    sql("""SELECT customer_id, count(*) AS orders, sum(total_minor) AS total FROM orders WHERE status = 'CONFIRMED'
           GROUP BY customer_id ORDER BY total DESC, customer_id LIMIT 25""",
        """SELECT customer_id, count(*) AS orders, sum(total_minor) AS total FROM bill
           GROUP BY customer_id ORDER BY total DESC, customer_id LIMIT 25"""),
    # average basket, by day
    sql("""SELECT substr(ordered_at, 1, 10) AS day, avg(total_minor) AS basket, avg(line_count) AS lines,
           max(total_minor) AS largest FROM orders WHERE status = 'CONFIRMED' GROUP BY day ORDER BY day""",
        """SELECT substr(ordered_at, 1, 10) AS day, avg(total_minor) AS basket, avg(line_count) AS lines,
           max(total_minor) AS largest FROM bill GROUP BY day ORDER BY day"""),
    # busiest hours of the day
    sql("""SELECT CAST(strftime('%H', ordered_at) AS INTEGER) AS hour, count(*) AS orders FROM orders
           WHERE status = 'CONFIRMED' GROUP BY hour ORDER BY orders DESC, hour""",
        """SELECT CAST(substr(ordered_at, 12, 2) AS INTEGER) AS hour, count(*) AS orders FROM bill
           GROUP BY hour ORDER BY orders DESC, hour"""),
    # cancelled orders, and whose fault that was
    sql("""SELECT o.order_id, o.customer_id, o.reason_code, o.reason_subject AS sku, l.quantity FROM orders AS o
           JOIN order_lines AS l USING (order_id) WHERE o.status = 'CANCELLED' ORDER BY o.order_id""",
        """SELECT order_id, customer_id, 'stock.out_of_stock' AS reason_code, sku, 1 AS quantity FROM refused
           ORDER BY order_id"""),
    # units by day, from the hours
    sql("""SELECT substr(hour, 1, 10) AS day, sum(units) AS units, sum(lines) AS lines, sum(revenue_minor) AS revenue
           FROM sales_by_hour GROUP BY day ORDER BY day""",
        """SELECT substr(ordered_at, 1, 10) AS day, sum(quantity) AS units, count(*) AS lines,
           sum(line_total_minor) AS revenue FROM line GROUP BY day ORDER BY day"""),
    # median order value
    sql("""SELECT avg(total_minor) AS median FROM (SELECT total_minor, row_number() OVER (ORDER BY total_minor) AS n,
           count(*) OVER () AS count FROM orders WHERE status = 'CONFIRMED')
           WHERE n IN ((count + 1) / 2, (count + 2) / 2)""",
        """WITH sorted AS (SELECT total_minor FROM bill ORDER BY total_minor)
           SELECT avg(total_minor) AS median FROM (SELECT total_minor FROM sorted
           LIMIT 2 - (SELECT count(*) FROM bill) % 2 OFFSET ((SELECT count(*) FROM bill) - 1) / 2)"""),
    # the day's running total
    sql("""SELECT day, sum(revenue_minor) OVER (ORDER BY day) AS so_far FROM daily_revenue ORDER BY day""",
        """SELECT DISTINCT substr(a.ordered_at, 1, 10) AS day, (SELECT sum(b.total_minor) FROM bill AS b
           WHERE substr(b.ordered_at, 1, 10) <= substr(a.ordered_at, 1, 10)) AS so_far FROM bill AS a ORDER BY day"""),
    # each day's best SKU by revenue
    sql("""SELECT day, sku, revenue FROM (SELECT substr(hour, 1, 10) AS day, sku, sum(revenue_minor) AS revenue,
           row_number() OVER (PARTITION BY substr(hour, 1, 10) ORDER BY sum(revenue_minor) DESC, sku) AS place
           FROM sales_by_hour GROUP BY 1, 2) WHERE place = 1 ORDER BY day""",
        """WITH sold AS (SELECT substr(ordered_at, 1, 10) AS day, sku, sum(line_total_minor) AS revenue FROM line
           GROUP BY 1, 2) SELECT day, sku, revenue FROM sold AS a WHERE NOT EXISTS (SELECT 1 FROM sold AS b
           WHERE a.day = b.day AND (b.revenue > a.revenue OR b.revenue = a.revenue AND b.sku < a.sku)) ORDER BY day"""),
    # what is bought together
    sql("""SELECT a.sku AS one, b.sku AS other, count(DISTINCT a.order_id) AS orders FROM order_lines AS a
           JOIN order_lines AS b ON b.order_id = a.order_id AND b.sku > a.sku
           GROUP BY one, other ORDER BY orders DESC, one, other LIMIT 20""",
        """WITH bought AS (SELECT DISTINCT order_id, sku FROM line)
           SELECT a.sku AS one, b.sku AS other, count(*) AS orders FROM bought AS a JOIN bought AS b USING (order_id)
           WHERE a.sku < b.sku GROUP BY one, other ORDER BY orders DESC, one, other LIMIT 20"""),
    # customers who came back, and after how long
    sql("""SELECT customer_id, count(*) AS times, min(gap) AS soonest FROM (SELECT customer_id, CAST(round((julianday(
           ordered_at) - julianday(lag(ordered_at) OVER (PARTITION BY customer_id ORDER BY ordered_at, order_id)))
           * 1440) AS INTEGER) AS gap FROM orders WHERE status = 'CONFIRMED') WHERE gap IS NOT NULL
           GROUP BY customer_id ORDER BY customer_id""",
        """SELECT customer_id, count(*) - 1 AS times, (SELECT min(strftime('%s', later.ordered_at) - strftime('%s',
           earlier.ordered_at)) / 60 FROM bill AS earlier JOIN bill AS later USING (customer_id)
           WHERE customer_id = bill.customer_id AND (later.ordered_at, later.order_id) >
           (earlier.ordered_at, earlier.order_id)) AS soonest
           FROM bill GROUP BY customer_id HAVING count(*) > 1 ORDER BY customer_id"""),
    # the prices that each SKU was sold at
    sql("""SELECT sku, count(DISTINCT unit_price_minor) AS prices, min(unit_price_minor) AS lowest,
           max(unit_price_minor) AS highest FROM order_lines WHERE unit_price_minor IS NOT NULL
           GROUP BY sku ORDER BY sku""",
        """SELECT sku, count(DISTINCT unit_price_minor) AS prices, min(unit_price_minor) AS lowest,
           max(unit_price_minor) AS highest FROM line GROUP BY sku ORDER BY sku"""),
    # customers by what they spent, from their wallets
    sql("""SELECT wallet_id, spent_minor, balance_minor, held_minor FROM wallets WHERE spent_minor > 0
           ORDER BY spent_minor DESC, wallet_id""",
        """SELECT customer_id AS wallet_id, sum(total_minor) AS spent_minor, 0 AS balance_minor, 0 AS held_minor
           FROM bill GROUP BY customer_id HAVING spent_minor > 0 ORDER BY spent_minor DESC, wallet_id"""),
    # money taken, and what it was for
    sql("""SELECT count(*) AS wrong FROM wallet_movements AS m JOIN orders AS o ON o.order_id = m.cause
           WHERE m.kind = 'SPEND' AND (m.amount_minor <> o.total_minor OR m.wallet_id <> o.customer_id)""",
        "SELECT 0 AS wrong"),
    sql("""SELECT cause AS order_id, amount_minor AS total_minor FROM wallet_movements WHERE kind = 'SPEND'
           AND amount_minor > 0 ORDER BY cause""",
        "SELECT order_id, total_minor FROM bill WHERE total_minor > 0 ORDER BY order_id"),
    # the longest invoices, line by line
    sql("""SELECT order_id, line_number, sku, quantity, unit_price_minor, line_total_minor FROM order_lines
           WHERE order_id IN (SELECT order_id FROM orders WHERE status = 'CONFIRMED'
           ORDER BY line_count DESC, order_id LIMIT 5) ORDER BY order_id, line_number""",
        """SELECT order_id, line_number, sku, quantity, unit_price_minor, line_total_minor FROM line
           WHERE order_id IN (SELECT order_id FROM bill ORDER BY line_count DESC, order_id LIMIT 5)
           ORDER BY order_id, line_number"""),
    # who buys everything in small pieces: quartiles by a window
    sql("""SELECT quartile, count(*) AS customers, min(orders) AS fewest, max(orders) AS most FROM (SELECT customer_id,
           count(*) AS orders, ntile(4) OVER (ORDER BY count(*), customer_id) AS quartile FROM orders
           WHERE status = 'CONFIRMED' GROUP BY customer_id) GROUP BY quartile ORDER BY quartile""",
        """WITH ranked AS (SELECT customer_id, count(*) AS orders, ntile(4) OVER (ORDER BY count(*), customer_id)
           AS quartile FROM bill GROUP BY customer_id) SELECT quartile, count(*) AS customers, min(orders) AS fewest,
           max(orders) AS most FROM ranked GROUP BY quartile ORDER BY quartile"""),
]


def sales(last_day):
    """Best sellers up to that day, and revenue."""
    for days in (1, 3, 7, 30):
        for by, column in (("units", "units"), ("revenue", "revenue_minor")):
            yield Question(
                ["best-sellers", "--days", str(days), "--until", last_day, "--by", by, "--all"],
                f"""SELECT sku, count(*) AS lines, sum(quantity) AS units, sum(line_total_minor) AS revenue_minor,
                    'GBP' AS currency FROM line WHERE substr(ordered_at, 1, 10) > date(:day, '-{days} days')
                    GROUP BY sku ORDER BY {column} DESC""", {"day": last_day}, in_order=False)
    for by, length in (("day", 10), ("month", 7)):
        yield Question(["revenue", "--by", by, "--all"],
                       f"""SELECT substr(ordered_at, 1, {length}) AS {by}, count(*) AS orders, sum(units) AS units,
                           sum(total_minor) AS revenue_minor, 0 AS discount_minor FROM bill GROUP BY 1 ORDER BY 1""")
    yield Question(["revenue", "--since", last_day, "--until", last_day],
                   """SELECT substr(ordered_at, 1, 10) AS day, sum(total_minor) AS revenue_minor FROM bill
                      WHERE substr(ordered_at, 1, 10) = :day GROUP BY 1""", {"day": last_day})


def lists(last_day, sku):
    """Orders by this and that, and stock."""
    yield Question(["orders", "--status", "confirmed", "--all"], ORDERS.format("true"))
    yield Question(["orders", "--since", last_day, "--until", last_day, "--all"],
                   ORDERS.format("substr(ordered_at, 1, 10) = :day"), {"day": last_day})
    yield Question(["orders", "--status", "confirmed", "--sku", sku, "--all"],
                   ORDERS.format("order_id IN (SELECT order_id FROM line WHERE sku = :sku)"), {"sku": sku})
    yield Question(["orders", "--status", "cancelled", "--all"],
                   "SELECT order_id, customer_id, 'CANCELLED' AS status, 1 AS units FROM refused", in_order=False)
    yield Question(["stock", "--all"],
                   """SELECT sku, sum(quantity) AS received, sum(quantity) AS sold, 0 AS available, 0 AS held,
                      0 AS on_hand FROM line GROUP BY sku ORDER BY sku""")


def of_customer(customer):
    words = {"customer": customer}
    yield Question(["orders", "--status", "confirmed", "--customer", customer, "--all"],
                   ORDERS.format("customer_id = :customer"), words)
    yield Question(["wallet", customer, "--all"],
                   """SELECT customer_id AS wallet_id, sum(total_minor) AS charged_minor,
                      sum(total_minor) AS spent_minor, 0 AS balance_minor, 0 AS held_minor, 'GBP' AS currency
                      FROM bill WHERE customer_id = :customer""", words, section="wallet")
    yield Question(["sql", "SELECT order_id, ordered_at, items FROM customer_orders WHERE customer_id = :c AND "
                    "status = 'CONFIRMED' ORDER BY ordered_at, order_id", "--param", f"c='{customer}'", "--all"],
                   """SELECT order_id, ordered_at, (SELECT group_concat(quantity || ' x ' || sku, ', ') FROM
                      (SELECT * FROM line WHERE line.order_id = bill.order_id ORDER BY line_number)) AS items
                      FROM bill WHERE customer_id = :customer ORDER BY ordered_at, order_id""", words)


def of_order(order):
    words = {"order": order}
    yield Question(["order", order], ORDERS.format("order_id = :order"), words, section="order")
    yield Question(["order", order],
                   """SELECT line_number, sku, quantity, unit_price_minor, line_total_minor FROM line
                      WHERE order_id = :order ORDER BY line_number""", words, section="lines")
