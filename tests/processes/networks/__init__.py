"""Networks for clusters under test, whose links can be cut in one direction or both, slowed, and healed."""

from . import namespaces
from .links import CUT, GOOD, Link
from .namespaces import Namespaces
from .proxies import Loopback, Proxies

__all__ = ["CUT", "GOOD", "KINDS", "Link", "Loopback", "Namespaces", "Proxies", "make"]

KINDS = ("auto", "namespaces", "proxies")  # and "loopback", where nothing is cut


def make(kind, names, free_port):
    """A network for nodes with these names, and a sentence about it. Call it before there are threads."""
    if kind == "loopback":
        return Loopback(names, free_port), Loopback.kind
    why_not = "not wanted" if kind == "proxies" else namespaces.why_not()
    if not why_not:
        network = Namespaces(names)
        return network, network.kind
    if kind == "namespaces":
        raise OSError(f"no network namespaces here: {why_not}")
    network = Proxies(names, free_port)
    return network, f"{network.kind} (no network namespaces: {why_not})"
