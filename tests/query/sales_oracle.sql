-- What an import must have sold, from the CSV file alone: run after script/check-import.sql, whose table `judged`
-- has a row of the file a row. Nothing here comes from souk.

-- An order, with souk's way of writing a time.
create table bill as
select invoice as order_id, customer as customer_id, replace(min(ordered_at), 'Z', '.000000Z') as ordered_at,
       count(*) as line_count, sum(quantity) as units, sum(quantity * price) / 10000 as total_minor
from judged where reason is null group by invoice;
create unique index bill_order on bill (order_id);

-- A line of one.
create table line as
select n, order_id, customer_id, bill.ordered_at, sku, quantity, price / 10000 as unit_price_minor,
       quantity * price / 10000 as line_total_minor,
       row_number() over (partition by order_id order by n) as line_number
from judged join bill on order_id = invoice where reason is null;

-- Orders that the test places for what is sold out: the test fills it in.
create table refused (order_id text, customer_id text, sku text);
