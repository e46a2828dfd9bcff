"""The processes of the local stack: what runs, on which port, under a supervisor that starts again what dies."""

import configparser
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

VAR = Path("var")
CONFIG = VAR / "supervisord.conf"
PID_FILE = VAR / "supervisord.pid"
LOGS = VAR / "log"

#: Longer than the drain budget, so that a process which drains is not killed before its time.
STOP_SECONDS = 30


@dataclass(frozen=True)
class Process:
    """One program, and the port that it listens on."""

    name: str
    command: tuple[str, ...]
    port: int
    #: All but the broker tell on their port whether they are ready.
    has_readyz: bool = True
    priority: int = 10


def script(name: str) -> str:
    """One of our own commands, in the environment that runs this one."""
    return str(Path(sys.executable).parent / name)


def processes(ports: Mapping[str, int], embedded_broker_port: int | None) -> list[Process]:
    """All processes of the stack; ``ports`` by the name of their setting. The broker is ours if it has a port."""
    services = [
        Process(f"{prefix.lower()}-{role}", (script(f"{prefix.lower()}-service"), role), ports[setting])
        for prefix in ("USER", "ORDER")
        for role, setting in (
            ("api", f"{prefix}_PORT"),
            ("worker", f"{prefix}_WORKER_PORT"),
            ("relay", f"{prefix}_RELAY_PORT"),
        )
    ]
    if embedded_broker_port is None:
        return services
    return [
        Process("broker", (script("broker"), "serve"), embedded_broker_port, has_readyz=False, priority=1),
        *services,
    ]


def write_config(programs: list[Process], environment: Mapping[str, str]) -> None:
    """Write supervisor's configuration; it has no port or socket of its own, signals are enough."""
    config = configparser.RawConfigParser()
    config["supervisord"] = {
        "pidfile": str(PID_FILE.absolute()),
        "logfile": str((LOGS / "supervisord.log").absolute()),
        "childlogdir": str(LOGS.absolute()),
        "nodaemon": "true",
        "umask": "077",
        "directory": str(Path.cwd()),
    }
    for program in programs:
        config[f"program:{program.name}"] = _program(program, environment)
    # What is in one group is stopped at once; the broker goes after those that talk to it.
    services = [program.name for program in programs if program.has_readyz]
    config["group:services"] = {"programs": ",".join(services), "priority": "10"}
    with CONFIG.open("w") as file:
        config.write(file)


def _program(program: Process, environment: Mapping[str, str]) -> dict[str, str]:
    settings = ",".join(f'{key}="{_quoted(value)}"' for key, value in environment.items())
    return {
        "command": " ".join(f'"{_quoted(part)}"' for part in program.command),
        "environment": settings,
        "priority": str(program.priority),
        "autorestart": "true",
        "startsecs": "1",
        # A broker or database that is away for a while is no reason to give up.
        "startretries": "1000",
        "stopwaitsecs": str(STOP_SECONDS),
        "stopasgroup": "false",
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": str((LOGS / f"{program.name}.log").absolute()),
        "stdout_logfile_maxbytes": "20MB",
        "stdout_logfile_backups": "1",
    }


def _quoted(text: str) -> str:
    # Supervisor expands % and ends a value at a quote.
    return text.replace("%", "%%").replace('"', '\\"')


def running_supervisor() -> int | None:
    """The id of the supervisor that runs this stack, or None."""
    try:
        pid = int(PID_FILE.read_text())
        os.kill(pid, 0)
    except (OSError, ValueError):
        return None
    # A pid file outlives a kill, and its number may be somebody else's by now.
    command_line = Path(f"/proc/{pid}/cmdline")
    if command_line.exists() and str(CONFIG.absolute()).encode() not in command_line.read_bytes():
        return None
    return pid
