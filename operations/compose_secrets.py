"""``make secrets``: the passwords that docker-compose.yml mounts, each made once, by chance, in a file of its own."""

import os
import secrets
from pathlib import Path

import click

from operations.rabbitmq_definitions import VHOST, definitions, password_hash, text_of
from operations.rabbitmq_users import USERS

BYTES = 24
#: The folder keeps others on this machine out; a container's user, who is none of ours, has to read the files.
FOLDER_MODE, FILE_MODE = 0o700, 0o444
BROKER_USERS = ("user_service", "order_service", "operator", "catalog")
DATABASE_ROLES = ("user_service", "order_service", "operator")
SERVERS = {"postgresql": "postgresql+psycopg", "mariadb": "mysql+pymysql"}
#: Who opens which database: the file's name, the role, the database.
DATABASES = (
    ("user_service_url", "user_service", "users"),
    ("order_service_url", "order_service", "orders"),
    ("operator_users_url", "operator", "users"),
    ("operator_orders_url", "operator", "orders"),
)


@click.command()
def main() -> None:
    """Make what is missing; a password that is there stays."""
    make(folder())
    click.echo(f"{folder()}/ has a password for everybody.")


def folder() -> Path:
    """Where they are, as docker-compose.yml looks for them."""
    return Path(os.environ.get("SECRETS") or "secrets")


def make(folder: Path) -> None:
    """A file for each password, and for each address that holds one; all for the owner of the folder alone."""
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    brokers = {user.name: _password(folder / "rabbitmq" / user.name) for user in USERS}
    for name in BROKER_USERS:
        _write(folder / f"{name}_broker_url", f"amqp://{name}:{brokers[name]}@rabbitmq:5672/{VHOST}")
    hashes = {name: password_hash(password) for name, password in brokers.items()}
    _write(folder / "definitions.json", text_of(definitions(hashes)))

    roles = {name: _password(folder / f"{name}_database") for name in DATABASE_ROLES}
    for server, scheme in SERVERS.items():
        for file, role, database in DATABASES:
            _write(folder / server / file, f"{scheme}://{role}:{roles[role]}@{server}/{database}")
    for name in ("postgresql_superuser", "mariadb_root", "grafana_admin"):
        _password(folder / name)

    redis = _password(folder / "redis")
    _write(folder / "redis_url", f"redis://:{redis}@redis:6379/0")
    _write(folder / "redis.conf", f"requirepass {redis}\n")


def _password(path: Path) -> str:
    if not path.exists():
        # Letters and digits alone: it goes into addresses, SQL and a configuration as it is.
        _write(path, secrets.token_hex(BYTES))
    return path.read_text()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(mode=FOLDER_MODE, exist_ok=True)
    if path.exists():
        path.chmod(FILE_MODE | 0o200)
    # In place: a container that runs has this very file mounted.
    path.write_text(text)
    path.chmod(FILE_MODE)


if __name__ == "__main__":
    main()
