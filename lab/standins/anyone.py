"""Stand-in for the Anyone client: SOCKS and control listeners that accept and say nothing, and the bootstrap log."""

from __future__ import annotations

import os
import time

from loop import Loop, listen
from options import Options


class Anyone:
    def __init__(self, loop: Loop, options: Options) -> None:
        address, socks_port = options.http
        for port in (socks_port, socks_port + 1):
            listen(loop, address, port, lambda stream: None)
        os.makedirs(os.path.dirname(options.log), exist_ok=True)
        with open(options.log, "a", encoding="utf-8") as log:
            for percent, text in ((0, "(starting): Starting"), (50, "(loading_descriptors): Loading relay descriptors"), (100, "(done): Done")):
                stamp = time.strftime("%b %d %H:%M:%S.000")
                log.write(f"{stamp} [notice] Bootstrapped {percent}% {text}\n")
