"""A Python kernel without the start of an interpreter and of its packages: a copy of a process that has imported them.

The tests' kernelspec, which `conftest.py` writes, starts this file in place of `ipykernel_launcher`. The first to start
starts the warmed process, which is copied (`os.fork`) for each kernel and ends after the tests. What a cell sees there
is what it sees in any kernel, but for `sys.modules`. The browser's tests have kernels as everybody has them.
"""

import array
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

# Not aiohttp, which takes the certificates' place from the environment when it is imported; nothing of this project.
IMPORTS = ("ipykernel.kernelapp", "anywidget", "azure.identity", "azure.keyvault.secrets", "ipywidgets", "pandas")
LOOK_AGAIN_SECONDS = 0.05
INTERRUPT = b"i"


def kernelspec(address: Path) -> str:
    """The kernelspec of such kernels, as the text of its file. The warmed process listens at the address, a socket."""
    command = [sys.executable, "-I", "-S", __file__, str(address), str(os.getpid())]
    return json.dumps(
        {"argv": [*command, "-f", "{connection_file}"], "display_name": "Python 3 (ipykernel)", "language": "python"}
    )


def main(address: str, tests: str, *arguments: str) -> int:
    """Be the process that Jupyter takes for a kernel, or without a kernel's arguments the warmed process."""
    if arguments:
        return _stand_for_kernel(address, tests, arguments)
    _serve(address, int(tests))
    return 0


def _stand_for_kernel(address: str, tests: str, arguments: tuple[str, ...]) -> int:
    """Have a kernel made, pass Ctrl+C on to it, and give its exit code when it ends."""
    with _connect(address, tests) as warmed:
        signal.signal(signal.SIGINT, lambda *_: warmed.send(INTERRUPT))
        order = {"arguments": arguments, "folder": str(Path.cwd()), "environment": dict(os.environ)}
        streams = array.array("i", [1, 2])
        warmed.sendmsg([b"o"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)])
        warmed.sendall(json.dumps(order).encode() + b"\n")
        code = warmed.recv(1)
        return code[0] if code else 1


def _connect(address: str, tests: str) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(address)
    except OSError:
        command = [sys.executable, "-X", "utf8", __file__, address, tests]
        started = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True)
        started.stdout.readline()  # it says when it is ready
        connection.connect(address)
    return connection


def _serve(address: str, tests: int) -> None:
    """Make a kernel for each who asks, as long as the tests' process is there."""
    for name in IMPORTS:
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the copies
    with socket.socket(socket.AF_UNIX) as listening, suppress(ProcessLookupError):
        listening.bind(address)
        listening.listen()
        listening.settimeout(1)
        print("ready", flush=True)
        while True:
            os.kill(tests, 0)  # raises an error once it's gone
            with suppress(TimeoutError):
                asking, _ = listening.accept()
                with asking:
                    if os.fork() == 0:
                        listening.close()
                        _keep(asking)


def _keep(asking: socket.socket) -> None:
    """In a copy: make a kernel of a further copy, and end with it. It ends when whoever asked for it does."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    asking.settimeout(None)
    _, control, _, _ = asking.recvmsg(1, socket.CMSG_SPACE(2 * array.array("i").itemsize))
    streams = array.array("i", control[0][2])
    with asking.makefile("rb") as reads:
        order = json.loads(reads.readline())
    kernel = os.fork()
    if kernel == 0:
        asking.close()
        _be_kernel(order, streams)
    while True:
        if select.select([asking], [], [], LOOK_AGAIN_SECONDS)[0]:
            os.kill(kernel, signal.SIGINT if asking.recv(1) == INTERRUPT else signal.SIGKILL)
        ended, status = os.waitpid(kernel, os.WNOHANG)
        if ended:
            with suppress(OSError):
                asking.send(bytes([os.waitstatus_to_exitcode(status) & 0xFF]))
            os._exit(0)


def _be_kernel(order: dict, streams: array.array) -> None:
    for number, stream in enumerate(streams, start=1):
        os.dup2(stream, number)
        os.close(stream)
    os.setsid()
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    sys.path[0] = ""
    sys.argv = ["ipykernel_launcher", *order["arguments"]]
    from ipykernel import kernelapp

    kernelapp.launch_new_instance()
    sys.exit()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
