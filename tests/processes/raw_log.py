"""The log over HTTP, read by the description of its bytes (store/FORMAT.md) and by nothing of souk's own."""

import http.client
import struct
from typing import NamedTuple

from auditor import Discrepancy, expect

RECORD_TEXTS_AT = 52


class Record(NamedTuple):
    offset: int
    previous: int
    sequence: int
    stream: str
    correlation: str
    refused: bool


class Answer(NamedTuple):
    status: int
    headers: dict
    body: bytes

    def number(self, name):
        return int(self.headers[name])


class RawLog:
    """One connection. Belongs to one thread."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=90)

    def get(self, path):
        self.connection.request("GET", path)
        response = self.connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read())

    def read(self, partition, start, **parameters):
        """One answer's records from `start` on, and where to go on. `partition`: "order/3"."""
        query = "".join(f"&{name}={value}" for name, value in parameters.items())
        answer = self.get(f"/v1/log/{partition}/batches?from={start}{query}")
        expect(f"status of {partition} from {start} on, of {answer.body[:300]}", answer.status, 200)
        expect(f"Souk-From of {partition}", answer.number("Souk-From"), start)
        records = [record for value in values(answer.body) for record in records_of(value)
                   if record.offset >= start]
        expect(f"offsets of {partition} from {start} on", [record.offset for record in records],
               list(range(start, answer.number("Souk-Next"))))
        return records, answer.number("Souk-Next"), answer.number("Souk-End")

    def read_all(self, partition, start=1, bytes_max=1 << 20):
        found = []
        while True:
            records, start, end = self.read(partition, start, bytes_max=bytes_max)
            found += records
            if start == end:
                return found
            if not records:
                raise Discrepancy(f"{partition} gives nothing at {start}, and ends at {end}")


def values(body):
    """The batches of an answer's body."""
    while body:
        size, = struct.unpack_from("<I", body)
        if len(body) < 4 + size:
            raise Discrepancy(f"the body breaks off: {len(body) - 4} bytes of {size}")
        yield body[4:4 + size]
        body = body[4 + size:]


def records_of(value):
    magic, version, _, _, _, first, count = struct.unpack_from("<4sBBHQQI", value, 8)
    expect("magic and version of a batch", (magic, version), (b"BTCH", 2))
    begins = list(struct.unpack_from(f"<{count}I", value, 40)) + [len(value)]
    for index in range(count):
        yield record_of(value[begins[index]:begins[index + 1]], first + index)


def record_of(record, offset):
    previous, sequence = struct.unpack_from("<QQ", record)
    at, found = RECORD_TEXTS_AT, []
    for _ in range(4):  # stream, command, causation, correlation
        size, at = varint(record, at)
        found.append(record[at:at + size].decode())
        at += size
    return Record(offset, previous, sequence, found[0], found[3], bool(record[48] & 2))


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 0x7f) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 0x80:
            return value, at


def expect_streams_whole(partition, records):
    """Each stream's records: 1, 2, 3 ..., each naming the one before. Returns stream -> its last record."""
    last = {}
    for record in records:
        before = last.get(record.stream)
        expect(f"{partition}@{record.offset}: previous and sequence of {record.stream}",
               (record.previous, record.sequence),
               (before.offset, before.sequence + 1) if before else (0, 1))
        last[record.stream] = record
    return last
