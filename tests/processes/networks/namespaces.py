"""A network of the test's own: every node in a network namespace, joined by a bridge in one more.

The test's process moves into the namespace of the bridge for good, and is the only one that has the others open; so
the kernel takes all of it away when the process ends, however it ends: there is nothing to clean up, and nothing of it
is ever visible to the machine's own network. Needs the right to make namespaces (root, or user namespaces for all).

A directed pair of nodes goes straight over the bridge, or, while it is cut or slow, through delay_line.py: the source's
route to the target then leads into a TUN device, and connections stay what they are.
"""

import contextlib
import ctypes
import fcntl
import os
import struct
import subprocess
import threading

from .links import GOOD, LinkProgram

NODE_PORT, HTTP_PORT = 7400, 8080
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454ca, 0x0001, 0x1000

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result, what):
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


def _enter_namespace():
    """Moves this process (it has one thread) into a namespace of its own, as root of it."""
    user, group = os.getuid(), os.getgid()
    if user == 0:
        return _checked(_libc.unshare(CLONE_NEWNET), "unshare(CLONE_NEWNET)")
    _checked(_libc.unshare(CLONE_NEWUSER | CLONE_NEWNET), "unshare(CLONE_NEWUSER | CLONE_NEWNET)")
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def _in_a_thread(function):
    """Namespaces belong to threads: what `function` enters is left with the thread."""
    outcome = []

    def run():
        try:
            outcome.append((function(), None))
        except OSError as failure:
            outcome.append((None, failure))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    result, failure = outcome[0]
    if failure:
        raise failure
    return result


def _new_namespace():
    """A descriptor that keeps a new namespace alive."""
    _checked(_libc.unshare(CLONE_NEWNET), "unshare(CLONE_NEWNET)")
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY)


def _new_tun(namespace, name):
    _checked(_libc.setns(namespace, CLONE_NEWNET), "setns")
    fd = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return fd


class Namespaces:
    kind = "network namespaces, a delay line of TUN devices for cuts and slow links"

    def __init__(self, names):
        """Raises OSError, saying what the kernel or the rights do not allow. Call it before there are threads."""
        self.numbers = {name: number for number, name in enumerate(names, 1)}
        self.bent, self.unplugged = set(), set()
        self.namespaces, tuns = {}, {}
        _enter_namespace()
        self._ip("link set lo up\nlink add souk0 type bridge\naddr add 10.77.0.254/24 dev souk0\n"
                 "link set souk0 up\n")
        for name, number in self.numbers.items():
            namespace = self.namespaces[name] = _in_a_thread(_new_namespace)
            tuns[name] = _in_a_thread(lambda: _new_tun(namespace, "bent0"))
            self._ip(f"link add port{number} type veth peer name eth0 netns {self._path(name)}\n"
                     f"link set port{number} master souk0 up\n")
            self._ip(f"link set lo up\naddr add {self.address(name)}/24 dev eth0\nlink set eth0 up\n"
                     "link set bent0 up\n", name)
            self._accept_from_anywhere(name)
        self.line = LinkProgram("delay_line.py", [f"{self.address(name)}={fd}" for name, fd in tuns.items()],
                                pass_fds=list(tuns.values()))
        for fd in tuns.values():
            os.close(fd)

    # --- where things are --------------------------------------------------------------------------

    def address(self, name):
        return f"10.77.0.{self.numbers[name]}"

    def listens(self, name):
        """Where the node listens for other nodes."""
        return self.address(name), NODE_PORT

    def seen_by(self, viewer, name):
        """Where `viewer` has to dial to reach `name`."""
        return self.listens(name)

    def http(self, name):
        return self.address(name), HTTP_PORT

    def inside(self, name):
        """What has to stand before a command for it to run where the node runs."""
        return ["nsenter", f"--net={self._path(name)}"]

    def run_in(self, name, function):
        """What `function` returns, called where the node runs: a socket that it makes stays there."""
        def there():
            _checked(_libc.setns(self.namespaces[name], CLONE_NEWNET), "setns")
            return function()
        return _in_a_thread(there)

    # --- what is done to it ------------------------------------------------------------------------

    def set(self, source, target, link):
        """What `source` sends to `target` fares so from now on."""
        self.line.set(self.address(source), self.address(target), link)
        pair, bends = (source, target), link != GOOD
        if (pair in self.bent) == bends:
            return
        (self.bent.add if bends else self.bent.remove)(pair)
        if source not in self.unplugged:  # who has no routes gets them all with `plug`
            self._ip(self._bend(*pair) if bends else f"route del {self.address(target)}/32 dev bent0\n", source)

    def _bend(self, source, target):
        return f"route replace {self.address(target)}/32 dev bent0 src {self.address(source)}\n"

    def unplug(self, name):
        """The node's own network card is down: sending fails at once there."""
        self.unplugged.add(name)
        self._ip("link set eth0 down\nlink set bent0 down\n", name)

    def plug(self, name):
        bent = "".join(self._bend(*pair) for pair in self.bent if pair[0] == name)
        self._ip("link set eth0 up\nlink set bent0 up\n" + bent, name)
        self.unplugged.discard(name)

    def close(self):
        self.line.close()
        for namespace in self.namespaces.values():
            os.close(namespace)

    # --- helpers ------------------------------------------------------------------------------------

    def _path(self, name):
        return f"/proc/{os.getpid()}/fd/{self.namespaces[name]}"

    def _ip(self, batch, name=None):
        done = subprocess.run([*(self.inside(name) if name else []), "ip", "-batch", "-"], input=batch,
                              capture_output=True, text=True, timeout=30)
        if done.returncode != 0:
            raise OSError(f"ip: {done.stderr.strip()}, told {batch!r}{f' for {name}' if name else ''}")

    def _accept_from_anywhere(self, name):
        """Bent packets come in by another device than answers would go out by."""
        script = "for f in /proc/sys/net/ipv4/conf/*/rp_filter; do read v < $f; [ $v = 0 ] || echo 0 > $f; done"
        done = subprocess.run([*self.inside(name), "sh", "-c", script], capture_output=True, text=True, timeout=30)
        if done.returncode != 0:
            raise OSError(f"rp_filter cannot be switched off: {done.stderr.strip()}")


def why_not():
    """One sentence that says why this machine cannot do it; empty if it can. Tried in a process of its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        said = ""
        try:
            network = Namespaces(["probe-1", "probe-2"])
            network.set("probe-1", "probe-2", GOOD)
            network.close()
        except (OSError, subprocess.SubprocessError) as failure:
            said = str(failure) or type(failure).__name__
        with contextlib.suppress(OSError):
            os.write(writer, said.encode()[:4000])
        os._exit(0)
    os.close(writer)
    with open(reader) as file:
        said = file.read()
    os.waitpid(child, 0)
    return said
