"""Types cells into `jupyter console`, in a terminal, and prints what the terminal showed.

The arguments are the program and the cells.
"""

import sys

import pexpect

# The longest that anything may take; the first training may have to wait for the runtime.
PATIENCE = 600


def main():
    program, *cells = sys.argv[1:]
    console = pexpect.spawn(
        program,
        ["console", "--kernel", "netlet"],
        timeout=PATIENCE,
        encoding="utf-8",
        dimensions=(50, 120),
    )
    console.logfile_read = sys.stdout
    for number, cell in enumerate(cells, 1):
        console.expect(rf"In \[.*{number}.*\]: ")
        # Enter on an empty last line ends a cell of several lines.
        console.send(cell + "\x1b\r")
    console.expect(rf"In \[.*{len(cells) + 1}.*\]: ")
    console.sendeof()
    console.expect(r"\[y\]/n")
    console.send("y\r")
    console.expect(pexpect.EOF)


main()
