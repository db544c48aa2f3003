"""Builds a network line by line in cells that run again, as a notebook's front end does.

Prints one JSON object: what the kernel answered, for the test to judge.
"""

import json
import sys

from kernel import execute, kernel, texts

# A name for the answer, the cell's id, its code.
CELLS = [
    ("opened", "a", "net Built(1x28x28)"),
    ("first", "b", "conv 6 5x5 pad=2 -> tanh"),
    ("second", "c", "avgpool 2"),
    ("third", "d", "flatten -> linear 10"),
    # The same cell with other channels: its lines take the place of the old ones.
    ("again", "b", "conv 12 5x5 pad=2 -> tanh"),
    ("shapes", "e", "shapes Built"),
    # A line that the later ones do not fit leaves all as it was.
    ("broken", "b", "flatten"),
    ("unchanged", "e", "shapes Built"),
    ("undone", "f", "undo"),
    ("after", "e", "shapes Built"),
    ("imported", "g", "import zoo.resnet\nshapes ResNet18"),
    ("drawn", "h", "diagram ResNet18"),
]


def main():
    result = {}
    with kernel() as (_, client):
        for name, cell, code in CELLS:
            reply, messages = execute(client, code, cell=cell)
            svg = any(
                "<svg" in message["content"]["data"].get("image/svg+xml", "")
                for message in messages
                if message["msg_type"] in ("display_data", "execute_result")
            )
            shown = "\n".join(texts(messages))
            status = {"status": reply["status"], "ename": reply.get("ename"), "svg": svg}
            result[name] = {"shown": shown, **status}
    json.dump(result, sys.stdout)


main()
