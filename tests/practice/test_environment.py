"""The environment variables: what is set, what would lead elsewhere, and what of the user's own stays in force."""

import os
import shlex
import shutil
import ssl
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import certifi
import pytest
import trustme
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from helpers.practice import PracticeCloud, PracticeError
from helpers.practice.environment import earlier_proxy


def authorities(path):
    """The subjects of a bundle's certificates."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(path)
    subjects = [dict(part for parts in one["subject"] for part in parts) for one in context.get_ca_certs()]
    return {subject["organizationName"] for subject in subjects if "organizationName" in subject}


def company(path, name):
    path.write_bytes(trustme.CA(organization_name=name).cert_pem.bytes().rstrip())  # with no line end, as some have it
    return str(path)


LINUX = pytest.mark.skipif(os.name == "nt", reason="Windows finds programs by the ends of their names")
PRACTICE = "Key Vault notebooks, practice cloud"


def test_without_bundles_of_the_users_own_certifis_stays_in_force(cloud):
    known = authorities(certifi.where())
    assert authorities(cloud.settings["REQUESTS_CA_BUNDLE"]) == known | {PRACTICE}
    assert PRACTICE in authorities(cloud.settings["SSL_CERT_FILE"])
    assert len(authorities(cloud.settings["SSL_CERT_FILE"])) > 10
    assert authorities(cloud.settings["NODE_EXTRA_CA_CERTS"]) == {PRACTICE}


@pytest.mark.parametrize(
    ("of_the_user", "ours"),
    [
        ("REQUESTS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"),
        ("CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"),
        ("CURL_CA_BUNDLE", "CURL_CA_BUNDLE"),
        ("SSL_CERT_FILE", "SSL_CERT_FILE"),
        ("SSL_CERT_FILE", "CURL_CA_BUNDLE"),
        ("NODE_EXTRA_CA_CERTS", "NODE_EXTRA_CA_CERTS"),
    ],
)
def test_a_bundle_of_the_users_own_stays_in_force(of_the_user, ours, monkeypatch, tmp_path):
    monkeypatch.setenv(of_the_user, company(tmp_path / "company.pem", "The Company"))
    with PracticeCloud() as cloud:
        assert authorities(cloud.settings[ours]) == {"The Company", PRACTICE}


def test_a_folder_of_certificates_stays_in_force(monkeypatch, tmp_path):
    folder = tmp_path / "certificates"
    folder.mkdir()
    company(folder / "one.pem", "One")
    company(folder / "two.0", "Two")
    (folder / "notes.bin").write_bytes(b"\x00\xff not a certificate")
    (folder / "below").mkdir()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder))
    with PracticeCloud() as cloud:
        assert authorities(cloud.settings["REQUESTS_CA_BUNDLE"]) == {"One", "Two", PRACTICE}


@pytest.mark.parametrize("ours", ["SSL_CERT_FILE", "CURL_CA_BUNDLE"])
def test_what_openssl_finds_in_folders_stays_in_force(ours, monkeypatch, tmp_path):
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
        company(folder / "company.pem", folder.name)
        shutil.copy(folder / "company.pem", folder / "12345678.0")  # as a folder that OpenSSL looks in has it
    monkeypatch.setenv("SSL_CERT_FILE", company(tmp_path / "file.pem", "file"))
    monkeypatch.setenv("SSL_CERT_DIR", os.pathsep.join(str(folder) for folder in folders))
    with PracticeCloud() as cloud:
        assert cloud.environment()["SSL_CERT_DIR"] == os.environ["SSL_CERT_DIR"]
        bundle = cloud.settings[ours]
        assert authorities(bundle) == {"one", "two", "file", PRACTICE}
        assert Path(bundle).read_text(encoding="utf-8").count("BEGIN CERTIFICATE") == 4


def test_a_bundle_that_is_not_there_is_no_reason_to_fail(monkeypatch, tmp_path):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "nowhere.pem"))
    with PracticeCloud() as cloud:
        assert authorities(cloud.settings["REQUESTS_CA_BUNDLE"]) == {PRACTICE}


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy", "No_Proxy"])
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("localhost,127.0.0.1,.example.org", "localhost,127.0.0.1,.example.org"),
        ("localhost, *.vault.azure.net ,10.0.0.0/8", "localhost,10.0.0.0/8"),
        (".azure.net,login.microsoftonline.com:443,Windows.NET,example.org", "example.org"),
        ("practice-vault.vault.azure.net,net,microsoftonline.com,com", None),
        ("re.net", None),  # Requests takes it for the end of any name
        ("*", None),
        ("", None),
    ],
)
def test_no_host_of_azure_goes_past_the_front_door(name, given, kept, monkeypatch):
    monkeypatch.setenv(name, given)
    with PracticeCloud() as cloud:
        found = cloud.settings["NO_PROXY"]
        assert (found and found.replace(" ", "")) == kept
        assert cloud.settings["no_proxy"] == found
        assert "No_Proxy" not in cloud.environment()


@pytest.mark.parametrize(
    "name",
    ["AZURE_TOKEN_CREDENTIALS", "AZURE_AUTHORITY_HOST", "AZURE_REGIONAL_AUTHORITY_NAME", "no_proxy"],
)
def test_what_would_lead_elsewhere_is_removed(cloud, name):
    assert cloud.settings[name] is None
    assert name not in cloud.environment({name: "something"})


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, (None, "")),
        ({"HTTPS_PROXY": "http://one:1", "https_proxy": "http://two:2"}, ("http://two:2", "")),
        ({"HTTPS_PROXY": "one:1", "NO_PROXY": "a,b"}, ("http://one:1", "a,b")),
        ({"ALL_PROXY": "https://one"}, ("https://one", "")),
        ({"HTTPS_PROXY": "socks5h://one:1"}, (None, "")),
        ({"HTTPS_PROXY": "http://one:many"}, (None, "")),
    ],
)
def test_the_users_own_proxy_is_found(given, found):
    assert earlier_proxy(given) == found


@pytest.mark.parametrize("of_the_system", ["getproxies_registry", "getproxies_macosx_sysconf"])
def test_the_proxy_in_the_systems_settings_is_found(of_the_system, monkeypatch):
    system = {"http": "http://web:1", "https": "http://proxy:3128"}
    monkeypatch.setattr(urllib.request, of_the_system, lambda: system, raising=False)
    assert earlier_proxy({}) == ("http://proxy:3128", "")
    assert earlier_proxy({"HTTPS_PROXY": "http://mine:1"}) == ("http://mine:1", "")
    monkeypatch.setattr(urllib.request, of_the_system, dict)
    assert earlier_proxy({}) == (None, "")


def test_az_has_a_configuration_of_its_own_that_outlives_the_cloud(cloud, state_folder):
    folder = Path(cloud.settings["AZURE_CONFIG_DIR"])
    assert folder == state_folder / "az"
    assert os.name == "nt" or folder.stat().st_mode & 0o077 == 0
    assert "collect_telemetry = false" in (folder / "config").read_text(encoding="utf-8")
    (folder / "config").write_text("[core]\noutput = table\n")  # as `az config set` does
    cloud.stop()
    with PracticeCloud() as later:
        folder = Path(later.settings["AZURE_CONFIG_DIR"])
        assert "output = table" in (folder / "config").read_text(encoding="utf-8")


def test_a_configuration_for_az_that_cannot_be_written_is_told(state_folder):
    state_folder.mkdir()
    (state_folder / "az").write_text("a file, where a folder is to be")
    with pytest.raises(PracticeError, match=r"Azure CLI's settings in .*az .*PRACTICE_CLOUD_HOME"):
        PracticeCloud()


def test_settings_for_az_in_the_environment_are_removed(monkeypatch):
    monkeypatch.setenv("AZURE_CORE_COLLECT_TELEMETRY", "yes")
    monkeypatch.setenv("AZURE_DEFAULTS_GROUP", "my-group")
    with PracticeCloud() as cloud:
        environment = cloud.environment()
    assert "AZURE_CORE_COLLECT_TELEMETRY" not in environment
    assert "AZURE_DEFAULTS_GROUP" not in environment


def test_everybodys_settings_for_wget_stay_in_force(monkeypatch, tmp_path):
    (tmp_path / "settings").write_text("tries = 7")
    monkeypatch.setenv("SYSTEM_WGETRC", str(tmp_path / "settings"))
    with PracticeCloud() as cloud:
        lines = Path(cloud.settings["SYSTEM_WGETRC"]).read_text(encoding="utf-8").splitlines()
        assert lines == ["tries = 7", f"ca_certificate = {cloud.settings['SSL_CERT_FILE']}"]


def java_folder(path, *programs):
    """A folder for PATH with programs in it that do nothing: whether Java is here is asked of PATH alone."""
    path.mkdir()
    for program in programs:
        shutil.copy(shutil.which("true") or sys.executable, path / program)
    return str(path)


def in_trust_store(options):
    """The organizations in the trust store that options of Java name, and its password; the last of two holds."""
    given = dict(option.partition("=")[::2] for option in shlex.split(options))
    password = given["-Djavax.net.ssl.trustStorePassword"]
    store = pkcs12.load_pkcs12(Path(given["-Djavax.net.ssl.trustStore"]).read_bytes(), password.encode())
    subjects = [one.certificate.subject for one in store.additional_certs]
    return {subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value for subject in subjects}


@LINUX
def test_java_trusts_what_openssl_does_and_keeps_the_users_own_options(monkeypatch, tmp_path):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", java_folder(tmp_path / "bin", "java"))
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", " -Xmx64m -Djava.net.useSystemProxies=false ")
    monkeypatch.setenv("SSL_CERT_FILE", company(tmp_path / "company.pem", "The Company"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "a folder"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    (tmp_path / "a folder").mkdir()
    with PracticeCloud() as cloud:
        options = cloud.settings["JAVA_TOOL_OPTIONS"]
        given = shlex.split(options)
        assert given[:3] == ["-Xmx64m", "-Djava.net.useSystemProxies=false", "-Djava.net.useSystemProxies=true"]
        assert in_trust_store(options) == {"The Company", PRACTICE}


@LINUX
def test_a_practice_cloud_inside_another_takes_no_time_over_the_outer_ones_trust_store(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", java_folder(tmp_path / "bin", "java"))
    keytool = tmp_path / "bin" / "keytool"  # half a second, each time
    keytool.write_text(f"#!/bin/sh\necho ran > {tmp_path}/ran")
    keytool.chmod(0o755)
    monkeypatch.setenv("SSL_CERT_FILE", company(tmp_path / "company.pem", "The Company"))
    with PracticeCloud() as outer:
        monkeypatch.setenv("JAVA_TOOL_OPTIONS", outer.settings["JAVA_TOOL_OPTIONS"])
        with PracticeCloud() as inner:
            assert in_trust_store(inner.settings["JAVA_TOOL_OPTIONS"]) == {"The Company", PRACTICE}
    assert not (tmp_path / "ran").exists()


@LINUX
def test_where_there_is_no_java_nothing_is_written_for_it(monkeypatch, tmp_path):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", java_folder(tmp_path / "bin"))
    with PracticeCloud() as cloud:
        assert "JAVA_TOOL_OPTIONS" not in cloud.settings
        assert [
            path.name for path in Path(cloud.settings["SSL_CERT_FILE"]).parent.iterdir() if "java" in path.name
        ] == []


def test_the_settings_lead_another_language_to_the_practice_cloud_as_well(cloud):
    # Not the SDK: Node.js as it comes asks the sign-in through the front door, and trusts its certificate.
    program = """
        const url = new URL(process.env.HTTPS_PROXY), tls = require("tls"), http = require("http");
        const headers = {"Proxy-Authorization": "Basic " + btoa(url.username + ":" + url.password)};
        http.request({host: url.hostname, port: url.port, method: "CONNECT", headers,
                      path: "login.microsoftonline.com:443"}).on("connect", (answer, socket) => {
            const secure = tls.connect({socket, servername: "login.microsoftonline.com"}, () => {
                console.log(answer.statusCode, secure.authorized); secure.destroy();
            });
        }).end();
    """
    try:
        said = subprocess.run(
            ["node", "-e", program], env=cloud.environment(), capture_output=True, text=True, timeout=20
        )
    except FileNotFoundError:
        pytest.skip("there is no Node.js here")
    assert said.stdout == "200 true\n", said.stderr
