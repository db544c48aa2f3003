"""Interrupts a training through jupyter_client, and trains on.

Prints one JSON object: what the kernel sent, for the test to judge.
"""

import json
import sys
import time

from kernel import DEFINITION, execute, kernel, texts


def main():
    result = {}
    with kernel() as (manager, client):
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
    json.dump(result, sys.stdout)


main()
