"""real_config.py WHAT KEY-FOLDER MESH NODE NODES: the configuration of a real program on one node, to standard output."""

from __future__ import annotations

import base64
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "standins"))
from identity import id_of_key  # noqa: E402

KEY_BYTES = 32  # of Ed25519, at the end of both DER forms
PRIVATE_ED25519 = bytes.fromhex("08011240")  # how libp2p frames such a key


class Node:
    def __init__(self, keys: str, mesh: str, number: int, nodes: int) -> None:
        self._keys, self._mesh, self.number = keys, mesh, number
        self.others = [other for other in range(1, nodes + 1) if other != number]
        self.address = self.address_of(number)

    def address_of(self, number: int) -> str:
        return f"{self._mesh}.{number}"

    def _key(self, name: str) -> bytes:
        with open(os.path.join(self._keys, name), "rb") as file:
            return file.read()[-KEY_BYTES:]

    def peer_id(self, program: str, number: int) -> str:
        return id_of_key(self._key(f"n{number}.{program}.pub"))

    def private_key(self, program: str) -> str:
        name = f"n{self.number}.{program}"
        return base64.b64encode(PRIVATE_ED25519 + self._key(name) + self._key(name + ".pub")).decode()


def kubo(node: Node, api: str = "127.0.0.1", port: int = 4501, swarm_port: int = 4001) -> dict:
    """Nothing of it may look for the outside: no automatic configuration, no bootstrap, no routing, no local discovery."""
    peers = [{"ID": node.peer_id("kubo", other), "Addrs": [f"/ip4/{node.address_of(other)}/tcp/{swarm_port}"]} for other in node.others]
    off = {"Enabled": False}
    return {
        "Identity": {"PeerID": node.peer_id("kubo", node.number), "PrivKey": node.private_key("kubo")},
        "Addresses": {"API": f"/ip4/{api}/tcp/{port}", "Gateway": [], "Swarm": [f"/ip4/{node.address}/tcp/{swarm_port}"]},
        "AutoConf": off, "AutoTLS": off, "AutoNAT": {"ServiceMode": "disabled"}, "Bootstrap": [],
        "Discovery": {"MDNS": off}, "DNS": {"Resolvers": {}}, "Ipns": {"DelegatedPublishers": []},
        "Peering": {"Peers": peers}, "Routing": {"Type": "none", "DelegatedRouters": []},
        "Swarm": {
            "DisableNatPortMap": True, "RelayClient": off, "RelayService": off,
            "Transports": {"Network": {"QUIC": False, "WebTransport": False, "WebRTCDirect": False, "Relay": False}}}}


def cluster_service(node: Node, kubo_api: str = "127.0.0.1:4501", mesh_port: int = 9096) -> dict:
    kubo_host, _, kubo_port = kubo_api.partition(":")
    kubo_at = {"node_multiaddress": f"/ip4/{kubo_host}/tcp/{kubo_port}"}
    peers = [f"/ip4/{node.address_of(other)}/tcp/{mesh_port}/p2p/{node.peer_id('ipfs-cluster', other)}" for other in node.others]
    return {
        "cluster": {
            "peername": f"n{node.number}", "secret": "0" * 63 + "1", "listen_multiaddress": [f"/ip4/{node.address}/tcp/{mesh_port}"],
            "mdns_interval": "0s", "peer_addresses": peers},
        "api": {"ipfsproxy": kubo_at}, "ipfs_connector": {"ipfshttp": kubo_at}}


def cluster_identity(node: Node) -> dict:
    return {"id": node.peer_id("ipfs-cluster", node.number), "private_key": node.private_key("ipfs-cluster")}


def olric(node: Node, port: int = 3320, gossip_port: int = 3322) -> str:
    peers = "".join(f'    - "{node.address_of(other)}:{gossip_port}"\n' for other in node.others)
    return f"""server:
  bindAddr: {node.address}
  bindPort: {port}
  keepAlivePeriod: 300s
  bootstrapTimeout: 5s
  partitionCount: 271
  replicaCount: 1
  writeQuorum: 1
  readQuorum: 1
  readRepair: false
  replicationMode: 0
  memberCountQuorum: 1
  routingTablePushInterval: 1m
client:
  dialTimeout: 5s
  readTimeout: 3s
  writeTimeout: 3s
logging:
  verbosity: 3
  level: INFO
  output: stderr
memberlist:
  environment: lan
  bindAddr: {node.address}
  bindPort: {gossip_port}
  enableCompression: false
  joinRetryInterval: 500ms
  maxJoinAttempts: 10
""" + ("  peers:\n" + peers if peers else "") + """dmaps:
  engine:
    name: kvstore
    config:
      tableSize: 524288
"""


def main(words: list[str]) -> int:
    what, keys, mesh, number, nodes = words
    node = Node(keys, mesh, int(number), int(nodes))
    if what == "olric":
        print(olric(node), end="")
    else:
        made = {"kubo": kubo, "cluster-service": cluster_service, "cluster-identity": cluster_identity}[what](node)
        json.dump(made, sys.stdout, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
