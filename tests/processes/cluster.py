"""A cluster of souk-node processes of the test's own, on a network whose links can be cut."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import time

import networks
from auditor import Crowd, Discrepancy
from client import Client
from node import Node, NodeFailed, free_port

STOP_SECONDS_MAX = 20
YOUNG_SECONDS = 5  # a busy machine takes so long from a process's start to its main
READY_SECONDS_MAX = 60
VERIFY_SECONDS_MAX = 120

# name -> roles: the five processes of the acceptance test, and other clusters
FIVE = {"gateway": ["gateway"], "order": ["order"], "stock-1": ["stock"], "stock-2": ["stock"],
        "wallet": ["wallet", "coupon"]}
SIX = {**FIVE, "wallet": ["wallet"], "coupon": ["coupon"]}


class ClusterNode(Node):
    """One process of a cluster. Faults may be done to it; `launch` and `kill` are Node's."""

    def __init__(self, cluster, name, roles):
        host, port = cluster.network.http(cluster.place(name))
        super().__init__(cluster.binaries / "souk-node", cluster.folder / name, port, host=host)
        self.cluster, self.name, self.roles = cluster, name, roles
        self.config = self.folder / "cluster.toml"
        self.launched_at, self.is_young = 0.0, False

    def command(self):
        return [*self.cluster.network.inside(self.cluster.place(self.name)), self.binary, "--config", str(self.config),
                "--node", self.name, "--log-format", "json", *self.flags]

    @property
    def running(self):
        return self.process is not None and self.process.poll() is None

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def launch(self):
        super().launch()
        self.launched_at = time.monotonic()

    def begin_stop(self):
        self.is_young = time.monotonic() - self.launched_at < YOUNG_SECONDS
        self.process.send_signal(signal.SIGTERM)

    def end_stop(self, seconds_max=STOP_SECONDS_MAX):
        """Waits for what `begin_stop` began; it must end with 0, or by the signal if that may have come before main."""
        try:
            code = self.process.wait(seconds_max)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGABRT)
            raise NodeFailed(f"{self.name} still ran {seconds_max} s after SIGTERM\n{self.log_tail()}") from None
        if code != 0 and not (self.is_young and code == -signal.SIGTERM):
            raise NodeFailed(f"{self.name} exited with {code} after SIGTERM\n{self.log_tail()}")

    def expect_alive(self):
        if not self.running:
            raise NodeFailed(f"{self.name} ended by itself with {self.process.returncode}\n{self.log_tail()}")

    def ask(self, method, path, body=None, timeout_seconds=10):
        client = Client(self.port, timeout_seconds, self.host)
        try:
            return client.ask(method, path, body)
        finally:
            client.close()

    def cluster_state(self):
        """GET /v1/cluster, as this node sees it; None if it does not answer."""
        answer = self.ask("GET", "/v1/cluster")
        return answer.body if answer and answer.status == 200 else None


