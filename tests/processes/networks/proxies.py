"""Where namespaces cannot be had: all nodes on 127.0.0.1, and between each two a relay (relay.py) a direction of
dialling. Cuts and slowness are those of connections instead of packets: good enough to test what nodes do about them,
except for what a kernel says by itself (no route, connection reset by a host that came back)."""

from .links import CUT, GOOD, LinkProgram


class Proxies:
    kind = "127.0.0.1 with a TCP relay for every directed pair of nodes"

    def __init__(self, names, free_port):
        """`free_port`: gives a port of 127.0.0.1 that nobody listens on."""
        taken = set()

        def port():
            while (found := free_port()) in taken:
                pass
            taken.add(found)
            return found

        self.names = list(names)
        self.node_ports = {name: port() for name in names}
        self.http_ports = {name: port() for name in names}
        self.ports = {(source, target): port() for source in names for target in names if source != target}
        self.links, self.unplugged = {}, set()
        self.relay = LinkProgram("relay.py", [f"{source},{target},{port},{self.node_ports[target]}"
                                              for (source, target), port in self.ports.items()])

    def listens(self, name):
        return "127.0.0.1", self.node_ports[name]

    def seen_by(self, viewer, name):
        return self.listens(name) if viewer == name else ("127.0.0.1", self.ports[viewer, name])

    def http(self, name):
        return "127.0.0.1", self.http_ports[name]

    def inside(self, name):
        return []

    def run_in(self, name, function):
        return function()

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
