"""What Jupyter's own tests of a kernel leave out: one scenario, named on the command line.

Prints one JSON object: what the kernel did, for the test to judge.
"""

import glob
import json
import os
import re
import signal
import sys
import tempfile
import time

from jupyter_client.session import Session
from kernel import DEFINITION, execute, kernel, texts


def accuracy(messages):
    """The accuracy that an evaluation shows, in percent."""
    found = re.search(r"accuracy (\d+\.\d+)%", "\n".join(texts(messages)))
    return float(found.group(1))


def kinds(messages):
    """The types of what a cell published, but for what every cell publishes."""
    usual = ("status", "execute_input")
    return [message["msg_type"] for message in messages if message["msg_type"] not in usual]


def stream(messages, name):
    """What a cell wrote to one stream."""
    parts = [m["content"] for m in messages if m["msg_type"] == "stream"]
    return "".join(part["text"] for part in parts if part["name"] == name)


def children(pid):
    """The processes that a process has started, and theirs."""
    found = []
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(path) as file:
                text = file.read()
        except OSError:
            continue
        parent = int(text.rpartition(")")[2].split()[1])
        if parent == pid:
            child = int(path.split("/")[2])
            found += [child, *children(child)]
    return found


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def resident(pid):
    """The memory of a process, in bytes."""
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")


def pid_of(manager):
    return manager.provisioner.process.pid


def interrupt_training():
    """A training that is stopped and goes on; what is asked meanwhile is answered."""
    result = {}
    with kernel() as (manager, client):
        execute(client, DEFINITION)
        state = {"updates": 0, "answers": []}

        def while_it_trains(message):
            if message["msg_type"] != "update_display_data":
                return
            state["updates"] += 1
            if state["updates"] <= 3:
                start = time.monotonic()
                asked = client.complete("summ", 4)
                reply = client.get_shell_msg(timeout=30)
                answered = reply["parent_header"].get("msg_id") == asked
                matches = reply["content"].get("matches") if answered else None
                state["answers"].append([matches, time.monotonic() - start])
            elif state["updates"] == 5:
                manager.interrupt_kernel()

        reply, messages = execute(client, "train Small on fashion epochs=1000", while_it_trains)
        ids = {
            m["content"]["transient"]["display_id"]
            for m in messages
            if m["msg_type"] in ("display_data", "update_display_data")
            and m["content"].get("transient", {}).get("display_id")
        }
        updated = {
            m["content"]["transient"]["display_id"]
            for m in messages
            if m["msg_type"] == "update_display_data"
        }
        result["status"] = reply["status"]
        result["ename"] = reply.get("ename")
        result["answers"] = state["answers"]
        result["errors"] = kinds(messages).count("error")
        result["updates_have_displays"] = updated <= ids and bool(updated)
        result["before"] = accuracy(execute(client, "evaluate Small on fashion")[1])
        reply, _ = execute(client, "train Small on fashion epochs=2")
        result["resumed"] = reply["status"]
        result["after"] = accuracy(execute(client, "evaluate Small on fashion")[1])
    return result


def interrupt_compiling():
    """A cell that waits for a network to be compiled, stopped at once."""
    result = {}
    with kernel() as (manager, client):
        execute(client, DEFINITION)
        execute(client, "evaluate Small on fashion")
        start = time.monotonic()
        # Large enough to take some time.
        code = "import zoo.resnet\nsave ResNet101 \"never.safetensors\""
        published = []

        def at_once(message):
            published.append(message["msg_type"])
            if published.count("display_data") == 1 and message["msg_type"] == "display_data":
                manager.interrupt_kernel()
                state["at"] = time.monotonic()

        state = {"at": start}
        reply, messages = execute(client, code, at_once)
        result["ename"] = reply.get("ename")
        result["stopped_after"] = time.monotonic() - state["at"]
        result["errors"] = kinds(messages).count("error")
        result["written"] = os.path.exists("never.safetensors")
        reply, _ = execute(client, "evaluate Small on fashion")
        result["goes_on"] = reply["status"]
    return result


def many_cells():
    """200 cells in a row: memory after 20 and at the end."""
    with kernel() as (manager, client):
        execute(client, DEFINITION)
        process = pid_of(manager)

        def memory():
            return sum(resident(pid) for pid in [process, *children(process)] if is_alive(pid))

        cells = ["summary Small", "diagram Small", "show fashion[0..4]", "predict Small on fashion[0..4]"]
        statuses = set()
        for number in range(200):
            reply, _ = execute(client, cells[number % len(cells)])
            statuses.add(reply["status"])
            if number == 19:
                after_20 = memory()
        return {"statuses": sorted(statuses), "after_20": after_20, "at_end": memory()}