class Cluster:
    """All nodes, their folders and their network. Belongs to one thread, but for `crowd`."""

    def __init__(self, binaries, folder, roles=FIVE, network="auto", tunables=(), identity="souk-test",
                 partitions=8, prefix="", misled=None):
        """`network`: one of networks.KINDS, or a network that is shared with another cluster: there the nodes have
        places whose names begin with `prefix`. `misled`: node -> the place at which the configuration puts it for
        the others, wrongly."""
        self.binaries, self.folder = pathlib.Path(binaries), pathlib.Path(folder)
        self.identity, self.partitions, self.tunables = identity, partitions, dict(tunables)
        self.prefix, self.misled = prefix, dict(misled or {})
        self.shared = not isinstance(network, str)
        self.network, self.about = (network, network.kind) if self.shared else networks.make(
            network, [self.place(name) for name in roles], free_port)
        self.nodes = {name: ClusterNode(self, name, its) for name, its in roles.items()}
        for node in self.nodes.values():
            node.config.write_text(self.config_for(node))

    def place(self, name):
        """Where the node is, in the network's words."""
        return self.prefix + name

    def config_for(self, viewer):
        """The cluster's file; where links are relays, every node has its own view of the others' addresses."""
        text = f'[cluster]\nid = "{self.identity}"\n\n[partitions]\ndefault = {self.partitions}\n'
        for name, node in self.nodes.items():
            believed = self.misled.get(name, self.place(name)) if name != viewer.name else self.place(name)
            address, port = self.network.seen_by(self.place(viewer.name), believed)
            text += (f'\n[[node]]\nname = "{name}"\naddress = "{address}:{port}"\n'
                     f'http = "{node.host}:{node.port}"\ndata = "{node.data}"\nroles = {json.dumps(node.roles)}\n')
        if self.tunables:
            text += "\n[tunables]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in self.tunables.items())
        return text

    # --- its processes -------------------------------------------------------------------------------

    @property
    def gateways(self):
        return [node for node in self.nodes.values() if "gateway" in node.roles]

    @property
    def gateway(self):
        return self.gateways[0]

    def start(self):
        """Starts what does not run, and waits until everybody is ready and sees everybody. Returns the seconds."""
        begin = time.monotonic()
        for node in self.nodes.values():
            if not node.running:
                node.launch()
        self.wait_until_whole()
        return time.monotonic() - begin

    def wait_until_whole(self, seconds_max=READY_SECONDS_MAX):
        until = time.monotonic() + seconds_max
        for node in self.nodes.values():
            node.wait_until_ready(max(1, until - time.monotonic()))
        while away := self.away():
            if time.monotonic() > until:
                raise NodeFailed(f"not whole after {seconds_max} s: {'; '.join(away)}\n{self.log_tails()}")
            time.sleep(0.05)

    def wait_until_missed(self, name, seconds_max=READY_SECONDS_MAX):
        """Until the gateway has noticed that this node is away. What is sent to it before that may have been carried out."""
        until = time.monotonic() + seconds_max
        while any(one["name"] == name and one["state"] == "up" for one in self.gateway.cluster_state()["nodes"]):
            if time.monotonic() > until:
                raise NodeFailed(f"the gateway sees {name} as up {seconds_max} s after it died\n{self.log_tails()}")
            time.sleep(0.01)

    def away(self):
        """Who does not see whom, each in a few words."""
        found = []
        for node in self.nodes.values():
            state = node.cluster_state()
            if state is None:
                found.append(f"{node.name} does not answer GET /v1/cluster")
                continue
            found += [f"{node.name} sees {one['name']} {one['state']} ({one.get('detail', '')})"
                      for one in state["nodes"] if one["state"] not in ("up", "self")]
        return found

    def stop(self):
        """All at once, by SIGTERM; each must end with 0. Returns how many seconds the last one took."""
        begin = time.monotonic()
        for node in self.nodes.values():
            if node.running:
                node.begin_stop()
        for node in self.nodes.values():
            if node.process is not None:
                node.end_stop()
        return time.monotonic() - begin

    def expect_alive(self):
        for node in self.nodes.values():
            node.expect_alive()

    def heal(self):
        """Every link is good again, everybody is plugged in and runs on."""
        for source in self.nodes:
            self.network.plug(self.place(source))
            for target in self.nodes:
                if source != target:
                    self.network.set(self.place(source), self.place(target), networks.GOOD)
        for node in self.nodes.values():
            if node.running:
                node.thaw()

    def crowd(self, connections=8):
        return Crowd(self.gateway.port, connections, self.gateway.host)

    # --- what is left on the disks -------------------------------------------------------------------

    def verify(self, *flags):
        """souk-replay over all data directories together. Returns how many records that were."""
        command = [self.binaries / "souk-replay", "verify", *flags, "--format", "json"]
        for node in self.nodes.values():
            command += ["--data", node.data]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=VERIFY_SECONDS_MAX)
        try:
            report = json.loads(done.stdout)
        except json.JSONDecodeError:
            raise Discrepancy(f"souk-replay verify said {done.stderr or done.stdout!r}") from None
        if done.returncode != 0 or not report["clean"]:
            raise Discrepancy(f"souk-replay verify: {json.dumps(report['findings'][:10], indent=2)}")
        return report["records"]

    def log_tails(self, lines=8):
        return "\n".join(f"  {node.name}:\n{node.log_tail(lines)}" for node in self.nodes.values())

    def data_bytes(self):
        return sum(node.data_bytes() for node in self.nodes.values())

    # --- its end -------------------------------------------------------------------------------------

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for node in self.nodes.values():
            if node.running:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(node.process.pid, signal.SIGKILL)  # also ends who is frozen
                node.process.wait()
        if not self.shared:
            self.network.close()
