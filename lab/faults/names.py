"""Faults of DNS, of certificates and of the ports that serve them."""

from __future__ import annotations

import datetime
import pathlib
import tempfile

from fault import INJECTED, Action, Fault, in_node
from machines import Machines, run

ZONE = "orama.test"
DB = f"/etc/coredns/db.{ZONE}"
RESTORE_ZONE = f"[ ! -e /run/fault-zone ] || mv /run/fault-zone {DB}; systemctl restart coredns"
RESTORE_CADDY = "[ ! -e /run/fault-caddy ] || mv /run/fault-caddy /etc/caddy/Caddyfile; rm -f /etc/caddy/fault-*; systemctl restart caddy"


def zone_without(pattern: str) -> Action:
    return in_node(f"cp {DB} /run/fault-zone && sed -i '{pattern}' {DB} && systemctl restart coredns")


def caddyfile(text: str, before: str = "true") -> Action:
    return in_node(f"{before} && cp /etc/caddy/Caddyfile /run/fault-caddy && printf '{text}' >/etc/caddy/Caddyfile && systemctl restart caddy")


AUTHORITY = """[ca]
default_ca = lab
[lab]
database = {folder}/index
new_certs_dir = {folder}
rand_serial = yes
default_md = sha256
unique_subject = no
copy_extensions = copy
policy = any
[any]
commonName = supplied
"""


def make_certificate(host: str, days_left: int) -> tuple[str, str]:
    """Certificate and key, in PEM. `openssl ca` is the one way to an end in the past without another clock."""
    end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days_left, hours=1)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        key, request, config, made = (str(folder / file) for file in ("key", "request", "config", "certificate"))
        pathlib.Path(config).write_text(AUTHORITY.format(folder=folder))
        (folder / "index").touch()
        run(["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=fault",
             "-addext", f"subjectAltName=DNS:{host}", "-keyout", key, "-out", request])
        run(["openssl", "ca", "-batch", "-notext", "-config", config, "-selfsign", "-keyfile", key, "-in", request, "-out", made,
             "-startdate", f"{end - datetime.timedelta(days=90):%Y%m%d%H%M%SZ}", "-enddate", f"{end:%Y%m%d%H%M%SZ}"])
        return pathlib.Path(made).read_text(), pathlib.Path(key).read_text()


def certificates(base_days: int, wildcard_days: int) -> Action:
    """One certificate for the zone, one for the names below it, with so many days left."""
    sites = "".join(f"https://{host} {{\\n\\ttls /etc/caddy/fault-{name}.crt /etc/caddy/fault-{name}.key\\n\\trespond lab\\n}}\\n"
                    for name, host in (("base", ZONE), ("wildcard", f"*.{ZONE}")))

    def apply(machines: Machines, node: str) -> None:
        for name, host, days in (("base", ZONE, base_days), ("wildcard", f"*.{ZONE}", wildcard_days)):
            certificate, key = make_certificate(host, days)
            machines.put(node, f"/etc/caddy/fault-{name}.crt", certificate)
            machines.put(node, f"/etc/caddy/fault-{name}.key", key)
        caddyfile("{\\n\\tauto_https off\\n}\\n" + sites, "chgrp caddy /etc/caddy/fault-*.key && chmod 640 /etc/caddy/fault-*.key")(machines, node)

    return apply


def dns(name: str, what: str, roots: str, apply: Action, folded: str = "") -> Fault:
    return Fault(name, what, roots, apply, in_node(RESTORE_ZONE), folded=folded, on="n2")


def web(name: str, what: str, roots: str, apply: Action) -> Fault:
    return Fault(name, what, roots, apply, in_node(RESTORE_CADDY), on="n2")


NAMES = [
    dns("zone-missing", "the zone file is gone when CoreDNS starts", "dns.soa_unresolved",
        in_node(f"mv {DB} /run/fault-zone && systemctl restart coredns"),
        "dns.wildcard_unresolved dns.base_a_unresolved dns.ns_unresolved"),
    dns("wildcard-missing", "the zone has no record for names below it", "dns.wildcard_unresolved", zone_without("/^\\*/d")),
    dns("base-missing", "the zone has no address of its own", "dns.base_a_unresolved", zone_without("/^@ .* IN A /d")),
    dns("ns-missing", "the zone names no nameserver", "dns.ns_unresolved", zone_without("/ IN NS /d")),
    Fault("port53-moved", "CoreDNS listens on another port", "dns.port53_unbound",
          in_node("cp /etc/coredns/Corefile /run/fault-corefile && sed -i s/:53/:5353/ /etc/coredns/Corefile && systemctl restart coredns"),
          in_node("mv /run/fault-corefile /etc/coredns/Corefile && systemctl restart coredns"), folded="dns.soa_unresolved", on="n2"),
    web("port443-moved", "Caddy serves HTTP only", "dns.port443_unbound", caddyfile("{\\n\\tauto_https off\\n}\\n:80 {\\n\\trespond lab\\n}\\n")),
    web("tls-garbled", "something without TLS on port 443", "dns.tls_unchecked",
        caddyfile("{\\n\\tauto_https off\\n\\thttp_port 8081\\n\\thttps_port 8443\\n}\\nhttp://:443 {\\n\\trespond lab\\n}\\n")),
    web("certificate-ends", "the zone's certificate has 5 days left", "dns.base_tls_expiring", certificates(5, 60)),
    web("wildcard-certificate-ends", "the wildcard certificate has 5 days left", "dns.wildcard_tls_expiring", certificates(60, 5)),
    web("certificate-expired", "the zone's certificate ended 5 days ago", "dns.tls_expired/base", certificates(-5, 60)),
    web("wildcard-certificate-expired", "the wildcard certificate ended 5 days ago", "dns.tls_expired/wildcard", certificates(60, -5)),
    Fault("anyone-not-bootstrapped", "the log of the Anyone client ends at 45 %", "anyone.not_bootstrapped",
          in_node("echo 'Jan 01 00:00:00.000 [notice] Bootstrapped 45% (requesting_descriptors): Asking' >>/var/log/anon/notices.log"),
          in_node("echo 'Jan 01 00:00:01.000 [notice] Bootstrapped 100% (done): Done' >>/var/log/anon/notices.log"), kind=INJECTED),
]
