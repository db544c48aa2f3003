"""How long a notebook waits for its first answers: medians of several starts.

Run it with a Python that has `jupyter_client` and the kernel, as the tests' own has:
`target/release/python/bin/python tests/compare/kernel_start.py`.
"""

import statistics
import time

from jupyter_client.manager import KernelManager

ROUNDS = 7
DEFINITION = """
net LeNet5(1x28x28) {
    conv 6 5x5 pad=2 -> tanh
    avgpool 2
    conv 16 5x5 -> tanh
    avgpool 2
    flatten
    linear 120 -> tanh
    linear 84 -> tanh
    linear 10
}
"""
TRAINING = "data fashion = fashion_mnist\ntrain LeNet5 on fashion epochs=1000"


def wait_for(client, request, is_it):
    """Waits for a message that answers a request."""
    while True:
        message = client.get_iopub_msg(timeout=300)
        if message["parent_header"].get("msg_id") == request and is_it(message):
            return


def is_table(message):
    return "<table>" in message["content"].get("data", {}).get("text/html", "")


def is_progress(message):
    return "batches" in message["content"].get("data", {}).get("text/plain", "")


def is_idle(message):
    return message["content"].get("execution_state") == "idle"


def start():
    """Seconds from a kernel's start to its first table, and to its first batches."""
    begun = time.monotonic()
    manager = KernelManager(kernel_name="netlet")
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    wait_for(client, client.execute(DEFINITION), is_table)
    table = time.monotonic() - begun
    training = client.execute(TRAINING)
    wait_for(client, training, is_progress)
    batch = time.monotonic() - begun
    manager.interrupt_kernel()
    wait_for(client, training, is_idle)
    client.stop_channels()
    manager.shutdown_kernel()
    return table, batch


def main():
    # The first start may build the runtime.
    start()
    tables, batches = zip(*(start() for _ in range(ROUNDS)))
    print(f"from kernel start to the first table    {statistics.median(tables):6.2f} s")
    print(f"from kernel start to the first batches  {statistics.median(batches):6.2f} s")


main()
