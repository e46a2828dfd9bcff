"""The clients that callers of the REST API are given: each tells its whole story to a running stack."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.api_client import PASSWORD, Caller
from tests.matrix import EMBEDDED
from tests.missing import skip_or_fail
from tests.node import program
from tests.stack import BIN, ROOT, Stack

pytestmark = pytest.mark.parametrize("stack", [EMBEDDED], indirect=True)

COLLECTION = ROOT / "docs" / "postman" / "event-services.postman_collection.json"
ENVIRONMENT = ROOT / "docs" / "postman" / "local.postman_environment.json"
REQUESTS = ROOT / "docs" / "requests.http"
PORTS = {"user": "5000", "order": "5001"}

Done = subprocess.CompletedProcess[str]


def run(command: list[str], folder: Path, environment: dict[str, str] | None = None) -> Done:
    return subprocess.run(
        command, cwd=folder, env=environment, text=True, capture_output=True, timeout=120, check=False
    )


def addressed(text: str, stack: Stack) -> str:
    """The text, with the addresses of this stack for those that ours has by default."""
    for service, port in PORTS.items():
        text = re.sub(rf"http://(127\.0\.0\.1|localhost):{port}\b", stack.url(service), text)
    return text


def postman(stack: Stack, admin: Caller, folder: Path, password: str = PASSWORD) -> tuple[Done, dict[str, Any]]:
    """Run the collection as a person would who has imported it; what newman says and reports."""
    environment = json.loads(addressed(ENVIRONMENT.read_text(), stack))
    filled = {"adminEmail": admin.me()["email"], "adminPassword": password}
    for variable in environment["values"]:
        variable["value"] = filled.get(variable["key"], variable["value"])
    (folder / "environment.json").write_text(json.dumps(environment))
    reporting = ["--reporters", "cli,json", "--reporter-json-export", "report.json", "--color", "off"]
    done = run([program("newman"), "run", str(COLLECTION), "-e", "environment.json", *reporting], folder)
    return done, json.loads((folder / "report.json").read_text())["run"]


def httpyac(text: str, stack: Stack, admin: Caller, folder: Path) -> tuple[Done, dict[str, Any]]:
    """Send all requests of an .http file; what httpYac says and sums up."""
    (folder / "requests.http").write_text(addressed(text, stack))
    (folder / "httpyac.config.js").write_text((REQUESTS.parent / "httpyac.config.js").read_text())
    variables = ["--var", f"adminEmail={admin.me()['email']}", f"adminPassword={PASSWORD}"]
    # In short: it ends without waiting until a pipe has taken more than 64 KiB.
    reporting = ["--json", "--output", "none", "--filter", "only-failed"]
    done = run([program("httpyac"), "send", "requests.http", "--all", *reporting, *variables], folder)
    return done, json.loads(done.stdout)["summary"]


def readme(text: str, stack: Stack) -> Done:
    """Run what the README shows under "Call it", as a person would in the project's folder."""
    if shutil.which("curl") is None:
        skip_or_fail("no curl: install it")
    (script,) = re.findall(r"^## Call it$.*?^```bash\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    script = addressed(script, stack).replace(".venv/bin/", f"{BIN}/")
    return run(["bash", "-euo", "pipefail", "-c", script], stack.folder, stack.environment)


def test_the_postman_collection_tells_its_whole_story(stack: Stack, admin: Caller, tmp_path: Path) -> None:
    folders = json.loads(COLLECTION.read_text())["item"]
    names = {request["name"] for folder in folders for request in folder["item"]}

    done, report = postman(stack, admin, tmp_path)

    assert (done.returncode, report["failures"]) == (0, []), done.stdout
    assert {execution["item"]["name"] for execution in report["executions"]} == names


def test_the_postman_collection_fails_where_an_answer_is_wrong(stack: Stack, admin: Caller, tmp_path: Path) -> None:
    done, report = postman(stack, admin, tmp_path, password="not the administrator's")

    assert done.returncode == 1
    assert {failure["source"]["name"] for failure in report["failures"]} == {"Sign in as administrator"}


def test_the_http_file_tells_its_whole_story(stack: Stack, admin: Caller, tmp_path: Path) -> None:
    text = REQUESTS.read_text()

    done, summary = httpyac(text, stack, admin, tmp_path)

    assert done.returncode == 0, done.stdout
    assert summary["successTests"] == summary["totalTests"] == text.count("\n# ?? ")


def test_the_http_file_fails_where_an_answer_is_wrong(stack: Stack, admin: Caller, tmp_path: Path) -> None:
    text = REQUESTS.read_text().replace("# ?? body total_cents == 25000", "# ?? body total_cents == 24999")

    done, summary = httpyac(text, stack, admin, tmp_path)

    assert (done.returncode, summary["failedTests"]) == (20, 1), done.stdout


def test_what_the_readme_shows_can_be_pasted(stack: Stack) -> None:
    done = readme((ROOT / "README.md").read_text(), stack)

    assert done.returncode == 0, done.stderr
    said = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    ada, chair, confirmed, history, cancelled = said
    assert (ada["name"], chair["sku"]) == ("Ada", "chair")
    assert [order["status"] for order in (confirmed, cancelled)] == ["confirmed", "cancelled"]
    assert [step["status"] for step in history["items"]] == ["pending", "confirmed"]


def test_what_the_readme_shows_stops_where_it_is_refused(stack: Stack) -> None:
    text = (ROOT / "README.md").read_text().replace('"sku": "chair"', '"sku": "nothing"')

    done = readme(text, stack)

    assert (done.returncode, "KeyError: 'id'" in done.stderr) == (1, True), done.stderr
