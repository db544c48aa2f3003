"""What the clients of the tests share: a kernel, and a way to run cells on it."""

import contextlib
import time

from jupyter_client.manager import KernelManager

# A network that learns in a moment, and what from.
DEFINITION = """
net Small(1x28x28) {
    conv 4 5x5 stride=2 -> relu
    flatten
    linear 10
}
data fashion = fashion_mnist
"""


@contextlib.contextmanager
def kernel(**options):
    """A kernel that is ready, and its client; both end with the block."""
    manager = KernelManager(kernel_name="netlet")
    manager.start_kernel(**options)
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel()


def execute(client, code, on_message=None, timeout=600, cell=None):
    """Runs a cell, under an id if it has one; gives its reply and its iopub messages."""
    content = {
        "code": code,
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": False,
        "stop_on_error": True,
    }
    metadata = {"cellId": cell} if cell else {}
    sent = client.session.msg("execute_request", content, metadata=metadata)
    client.shell_channel.send(sent)
    request = sent["header"]["msg_id"]
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
