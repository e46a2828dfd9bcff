"""The settings that the code asks for are those that the README tells and that Docker Compose hands on."""

import re

import yaml

from tests.deployment.settings_of_code import OF_ONE_MACHINE, asked
from tests.stack import ROOT

#: Of `make up` alone, and told nowhere.
UNTOLD = {"EXIT_WITH_PARENT"}


def test_the_readme_tells_every_setting_and_no_other() -> None:
    table = (ROOT / "README.md").read_text().partition("| setting | default | |\n")[2].partition("\n\n")[0]
    told = {name for row in table.splitlines() for name in re.findall(r"`([A-Z][A-Z_]+)`", row.split("|")[1])}

    assert told == asked()[0] | {f"{name}_FILE" for name in asked()[1]} | OF_ONE_MACHINE - UNTOLD


def test_compose_hands_on_every_setting_and_no_other() -> None:
    handed_on = set(yaml.safe_load((ROOT / "docker-compose.yml").read_text())["x-settings"])
    known, secret = asked()

    # SMTP_URL may stand in a file, but need not.
    as_files = {f"{name}_FILE" for name in secret if f"{name}_FILE" in handed_on}
    assert handed_on == known - {name.removesuffix("_FILE") for name in as_files} | as_files
    assert {"BROKER_URL_FILE", "USER_DATABASE_URL_FILE", "ORDER_DATABASE_URL_FILE", "REDIS_URL_FILE"} <= as_files
