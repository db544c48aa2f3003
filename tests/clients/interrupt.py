"""Interrupts a training through jupyter_client, and trains on.

Prints one JSON object: what the kernel sent, for the test to judge.
"""

import json
import sys
import time

from jupyter_client.manager import KernelManager

DEFINITION = """
net Small(1x28x28) {
    conv 4 5x5 stride=2 -> relu
    flatten
    linear 10
}
data fashion = fashion_mnist
"""


def execute(client, code, on_message=None, timeout=600):
    """Runs a cell; gives its reply and its iopub messages."""
    request = client.execute(code)
    messages = []
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        message = client.get_iopub_msg(timeout=timeout)
        if message["parent_header"].get("msg_id") != request:
            continue
        messages.append(message)
        if on_message:
            on_message(message)
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            break
    reply = client.get_shell_msg(timeout=timeout)
    while reply["parent_header"].get("msg_id") != request:
        reply = client.get_shell_msg(timeout=timeout)
    return reply["content"], messages


def texts(messages):
    """The plain text of everything shown."""
    shown = ("display_data", "update_display_data", "execute_result")
    return [m["content"]["data"].get("text/plain", "") for m in messages if m["msg_type"] in shown]


def main():
    manager = KernelManager(kernel_name="netlet")
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    result = {}
    try:
        client.wait_for_ready(timeout=60)
        reply, _ = execute(client, DEFINITION)
        result["defined"] = reply["status"]

        state = {"interrupted_at": None, "updates": 0}

        def interrupt_once(message):
            # A progress line that moves shows that batches are being trained.
            if message["msg_type"] == "update_display_data":
                state["updates"] += 1
                if state["updates"] == 5:
                    state["interrupted_at"] = time.monotonic()
                    manager.interrupt_kernel()

        reply, messages = execute(client, "train Small on fashion epochs=1000", interrupt_once)
        result["stopped_after"] = time.monotonic() - (state["interrupted_at"] or 0)
        result["updates"] = state["updates"]
        result["interrupted"] = reply
        result["interrupted_shown"] = texts(messages)
        result["heartbeat"] = client.is_alive()

        reply, messages = execute(client, "evaluate Small on fashion")
        result["evaluated"] = reply["status"]
        result["evaluated_shown"] = texts(messages)

        reply, messages = execute(client, "train Small on fashion epochs=1")
        result["trained_on"] = reply["status"]
        result["trained_on_shown"] = texts(messages)
    finally:
        client.stop_channels()
        manager.shutdown_kernel()
    json.dump(result, sys.stdout)


main()