def killed_worker():
    """The worker's process is killed: the next cell says so, and the one after goes on."""
    result = {}
    with kernel() as (manager, client):
        execute(client, DEFINITION)
        execute(client, "train Small on fashion epochs=1")
        result["before"] = accuracy(execute(client, "evaluate Small on fashion")[1])
        execute(client, "%%rust\nlet lost = 1;")
        for child in children(pid_of(manager)):
            os.kill(child, signal.SIGKILL)
        time.sleep(0.5)
        reply, messages = execute(client, "evaluate Small on fashion")
        result["status"] = reply["status"]
        result["shown"] = "\n".join(texts(messages) + reply.get("traceback", []))
        result["after"] = accuracy(messages)
        reply, _ = execute(client, "%%rust\nstd::process::exit(3)")
        result["exit"] = "\n".join(reply.get("traceback", []))

        def kill(message):
            # Only once it trains: a worker that is still starting is another matter.
            if "batches" in "".join(texts([message])):
                for child in children(pid_of(manager)):
                    os.kill(child, signal.SIGKILL)

        reply, messages = execute(client, "train Small on fashion epochs=1000", kill)
        result["while_training"] = "\n".join(reply.get("traceback", []))
        result["errors"] = kinds(messages).count("error")
    return result


def wrong_signature():
    """Messages with another key, or with none, are ignored and counted."""
    result = {}
    with tempfile.TemporaryFile("w+") as log:
        with kernel(stderr=log) as (_, client):
            right = client.session
            for key in (b"another key", b""):
                client.session = Session(key=key, signature_scheme=right.signature_scheme)
                message = client.session.msg("kernel_info_request", {})
                client.session.send(client.shell_channel.socket, message)
            client.session = right
            # Whatever is answered is the right one's.
            asked = client.kernel_info()
            reply = client.get_shell_msg(timeout=30)
            result["answered"] = reply["parent_header"]["msg_id"] == asked
        log.seek(0)
        result["log"] = log.read()
    return result


def picture():
    """A picture of 10 MB from a Rust cell."""
    size = 10_000_000
    code = f"""%%rust
let png = "iVBORw0KGgoA".repeat({size * 4 // 3 // 12});
println!("EVCXR_BEGIN_CONTENT image/png\\n{{png}}\\nEVCXR_END_CONTENT");"""
    with kernel() as (_, client):
        reply, messages = execute(client, code)
        found = [m for m in messages if m["msg_type"] == "execute_result"]
        bytes_shown = [len(m["content"]["data"].get("image/png", "")) * 3 // 4 for m in found]
        return {"status": reply["status"], "bytes": bytes_shown, "traceback": reply.get("traceback")}


def unicode_cursor():
    """Completion behind letters of two and four bytes."""
    code = "# é𝄞\nsumm"
    with kernel() as (_, client):
        client.complete(code, len(code))
        reply = client.get_shell_msg(timeout=30)
        return reply["content"]


def rust():
    """Rust cells: variables, networks, errors, commands, order, panics."""
    cells = [
        ("net", DEFINITION),
        ("kept", "%%rust\nlet numbers = vec![1.5f32, 2.5];\nlet mut words = String::from(\"é\");"),
        (
            "found",
            "%%rust\nlet map = std::collections::HashMap::from([(1, 2)]);\n"
            "let (left, mut right) = (vec![1u8], 'b'.to_string());",
        ),
        ("used", "%%rust\nwords.push('!');\nformat!(\"{words} {}\", numbers.iter().sum::<f32>())"),
        ("vars", "%%rust\n:vars"),
        (
            "forward",
            "%%rust\nlet mut small = Small::new();\n"
            "Value::from(small.forward(Value::map([2, 1, 28, 28], vec![0.5; 2 * 28 * 28]).into()))",
        ),
        ("wrong", "%%rust\nlet fine = 1u8;\nlet é: u8 = \"a\";"),
        ("unfinished", "%%rust\nprint!(\"no newline\");"),
        ("order", "%%rust\nfor i in 0..3 { println!(\"out {i}\"); eprintln!(\"err {i}\"); }"),
        ("panic", "%%rust\nnumbers[7]"),
        ("after", "%%rust\nnumbers.len()"),
        ("dep", "%%rust\n:dep FOLDER\nseven::seven()"),
        (
            "picture",
            "%%rust\nnetlet::messages::Picture { name: \"dot\".into(), alt: \"a dot\".into(), "
            "live: false, width: 1, height: 1, png: vec![1, 2, 3], svg: None }",
        ),
        ("command", "%%rust\n:nonsense"),
        ("language", "summary Small"),
    ]
    result = {}
    with tempfile.TemporaryDirectory() as folder, kernel() as (_, client):
        os.mkdir(f"{folder}/src")
        with open(f"{folder}/Cargo.toml", "w") as file:
            file.write('[package]\nname = "seven"\nversion = "0.1.0"\nedition = "2021"\n')
        with open(f"{folder}/src/lib.rs", "w") as file:
            file.write("pub fn seven() -> u8 { 7 }\n")
        for name, code in cells:
            reply, messages = execute(client, code.replace("FOLDER", folder))
            result[name] = {
                "status": reply["status"],
                "ename": reply.get("ename"),
                "error": re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(reply.get("traceback", []))),
                "kinds": kinds(messages),
                "shown": "\n".join(texts(messages)),
                "stdout": stream(messages, "stdout"),
                "stderr": stream(messages, "stderr"),
            }
    return result


