"""Runs the program of this package: what Jupyter starts as its kernel.

Jupyter puts its own Python for the `python` of a kernelspec, and so finds the program of the
environment that it runs in, whatever is on the path.
"""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path


def program():
    """The `netlet` program that was installed with this package."""
    name = "netlet" + sysconfig.get_config_var("EXE")
    schemes = [sysconfig.get_default_scheme(), sysconfig.get_preferred_scheme("user")]
    paths = [Path(sysconfig.get_path("scripts", scheme)) / name for scheme in schemes]
    for path in paths:
        if path.is_file():
            return path
    places = " and ".join(str(path.parent) for path in paths)
    sys.exit(f"there is no {name} in {places}: install the `netlet` package again")


def main():
    command = [str(program()), *sys.argv[1:]]
    if os.name == "posix":
        # The kernel is then the process that Jupyter started, and signals are its own.
        os.execv(command[0], command)
    sys.exit(subprocess.run(command, check=False).returncode)


main()
