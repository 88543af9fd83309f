#!/usr/bin/env python3
"""Carries IP packets between TUN devices, late, slowly or not at all. A program: see links.LinkProgram.

    delay_line.py ADDRESS=FD...     the TUN device of the node with this address

A packet that a node's kernel routes into its device comes out of the device of the node that it is addressed to, after
what the link of these two does to it. It knows nothing of TCP: what it drops is sent again by the kernels, as on a
real line. So nothing is asked of the kernel but TUN (netem is a module that many kernels come without).
"""

import heapq
import json
import os
import selectors
import socket
import sys
import time

from links import BUFFER_SECONDS, GOOD, Link

READ_BYTES = 65536
PACKETS_AT_ONCE = 64


class Line:
    """One direction between two nodes."""

    def __init__(self):
        self.link = GOOD
        self.free_at = 0.0  # when the last bit of what was taken has left

    def due(self, now, size):
        """When a packet that comes now arrives; None: never."""
        if self.link.cut:
            return None
        sent = now
        if self.link.bytes_per_second:
            begins = max(now, self.free_at)
            if begins - now > BUFFER_SECONDS:
                return None
            sent = self.free_at = begins + size / self.link.bytes_per_second
        return sent + self.link.delay_ms / 1000


class DelayLine:
    def __init__(self, devices):
        self.devices = devices  # address as four bytes -> fd
        self.lines = {}  # (source, target) -> Line
        self.waiting, self.count = [], 0
        self.selector = selectors.DefaultSelector()
        for fd in devices.values():
            os.set_blocking(fd, False)
            self.selector.register(fd, selectors.EVENT_READ, self.take_packets)
        os.set_blocking(sys.stdin.fileno(), False)
        self.selector.register(sys.stdin, selectors.EVENT_READ, self.take_orders)
        self.orders = b""

    def line(self, source, target):
        return self.lines.setdefault((source, target), Line())

    def run(self):
        print("ready", flush=True)
        while True:
            pause = max(0.0, self.waiting[0][0] - time.monotonic()) if self.waiting else None
            for key, _ in self.selector.select(pause):
                key.data(key.fd)
            while self.waiting and self.waiting[0][0] <= time.monotonic():
                _, _, fd, packet = heapq.heappop(self.waiting)
                try:
                    os.write(fd, packet)
                except OSError:
                    pass  # its device is down or full: lost, like any packet

    def take_packets(self, fd):
        for _ in range(PACKETS_AT_ONCE):
            try:
                packet = os.read(fd, READ_BYTES)
            except OSError:
                return
            source, target = packet[12:16], packet[16:20]
            if packet[0] >> 4 != 4 or target not in self.devices:
                continue
            due = self.line(source, target).due(time.monotonic(), len(packet))
            if due is not None:
                self.count += 1
                heapq.heappush(self.waiting, (due, self.count, self.devices[target], packet))

    def take_orders(self, fd):
        data = os.read(fd, READ_BYTES)
        if not data:
            sys.exit(0)
        *lines, self.orders = (self.orders + data).split(b"\n")
        for line in lines:
            source, target, link = json.loads(line)
            self.line(socket.inet_aton(source), socket.inet_aton(target)).link = Link(**link)
            print("done", flush=True)


if __name__ == "__main__":
    pairs = (argument.split("=") for argument in sys.argv[1:])
    DelayLine({socket.inet_aton(address): int(fd) for address, fd in pairs}).run()
