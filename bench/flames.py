"""Where the processor time of an order goes: a flame graph of each process on its way, in docs/flames/.

``python -m bench.flames``. py-spy looks a hundred times a second at who holds the interpreter's lock, while orders
come as fast as they are taken. It has to be allowed to look into other processes (root, or ``CAP_SYS_PTRACE``).
"""

import subprocess
import sys

from bench.cpu import pids_below
from bench.order_flow import Customers
from bench.ours.shop import our_stack
from bench.processes import BIN
from bench.program import ROOT, running_program
from bench.servers import running_servers

FOLDER = ROOT / "docs" / "flames"
PROCESSES = ("order-api", "order-relay", "user-worker", "order-worker")
SECONDS, PER_SECOND = 15, 100
WARM_UP, ORDERS = 200, 500


def main() -> None:
    """Order while py-spy looks on, then say where the graphs are."""
    FOLDER.mkdir(exist_ok=True)
    with running_servers() as servers, running_program("bench.load") as load, our_stack(servers) as (shop, stack):
        customers = Customers(servers, load, shop)
        customers.flow(WARM_UP)
        lookers = [_look(name, stack.processes[name].pid) for name in PROCESSES]
        while any(each.poll() is None for each in lookers):
            customers.flow(ORDERS)
        assert not any(each.returncode for each in lookers)
    sys.stdout.write(f"{', '.join(PROCESSES)}: in {FOLDER.relative_to(ROOT)}\n")


def _look(name: str, root: int) -> subprocess.Popen[bytes]:
    # The server of an api is a parent that waits, and a child that works.
    pid = max(pids_below([root]) - {root}, default=root)
    command = ["py-spy", "record", "--gil", "--rate", str(PER_SECOND), "--duration", str(SECONDS), "--pid", str(pid)]
    output = (FOLDER / f"{name}.svg").relative_to(ROOT)
    # Under its own name and from here: the graph tells how it was called.
    return subprocess.Popen(
        [*command, "--output", str(output)], executable=str(BIN / "py-spy"), cwd=ROOT, stderr=subprocess.DEVNULL
    )


if __name__ == "__main__":
    main()
