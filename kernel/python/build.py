#!/usr/bin/env python3
"""Builds the wheel: `python3 build.py FOLDER` leaves it in the folder.

It needs cargo, Node.js with npm, and maturin (`pip install maturin`).
"""

import argparse
import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
# What a wheel installs into the folder of the environment.
DATA = HERE / "data" / "data"


def main():
    parser = argparse.ArgumentParser(description="Builds the wheel.")
    parser.add_argument("folder", type=Path, help="where the wheel goes")
    folder = parser.parse_args().folder.resolve()
    for tool, package in (("cargo", "Rust"), ("npm", "Node.js with npm")):
        if shutil.which(tool) is None:
            sys.exit(f"building the wheel needs `{tool}`: install {package}")
    if importlib.util.find_spec("maturin") is None:
        sys.exit(f"building the wheel needs maturin: {sys.executable} -m pip install maturin")
    shutil.rmtree(DATA, ignore_errors=True)
    build_extension()
    make_kernelspec()
    maturin = (sys.executable, "-m", "maturin", "build", "--release", "--locked")
    run(*maturin, "--out", str(folder), cwd=HERE)


def build_extension():
    """The JupyterLab extension, compiled as `package.json` says."""
    extension = HERE / "labextension"
    run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=extension)
    run("npm", "run", "build", cwd=extension)
    # How JupyterLab tells its users where the extension is from.
    uninstall = "pip uninstall netlet"
    origin = {"packageManager": "python", "packageName": "netlet", "uninstallInstructions": uninstall}
    installed = DATA / "share" / "jupyter" / "labextensions" / "netlet"
    (installed / "install.json").write_text(json.dumps(origin, indent=2) + "\n", encoding="utf-8")


def make_kernelspec():
    """The kernelspec that `netlet install` writes, but for where the program is."""
    cargo = ("cargo", "run", "--release", "--locked", "--package", "netlet-kernel", "--bin", "netlet")
    run(*cargo, "--", "install", "--prefix", str(DATA), cwd=REPOSITORY)
    path = DATA / "share" / "jupyter" / "kernels" / "netlet" / "kernel.json"
    spec = json.loads(path.read_text(encoding="utf-8"))
    spec["argv"][:1] = ["python", "-m", "netlet"]
    path.write_text(json.dumps(spec, indent=2) + "\n", encoding="utf-8")


def run(*command, cwd):
    subprocess.run(command, cwd=cwd, check=True)


main()
