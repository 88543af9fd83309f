-- script/check-import: table `raw` holds the CSV file as text, a row a line, columns named by its header.

-- Texts without white space at the ends; ids without a spreadsheet's ".0"; decimals cut into their parts.
create table row as
select rowid as n, country is null as cut_off,
       trim(invoiceno) as invoice,
       case when trim(customerid) glob '*[0-9].0' then substr(trim(customerid), 1, length(trim(customerid)) - 2)
            else trim(customerid) end as customer,
       trim(stockcode) as code, trim(quantity) as q, trim(unitprice) as p, trim(invoicedate) as moment,
       ltrim(trim(unitprice), '-') as magnitude
from raw;

-- Dates, as 2010-12-01 08:26:00 or month first, as 12/1/2010 8:26; in the words of RFC 3339, taken as UTC.
create table dated as
with day(n, moment, month, rest) as (
       select n, moment, cast(moment as integer), substr(moment, instr(moment, '/') + 1) from row),
     year(n, moment, month, day, rest) as (
       select n, moment, month, cast(rest as integer), substr(rest, instr(rest, '/') + 1) from day)
select n,
       case
         when datetime(moment) is not null then strftime('%Y-%m-%dT%H:%M:%SZ', moment)
         when moment glob '[0-9]*/[0-9]*/[0-9][0-9][0-9][0-9] [0-9]*:[0-9][0-9]'
           then printf('%04d-%02d-%02dT%02d:%02d:00Z', cast(rest as integer), month, day,
                       cast(substr(rest, 6) as integer), cast(substr(rest, instr(rest, ':') + 1) as integer))
       end as ordered_at
from year;

-- Quantities are whole numbers; prices are counted in millionths, by moving the decimal point in the text.
create table number as
select n,
       q <> '' and ltrim(q, '-') not glob '*[^0-9]*' and length(q) - length(ltrim(q, '-')) <= 1 as q_good,
       p <> '' and magnitude not glob '*[^0-9.]*' and magnitude not glob '*.*.*' and magnitude <> '.' and
         length(p) - length(magnitude) <= 1 as p_good,
       case when p like '-%' then -1 else 1 end *
         cast(case when instr(magnitude, '.') = 0 then magnitude || '000000'
              else substr(magnitude, 1, instr(magnitude, '.') - 1) ||
                   substr(substr(magnitude, instr(magnitude, '.') + 1) || '000000', 1, 6) end as integer) as price,
       instr(magnitude, '.') > 0 and rtrim(substr(magnitude, instr(magnitude, '.') + 3), '0') <> '' as fraction
from row;

create table judged as
select n, cut_off, invoice, customer, code, ordered_at,
       replace(code, ' ', '_') as sku,
       iif(q_good, cast(q as integer), 0) as quantity,
       iif(p_good, price, 0) as price,
       case
         when cut_off then 'field_count'
         when upper(substr(invoice, 1, 1)) = 'C' then 'cancellation'
         when customer = '' then 'no_customer'
         when invoice = '' or code = '' or invoice glob '*[^A-Za-z0-9_.~:@+-]*' or
              customer glob '*[^A-Za-z0-9_.~:@+-]*' then 'bad_id'
         when not q_good or not p_good then 'bad_number'
         when ordered_at is null then 'bad_date'
         when cast(q as integer) > 1000000000000 then 'too_large'
         when cast(q as integer) <= 0 then 'non_positive_quantity'
         when price < 0 then 'negative_price'
         when fraction then 'fraction_of_minor_unit'
       end as reason
from row join number using (n) join dated using (n);

-- Of two stock codes with the same SKU, the one that comes first in the file has it.
create table first_code as
select sku, code, min(n) from judged where reason is null group by sku;
create unique index first_code_sku on first_code (sku);
update judged set reason = 'sku_collision'
where reason is null and code <> (select code from first_code where first_code.sku = judged.sku);

create table crowded as
select invoice, count(distinct customer) as customers, count(*) as lines
from judged where reason is null group by invoice;
create unique index crowded_invoice on crowded (invoice);
update judged set reason = 'two_customers'
where reason is null and (select customers from crowded where crowded.invoice = judged.invoice) > 1;
update judged set reason = 'order_too_large'
where reason is null and (select lines from crowded where crowded.invoice = judged.invoice) > 2000;

select 'order', invoice, customer, count(*), sum(quantity), sum(quantity * price) / 10000
from judged where reason is null group by invoice order by min(n);
select 'ordered', invoice, min(ordered_at) from judged where reason is null group by invoice order by min(n);
select 'stock', sku, sum(quantity) from judged where reason is null group by sku order by sku;
select 'customer', customer, count(distinct invoice), sum(quantity * price) / 10000
from judged where reason is null group by customer order by customer;
select 'total', count(distinct invoice), count(*), coalesce(sum(quantity), 0), coalesce(sum(quantity * price), 0) / 10000
from judged where reason is null;
select 'skipped', reason, count(*), sum(iif(cut_off, 0, quantity)), sum(iif(cut_off, 0, quantity * price))
from judged where reason is not null group by reason order by reason;
