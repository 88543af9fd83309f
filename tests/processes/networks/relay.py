#!/usr/bin/env python3
"""Carries TCP connections between nodes, late, slowly or not at all. A program: see links.LinkProgram.

    relay.py SOURCE,TARGET,PORT,TO_PORT...     who dials 127.0.0.1:PORT is SOURCE, and wants TARGET's 127.0.0.1:TO_PORT

A connection has two directions, which are two links: a cut of one leaves the other. What is on its way when a link is
cut waits, and so does the news that one end has closed or died; it arrives when the link is good again, as TCP sends
again what was lost. A connection that is dialled over a cut link is taken (the kernel does that) and then says nothing.
"""

import asyncio
import json
import os
import sys

from links import GOOD, Link

CHUNK_BYTES = 64 << 10
PIECE_BYTES = 4 << 10  # what a slow link gives at once
CHUNKS_UNDER_WAY = 16  # of a direction; then its reader waits, and the sender's socket fills
CUT_LOOK_SECONDS = 0.02

links = {}  # (source, target) -> Link


def link_of(pair):
    return links.get(pair, GOOD)


async def while_cut(pair):
    while link_of(pair).cut:
        await asyncio.sleep(CUT_LOOK_SECONDS)


async def take(reader, pair, queue):
    """Reads one direction; each chunk with the time at which it may arrive."""
    now = asyncio.get_running_loop().time
    data = b"."
    while data:
        try:
            data = await reader.read(CHUNK_BYTES)
        except OSError:
            data = b""
        await queue.put((now() + link_of(pair).delay_ms / 1000, data))


async def give(queue, pair, writer):
    """Writes one direction, until its end has arrived or nobody is there to take it."""
    now = asyncio.get_running_loop().time
    while True:
        due, data = await queue.get()
        await asyncio.sleep(max(0, due - now()))
        await while_cut(pair)
        if not data:
            return
        for begin in range(0, len(data), PIECE_BYTES):
            piece = data[begin:begin + PIECE_BYTES]
            if rate := link_of(pair).bytes_per_second:
                await asyncio.sleep(len(piece) / rate)
            await while_cut(pair)
            writer.write(piece)
            await writer.drain()


async def carry(source, target, to_port, reader, writer):
    there, back = (source, target), (target, source)
    closing, tasks = [writer], []
    try:
        await while_cut(there)
        await while_cut(back)
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", to_port)
        closing.append(far_writer)
        for pair, origin, destination in ((there, reader, far_writer), (back, far_reader, writer)):
            queue = asyncio.Queue(CHUNKS_UNDER_WAY)
            tasks += [asyncio.create_task(take(origin, pair, queue)),
                      asyncio.create_task(give(queue, pair, destination))]
        await asyncio.wait([tasks[1], tasks[3]], return_when=asyncio.FIRST_COMPLETED)
    except OSError:
        pass  # nobody listens there: the caller's connection ends
    finally:
        for task in tasks:
            task.cancel()
        for task in await asyncio.gather(*tasks, return_exceptions=True):
            pass
        for end in closing:
            end.close()


async def take_orders():
    loop, orders = asyncio.get_running_loop(), asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    print("ready", flush=True)
    while line := await orders.readline():
        source, target, link = json.loads(line)
        links[source, target] = Link(**link)
        print("done", flush=True)
    os._exit(0)


async def main(routes):
    for route in routes:
        source, target, port, to_port = route.split(",")

        async def accept(reader, writer, source=source, target=target, to_port=int(to_port)):
            await carry(source, target, to_port, reader, writer)

        await asyncio.start_server(accept, "127.0.0.1", int(port))
    await take_orders()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