def endless_rust():
    """A Rust cell that does not end: it is ended, and what was trained comes back."""
    result = {}
    with kernel() as (manager, client):
        execute(client, DEFINITION)
        execute(client, "train Small on fashion epochs=1")
        result["before"] = accuracy(execute(client, "evaluate Small on fashion")[1])
        execute(client, "%%rust\nlet lost = 1;")

        def interrupt(message):
            if message["msg_type"] == "stream":
                manager.interrupt_kernel()

        code = "%%rust\nprintln!(\"begun\");\nloop { std::thread::sleep(std::time::Duration::from_millis(10)); }"
        reply, messages = execute(client, code, interrupt)
        result["ename"] = reply.get("ename")
        result["shown"] = "\n".join(texts(messages))
        result["after"] = accuracy(execute(client, "evaluate Small on fashion")[1])
        reply, messages = execute(client, "%%rust\n1 + 1")
        result["rust"] = texts(messages)
    return result


def leave_nothing():
    """Restart and shutdown leave no process and no temporary folder."""
    result = {}
    folder = tempfile.mkdtemp()
    os.environ["TMPDIR"] = folder
    with kernel() as (manager, client):
        execute(client, DEFINITION)
        execute(client, "evaluate Small on fashion")
        first = [pid_of(manager), *children(pid_of(manager))]
        used = os.listdir(folder)
        manager.restart_kernel(now=False)
        client.wait_for_ready(timeout=60)
        result["first_gone"] = not any(map(is_alive, first))
        reply, _ = execute(client, DEFINITION)
        result["restarted"] = reply["status"]
        execute(client, "evaluate Small on fashion")
        second = [pid_of(manager), *children(pid_of(manager))]
        # The shutdown comes while a cell runs that does not end.
        client.execute("%%rust\nprintln!(\"begun\");\nloop { std::thread::yield_now(); }")
        while client.get_iopub_msg(timeout=60)["msg_type"] != "stream":
            pass
    deadline = time.monotonic() + 20
    while any(map(is_alive, second)) and time.monotonic() < deadline:
        time.sleep(0.1)
    result["processes"] = len(first) + len(second)
    result["second_gone"] = not any(map(is_alive, second))
    result["used"] = len(used)
    result["left"] = os.listdir(folder)
    return result


def history():
    """What one session ran, the next one finds."""
    mark = f"# {time.time_ns()}"
    with kernel() as (_, client):
        execute(client, f"{mark}\nnets")
    with kernel() as (_, client):
        client.history(raw=True, output=False, hist_access_type="search", pattern=f"{mark}*")
        reply = client.get_shell_msg(timeout=30)
        return {"found": reply["content"]["history"], "mark": mark}


def debugger_and_comms():
    """What there is not is said, and nothing waits for ever."""
    with kernel() as (_, client):
        message = client.session.msg("debug_request", {"type": "request", "seq": 3, "command": "attach"})
        client.control_channel.send(message)
        reply = client.get_control_msg(timeout=30)
        client.comm_info()
        comms = client.get_shell_msg(timeout=30)
        return {"debug": reply["content"], "comms": comms["content"]}


def errors():
    """An error is one message, in colour, and warnings have HTML."""
    result = {}
    with kernel() as (_, client):
        reply, messages = execute(client, "net A(1x28x28) { conv 6 5x5 -> linear 10 }")
        result["kinds"] = kinds(messages)
        result["traceback"] = "\n".join(reply["traceback"])
        _, messages = execute(client, "net B(1x28x28) { conv 4 3 stride=2 -> flatten -> linear 10 }")
        data = [m["content"]["data"] for m in messages if m["msg_type"] == "display_data"]
        result["bundles"] = data
        _, messages = execute(client, "help conv")
        result["help"] = [m["content"]["data"] for m in messages if m["msg_type"] == "display_data"]
    return result


SCENARIOS = [
    interrupt_training,
    interrupt_compiling,
    many_cells,
    killed_worker,
    wrong_signature,
    picture,
    unicode_cursor,
    rust,
    endless_rust,
    leave_nothing,
    history,
    debugger_and_comms,
    errors,
]


def main():
    scenario = next(it for it in SCENARIOS if it.__name__ == sys.argv[1])
    json.dump(scenario(), sys.stdout)


main()
