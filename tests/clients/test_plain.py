"""Programs without an SDK that find their way by the environment alone: curl, wget, and Node's own `fetch`."""

import json
import shutil
import subprocess

import pytest
import trustme

from helpers.practice import PracticeCloud
from helpers.practice.identities import TENANT_ID

from .programs import missing

URL = f"https://login.microsoftonline.com/{TENANT_ID}/v2.0/.well-known/openid-configuration"


def fetch(name, *arguments, cloud):
    """What a program prints that asks the practice cloud's sign-in."""
    program = shutil.which(name)
    if program is None:
        missing(f"{name} is not installed.")
    if name == "curl" and "Schannel" in subprocess.run([program, "--version"], capture_output=True, text=True).stdout:
        pytest.skip("this curl is Windows' own, which trusts the system's certificates alone")
    finished = subprocess.run(
        [program, *arguments, URL], env=cloud.environment(), capture_output=True, encoding="utf-8", timeout=60
    )
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)["issuer"]


@pytest.mark.parametrize("variable", [None, "CURL_CA_BUNDLE", "SSL_CERT_DIR", "SSL_CERT_FILE"])
@pytest.mark.parametrize("command", [("curl", "--silent", "--show-error"), ("wget", "--quiet", "--output-document=-")])
def test_a_company_with_certificates_of_its_own_keeps_nobody_out(command, variable, monkeypatch, tmp_path):
    company = tmp_path / "certificates"
    company.mkdir()
    trustme.CA(organization_name="The Company").cert_pem.write_to_path(str(company / "company.pem"))
    if variable is not None:
        monkeypatch.setenv(variable, str(company if variable == "SSL_CERT_DIR" else company / "company.pem"))
    with PracticeCloud() as cloud:
        assert TENANT_ID in fetch(*command, cloud=cloud)


def test_nodes_own_fetch_asks_the_front_door(cloud):
    asked = ("node", "--print", "process.versions.node")
    version = subprocess.run(asked, capture_output=True, text=True).stdout.strip() if shutil.which("node") else "0"
    if [int(part) for part in version.split(".")] < [24, 5]:
        missing("Node's fetch does not read HTTPS_PROXY here: install Node.js 24.5 or newer.")
    program = "fetch(process.argv[1]).then((answer) => answer.text()).then((text) => console.log(text))"
    assert TENANT_ID in fetch("node", "--eval", program, cloud=cloud)
