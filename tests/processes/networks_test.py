#!/usr/bin/env python3
"""The networks of clusters under test do what faults ask of them: cuts cut, in one direction if so wanted; what was cut
off arrives when the link is good again; slow links are slow; other links do not notice. Proved with sockets."""

import argparse
import contextlib
import itertools
import select
import socket
import sys
import time

from auditor import Discrepancy, expect
from networks import CUT, GOOD, Link, Namespaces, Proxies, namespaces
from node import free_port

NAMES = ("here", "there", "aside")
SOON, NEVER = 5.0, 0.4  # seconds: what has to come has until then; what must not come is waited for so long


names = (b"%06d" % number for number in itertools.count())


def says(receiver, name):
    got = b""
    with contextlib.suppress(OSError):
        while len(got) < len(name) and (piece := receiver.recv(len(name) - len(got))):
            got += piece
    return got == name


def dialled(network, dialler, target, seconds):
    """Both ends of a new connection from one node to another, or None if nobody gets through. What was dialled over a
    link that was cut, and given up, may get through when the link is good again: the newest says its name first."""
    name = next(names)
    with network.run_in(target, lambda: socket.create_server(network.listens(target))) as server:
        try:
            near = network.run_in(dialler, lambda: socket.create_connection(
                network.seen_by(dialler, target), timeout=seconds))
            near.sendall(name)
        except OSError:
            return None
        until = time.monotonic() + seconds
        while select.select([server], [], [], max(0, until - time.monotonic()))[0]:
            far, _ = server.accept()
            far.settimeout(SOON)
            if says(far, name):
                return near, far
            far.close()
        near.close()
        return None


class Line:
    """A connection that one node has dialled to another, with both its ends. The link between them is good."""

    def __init__(self, network, dialler, target):
        ends = dialled(network, dialler, target, SOON)
        check("a good link can be dialled over", ends)
        self.near, self.far = ends

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.near.close()
        self.far.close()


def comes(sender, receiver, text):
    """Whether what is sent now arrives soon."""
    sender.sendall(text)
    return arrives(receiver, text, SOON)


def arrives(receiver, text, seconds):
    got, until = b"", time.monotonic() + seconds
    while got != text and (left := until - time.monotonic()) > 0 and select.select([receiver], [], [], left)[0]:
        piece = receiver.recv(len(text) - len(got))
        check("the connection stands", piece)
        got += piece
    expect("what arrived", got in (b"", text), True)
    return got == text


def can_dial(network, dialler, target, seconds=SOON):
    """Whether a new connection gets through to a listener and back."""
    ends = dialled(network, dialler, target, seconds)
    if not ends:
        return False
    near, far = ends
    with near, far, contextlib.suppress(OSError):
        far.sendall(b"hello")
        return arrives(near, b"hello", seconds)
    return False


def check(what, truth):
    if not truth:
        raise Discrepancy(f"not so: {what}")


def one_way_cut(network):
    with Line(network, "here", "there") as line, Line(network, "here", "aside") as other:
        check("a good link carries there", comes(line.near, line.far, b"one"))
        check("a good link carries back", comes(line.far, line.near, b"two"))
        network.set("here", "there", CUT)
        line.near.sendall(b"three")
        check("a cut link carries nothing", not arrives(line.far, b"three", NEVER))
        check("the other direction goes on", comes(line.far, line.near, b"four"))
        check("other links do not notice", comes(other.near, other.far, b"five"))
        check("nobody can be dialled over a cut link", not can_dial(network, "here", "there", NEVER))
        check("nor the other way round: the answer is cut", not can_dial(network, "there", "here", NEVER))
        check("others can be dialled", can_dial(network, "here", "aside"))
        network.set("here", "there", GOOD)
        check("what was sent meanwhile arrives in the end", arrives(line.far, b"three", SOON))
        check("and what is sent now", comes(line.near, line.far, b"six"))
    check("a link that was healed can be dialled over", can_dial(network, "here", "there"))


def full_cut(network):
    with Line(network, "there", "here") as line:
        for pair in (("here", "there"), ("there", "here")):
            network.set(*pair, CUT)
        line.near.sendall(b"near")
        line.far.sendall(b"far")
        check("a full cut carries nothing there", not arrives(line.far, b"near", NEVER))
        check("a full cut carries nothing back", not arrives(line.near, b"far", 0))
        for pair in (("here", "there"), ("there", "here")):
            network.set(*pair, GOOD)
        check("it arrives there", arrives(line.far, b"near", SOON))
        check("it arrives back", arrives(line.near, b"far", SOON))


def closing_is_cut_too(network):
    with Line(network, "here", "there") as line:
        network.set("here", "there", CUT)
        line.near.close()
        check("nobody hears of an end over a cut link", not select.select([line.far], [], [], NEVER)[0])
        network.set("here", "there", GOOD)
        check("it is heard of later", select.select([line.far], [], [], SOON)[0])
        expect("what is heard", line.far.recv(1), b"")


def slow_link(network):
    delay_ms, rate, size = 120, 400_000, 300_000
    with Line(network, "here", "there") as line:
        network.set("here", "there", Link(delay_ms=delay_ms))
        begin = time.monotonic()
        check("a slow link carries there", comes(line.near, line.far, b"ping"))
        check("and back", comes(line.far, line.near, b"pong"))
        check("not before its delay", 1000 * (time.monotonic() - begin) >= delay_ms)
        network.set("here", "there", Link(bytes_per_second=rate))
        begin = time.monotonic()
        line.near.sendall(b"x" * size)
        check("a narrow link carries all", arrives(line.far, b"x" * size, SOON))
        seconds = time.monotonic() - begin
        check(f"but not faster than it is wide ({seconds:.2f} s)", seconds >= 0.5 * size / rate)
        network.set("here", "there", GOOD)
        check("then it is good again", comes(line.near, line.far, b"done"))


def unplugged(network):
    with Line(network, "here", "there") as line, Line(network, "aside", "there") as other:
        network.unplug("here")
        check("an unplugged node dials nobody", not can_dial(network, "here", "there", NEVER))
        check("and nobody dials it", not can_dial(network, "there", "here", NEVER))
        line.far.sendall(b"held")
        check("nothing reaches it", not arrives(line.near, b"held", NEVER))
        check("others do not notice", comes(other.near, other.far, b"there"))
        network.set("here", "there", CUT)
        network.plug("here")
        check("a link that was cut meanwhile stays cut", not can_dial(network, "here", "there", NEVER))
        network.set("here", "there", GOOD)
        check("what was sent to it arrives in the end", arrives(line.near, b"held", SOON))
        check("it can dial again", can_dial(network, "here", "there"))


def prove(network):
    print(network.kind, flush=True)
    for proof in (one_way_cut, full_cut, closing_is_cut_too, slow_link, unplugged):
        proof(network)
        print(f"    {proof.__name__.replace('_', ' ')}: yes", flush=True)
    network.close()


def main():
    argparse.ArgumentParser(description=__doc__).parse_args()
    why_not = namespaces.why_not()
    try:
        prove(Proxies(NAMES, free_port))
        if why_not:
            print(f"no network namespaces on this machine: {why_not}")
        else:
            prove(Namespaces(NAMES))
    except Discrepancy as failure:
        sys.exit(f"FAILED: {failure}")


main()
