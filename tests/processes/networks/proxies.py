"""Where namespaces cannot be had, or nothing is to be cut: all nodes on 127.0.0.1."""

from .links import CUT, GOOD, LinkProgram


class Loopback:
    """Nodes that reach each other without anything in between; nothing can be cut."""

    kind = "127.0.0.1"

    def __init__(self, names, free_port):
        """`free_port`: gives a port of 127.0.0.1 that nobody listens on."""
        self.names, self.free_port, self.taken = list(names), free_port, set()
        self.node_ports = {name: self._port() for name in names}
        self.http_ports = {name: self._port() for name in names}

    def _port(self):
        while (found := self.free_port()) in self.taken:
            pass
        self.taken.add(found)
        return found

    def listens(self, name):
        return "127.0.0.1", self.node_ports[name]

    def seen_by(self, viewer, name):
        return self.listens(name)

    def http(self, name):
        return "127.0.0.1", self.http_ports[name]

    def inside(self, name):
        return []

    def run_in(self, name, function):
        return function()

    def close(self):
        pass


class Proxies(Loopback):
    """Between each two nodes a relay (relay.py) for each of the two who may dial. Cuts and slowness are those of
    connections instead of packets: good enough to test what nodes do about them, except for what a kernel says by
    itself (no route, connection reset by a host that came back)."""

    kind = "127.0.0.1 with a TCP relay for every directed pair of nodes"

    def __init__(self, names, free_port):
        super().__init__(names, free_port)
        self.ports = {(source, target): self._port() for source in names for target in names if source != target}
        self.links, self.unplugged = {}, set()
        self.relay = LinkProgram("relay.py", [f"{source},{target},{port},{self.node_ports[target]}"
                                              for (source, target), port in self.ports.items()])

    def seen_by(self, viewer, name):
        return self.listens(name) if viewer == name else ("127.0.0.1", self.ports[viewer, name])

    def set(self, source, target, link):
        self.links[source, target] = link
        self._tell(source, target)

    def unplug(self, name):
        self.unplugged.add(name)
        self._tell_all_of(name)

    def plug(self, name):
        self.unplugged.discard(name)
        self._tell_all_of(name)

    def close(self):
        self.relay.close()

    def _tell_all_of(self, name):
        for other in self.names:
            if other != name:
                self._tell(name, other)
                self._tell(other, name)

    def _tell(self, source, target):
        pulled = source in self.unplugged or target in self.unplugged
        self.relay.set(source, target, CUT if pulled else self.links.get((source, target), GOOD))
