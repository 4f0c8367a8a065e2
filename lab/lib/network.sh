# shellcheck shell=bash
# The lab's network: one namespace with a bridge and the gateway address, one per node, one door for the host.
# Nothing is forwarded: a packet to a public address ends in the lab.

node_netns() { printf '%s-n%s' "$NAME" "$1"; }
node_address() { printf '%s.%s' "$UNDERLAY" "$1"; }
mesh_address() { printf '%s.%s' "$MESH" "$1"; }

# The bridge has a fixed MAC address: else it takes one of its ports', and changes it when that node is killed.
network_up() {
  ip netns add "$NAME"
  ip netns exec "$NAME" sh -c 'echo 0 >/proc/sys/net/ipv4/ip_forward'
  # 8.8.8.8: the reachability probe of a report is answered here, inside the lab.
  ip -n "$NAME" -batch - <<EOF
link set lo up
address add 8.8.8.8/32 dev lo
link add br0 address 02:00:00:00:07:fe type bridge
link set br0 up
address add $UNDERLAY.254/24 dev br0
EOF
  ip link add "$DOOR" type veth peer name host netns "$NAME"
  ip -n "$NAME" link set host master br0 up
  ip address add "$UNDERLAY.253/24" dev "$DOOR"
  ip link set "$DOOR" up
  # The host may be a router: a node must not be able to use it as one.
  ip netns exec "$NAME" nft -f - <<EOF
table bridge fwlab {
  chain forward {
    type filter hook forward priority 0
    oifname "host" ip daddr != $UNDERLAY.253 drop
    oifname "host" ether type ip6 drop
  }
}
EOF
}

network_down() {
  ip link delete "$DOOR" 2>/dev/null || true
  ip netns delete "$NAME" 2>/dev/null || true
}

# Fixed MAC addresses: with new ones, a node that comes back is unreachable for up to 55 s (stale ARP entries).
network_add_node() {
  local netns mac
  netns=$(node_netns "$1")
  printf -v mac '02:00:00:00:07:%02x' "$1"
  ip netns add "$netns"
  ip link add "n$1" netns "$NAME" type veth peer name eth0 netns "$netns" address "$mac"
  ip -n "$NAME" link set "n$1" master br0 up
  ip -n "$netns" -batch - <<EOF
link set lo up
address add $(node_address "$1")/24 dev eth0
link set eth0 up
route add default via $UNDERLAY.254
EOF
}

network_remove_node() { ip netns delete "$(node_netns "$1")" 2>/dev/null || true; }
