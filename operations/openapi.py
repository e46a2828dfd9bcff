"""``make openapi``: writes what each service says of itself to ``docs/openapi``, to be read, compared and released.

A released document is never written over: what it promised holds until the next major version.
"""

import json
import sys
from dataclasses import replace
from pathlib import Path

import click

from chassis.service import Service
from order_service.service import make_service as order_service
from user_service.service import make_service as user_service

FOLDER = Path("docs/openapi")
RELEASED = FOLDER / "released"
#: Where user_service is without any settings.
ISSUER = "http://127.0.0.1:5000"


@click.command()
@click.option("--release", is_flag=True, help="Keep the documents as those of their version too.")
def main(*, release: bool) -> None:
    """Write the documents of both services."""
    for service in (user_service(), order_service()):
        write(FOLDER / f"{service.name}.json", text_of(service))
        if release:
            path = RELEASED / f"{service.name}-{service.api_version}.json"
            if path.exists():
                sys.exit(f"{path} is there already: a release stays as it is. Raise the service's api_version.")
            write(path, text_of(service))


def text_of(service: Service) -> str:
    """The service's document, with the addresses that it has without any settings."""
    public_url = f"http://127.0.0.1:{service.defaults.port}"
    settings = replace(service.settings(), token_issuer=ISSUER, public_url=public_url)
    return json.dumps(service.document(settings), indent=2, ensure_ascii=False) + "\n"


def write(path: Path, text: str) -> None:
    """Write the file, and say so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    click.echo(path)


if __name__ == "__main__":
    main()
