"""Opens a notebook in JupyterLab, in a browser, and does there what a person would.

Prints one JSON object: what there was to see, for the test to judge. Screenshots go into the folder
of the second argument.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

TOKEN = "netlet"
# The longest that anything may take; the first training may have to wait for the runtime.
PATIENCE = 600
WIDTH = 1280
BROWSER = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
]


def main():
    notebook, screenshots = map(Path, sys.argv[1:])
    screenshots.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        shutil.copy(notebook, home)
        address = stack.enter_context(server(home))
        lab = Lab(stack.enter_context(browser(home)), screenshots)
        lab.open(f"{address}/lab/tree/{notebook.name}?token={TOKEN}")
        result = {
            "colours": lab.colours(),
            "training": lab.run_all("train LeNet5"),
            "cells": lab.outputs(),
            "completion": lab.complete(),
            "inspection": lab.inspect(),
            "typed": lab.typed(),
        }
        lab.look_at_all()
    json.dump(result, sys.stdout)


@contextlib.contextmanager
def server(home):
    """JupyterLab with nothing of the user's own, in `home`; gives its address."""
    settings = home / "settings"
    # No question about news on the first start.
    news = settings / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    news.parent.mkdir(parents=True)
    news.write_text('{"fetchNews": "false", "checkForUpdates": false}')
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": home,
        "ServerApp.allow_root": True,
        "ServerApp.open_browser": False,
        "IdentityProvider.token": TOKEN,
        "LabApp.expose_app_in_browser": True,
    }
    places = ("CONFIG", "DATA", "RUNTIME")
    environment = {
        **os.environ,
        **{f"JUPYTER_{place}_DIR": str(home / place.lower()) for place in places},
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    command = [sys.executable, "-m", "jupyterlab"]
    command += [f"--{name}={value}" for name, value in options.items()]
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for("JupyterLab", lambda: process.poll() is None and answers(f"{address}/api"), 120)
        yield address
    except Exception:
        sys.stderr.write((home / "server.log").read_text(errors="replace"))
        raise
    finally:
        process.terminate()
        process.wait(60)


def answers(address):
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


@contextlib.contextmanager
def browser(home):
    """Debian's Chromium, or another of that name, without a window."""
    found = {name: shutil.which(name) for name in ("chromium", "chromedriver")}
    for name, path in found.items():
        if path is None:
            sys.exit(f"`{name}` is missing: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = found["chromium"]
    for argument in (*BROWSER, f"--user-data-dir={home / 'browser'}"):
        options.add_argument(argument)
    service = webdriver.ChromeService(executable_path=found["chromedriver"])
    driver = webdriver.Chrome(options=options, service=service)
    try:
        driver.set_window_size(WIDTH, 900)
        yield driver
    finally:
        driver.quit()


def wait_for(what, shown, patience=PATIENCE):
    """Waits until `shown()` gives something, and gives it."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        found = shown()
        if found:
            return found
        time.sleep(0.1)
    raise TimeoutError(f"waited for {what} in vain")


class Lab:
    """A notebook in JupyterLab."""

    def __init__(self, driver, screenshots):
        self.driver = driver
        self.screenshots = screenshots

    def script(self, code, *arguments):
        return self.driver.execute_script(code, *arguments)

    def command(self, name, arguments=None):
        """Runs a command of JupyterLab, without waiting for its end."""
        self.script("jupyterapp.commands.execute(arguments[0], arguments[1])", name, arguments or {})

    def look(self, name):
        self.driver.save_screenshot(str(self.screenshots / f"{name}.png"))

    def open(self, address):
        self.driver.get(address)
        wait_for("the notebook", lambda: self.script(CELLS))
        wait_for("a kernel that is ready", lambda: self.script(READY))
        self.command("application:toggle-left-area")
        time.sleep(1)
        self.look("opened")

    def colours(self):
        """The colour of each piece of the first code cell."""
        return self.script(COLOURS)

    def run_all(self, train):
        """Runs all cells, and gives how many pictures the cell that trains has shown."""
        self.command("notebook:run-all-cells")
        pictures = set()

        def finished():
            # The last look counts too, so the state is read before the picture.
            cells = self.script(CELLS)
            picture = self.script(PICTURES, train)
            if picture and picture not in pictures:
                pictures.add(picture)
                if len(pictures) == 5:
                    self.script(SHOW, train)
                    self.look("training")
            # What follows a cell with an error is not run.
            return all(cell["ran"] for cell in cells) or any(cell["errors"] for cell in cells)

        try:
            wait_for("the end of all cells", finished)
        except TimeoutError:
            self.look("stuck")
            raise
        return {"pictures": len(pictures)}

    def outputs(self):
        return self.script(CELLS)

    def add_cell(self, text):
        """A new last cell, with `text` typed into it."""
        self.script(LAST)
        self.command("notebook:insert-cell-below")
        time.sleep(0.3)
        self.command("notebook:enter-edit-mode")
        time.sleep(0.3)
        self.keys(text)

    def keys(self, *keys):
        ActionChains(self.driver).send_keys(*keys).perform()
        time.sleep(0.3)

    def chord(self, modifier, key):
        ActionChains(self.driver).key_down(modifier).send_keys(key).key_up(modifier).perform()
        time.sleep(0.3)

    def complete(self):
        """What Tab offers behind `glob` in a body."""
        self.add_cell("net B(1x28x28) { glob")
        self.keys(Keys.TAB)
        with contextlib.suppress(TimeoutError):
            wait_for("completions", lambda: self.script(COMPLETIONS), 15)
        offered = self.script(COMPLETIONS)
        self.look("completion")
        self.keys(Keys.ESCAPE)
        return offered

    def inspect(self):
        """What Shift-Tab shows on `conv`."""
        self.add_cell("net C(1x28x28) { conv")
        self.chord(Keys.SHIFT, Keys.TAB)
        with contextlib.suppress(TimeoutError):
            wait_for("an explanation", lambda: self.script(TOOLTIP), 15)
        shown = self.script(TOOLTIP)
        self.look("inspection")
        self.keys(Keys.ESCAPE)
        return shown

    def typed(self):
        """What the editor makes of lines as they are typed, and of Ctrl-/ in the last one."""
        self.add_cell("net D(1x28x28) {\nconv 6 5x5\n}")
        lines = self.script(LINES)
        self.chord(Keys.CONTROL, "/")
        return {"lines": lines, "toggled": self.script(LINES)[-1]}

    def look_at_all(self):
        """Screenshots of the whole notebook in both themes."""
        height = self.script(HEIGHT)
        self.driver.set_window_size(WIDTH, min(height + 300, 12000))
        self.script(FIRST)
        for theme in ("Light", "Dark"):
            self.command("apputils:change-theme", {"theme": f"JupyterLab {theme}"})
            time.sleep(2)
            self.look(f"notebook-{theme.lower()}")


READY = """
const context = jupyterapp.shell.currentWidget?.sessionContext;
const kernel = context?.session?.kernel;
return context?.isReady && kernel?.connectionStatus === 'connected' && kernel.status === 'idle';
"""
# The code cells: their text, whether they ran, and what they show.
CELLS = """
const panel = jupyterapp.shell.currentWidget;
const cells = panel?.content?.widgets?.filter(cell => cell.model.type === 'code') ?? [];
return cells.map(cell => ({
    text: cell.model.sharedModel.getSource(),
    ran: /\\[\\d+\\]/.test(cell.promptNode?.textContent ?? ''),
    tables: cell.outputArea.node.querySelectorAll('table').length,
    pictures: cell.outputArea.node.querySelectorAll('.jp-OutputArea-output :is(img, svg)').length,
    errors: cell.model.outputs.toJSON().filter(output => output.output_type === 'error'),
}));
"""
PICTURES = """
const cells = jupyterapp.shell.currentWidget.content.widgets;
const cell = cells.find(cell => cell.model.sharedModel.getSource().includes(arguments[0]));
const pictures = [...cell.outputArea.node.querySelectorAll('.jp-OutputArea-output :is(img, svg)')];
return pictures.map(picture => picture.src ?? picture.outerHTML).join();
"""
SHOW = """
const cells = jupyterapp.shell.currentWidget.content.widgets;
const cell = cells.find(cell => cell.model.sharedModel.getSource().includes(arguments[0]));
cell.node.scrollIntoView();
"""
LAST = """
const notebook = jupyterapp.shell.currentWidget.content;
notebook.activeCellIndex = notebook.widgets.length - 1;
"""
FIRST = "document.querySelector('.jp-WindowedPanel-outer').scrollTop = 0;"
COLOURS = """
const cell = document.querySelector('.jp-CodeCell .cm-content');
return [...cell.querySelectorAll('.cm-line span')].map(span => {
    const style = getComputedStyle(span);
    return { text: span.textContent, colour: style.color, plain: getComputedStyle(cell).color };
});
"""
COMPLETIONS = """
const items = document.querySelectorAll('.jp-Completer:not(.lm-mod-hidden) .jp-Completer-item');
return [...items].map(item => item.textContent);
"""
TOOLTIP = "return document.querySelector('.jp-Tooltip')?.textContent ?? '';"
LINES = """
const lines = document.querySelectorAll('.jp-Cell.jp-mod-active .cm-line');
return [...lines].map(line => line.textContent);
"""
HEIGHT = """
const cells = jupyterapp.shell.currentWidget.content.widgets;
return cells.reduce((height, cell) => height + cell.node.offsetHeight, 0);
"""


main()
