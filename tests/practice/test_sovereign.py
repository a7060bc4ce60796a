"""Azure Government and Azure in China: the official SDK works there, and no cloud takes another's token."""

import jwt
import pytest
from azure.core.exceptions import AzureError, ClientAuthenticationError, ServiceRequestError
from azure.identity import AzureAuthorityHosts, DefaultAzureCredential
from azure.keyvault.secrets import SecretClient

from helpers.practice import PracticeCloud
from helpers.practice.clouds import CHINA, CLOUDS, GOVERNMENT, PUBLIC
from helpers.practice.identities import (
    CHINA_VAULT,
    DEFAULT_GROUP,
    DEFAULT_VAULT,
    GOVERNMENT_VAULT,
    SUBSCRIPTION_ID,
    TENANT_ID,
)
from helpers.troubleshooting import advise

VAULTS = {
    PUBLIC.name: f"{DEFAULT_VAULT}.vault.azure.net",
    GOVERNMENT.name: f"{GOVERNMENT_VAULT}.vault.usgovcloudapi.net",
    CHINA.name: f"{CHINA_VAULT}.vault.azure.cn",
}
# What a reader sets: the SDK's own names, and the one that Microsoft's documentation has for China.
AUTHORITIES = [
    (GOVERNMENT, AzureAuthorityHosts.AZURE_GOVERNMENT),
    (CHINA, AzureAuthorityHosts.AZURE_CHINA),
    (CHINA, "https://login.partner.microsoftonline.cn/"),
]
PAIRS = [(one, other) for one in CLOUDS for other in CLOUDS if one != other]


@pytest.fixture
def connect(started, monkeypatch):
    """Makes a client of a vault, signed in at an authority; None leaves the variable away, as most programs do."""
    opened = []

    def make(authority, host):
        if authority:
            monkeypatch.setenv("AZURE_AUTHORITY_HOST", authority)
        credential = DefaultAzureCredential()
        client = SecretClient(f"https://{host}", credential, retry_total=0)
        opened.extend((client, credential))
        return client

    yield make
    for one in opened:
        one.close()


@pytest.mark.parametrize(("cloud", "authority"), AUTHORITIES)
def test_the_sdk_works_with_a_vault_of_another_cloud(cloud, authority, connect):
    client = connect(authority, VAULTS[cloud.name])
    saved = client.set_secret("in-another-cloud", "fake")
    assert saved.id.startswith(f"https://{VAULTS[cloud.name]}/secrets/in-another-cloud/")
    assert client.get_secret("in-another-cloud").value == "fake"
    assert [one.name for one in client.list_properties_of_secrets()] == ["in-another-cloud"]
    backup = client.backup_secret("in-another-cloud")
    with pytest.raises(AzureError, match=f"conflict restoring the secret 'https://{VAULTS[cloud.name]}/"):
        client.restore_secret_backup(backup)


def test_each_clouds_vault_has_secrets_of_its_own(connect):
    connect(None, VAULTS[PUBLIC.name]).set_secret("where", "fake")
    assert (
        list(connect(AzureAuthorityHosts.AZURE_GOVERNMENT, VAULTS[GOVERNMENT.name]).list_properties_of_secrets()) == []
    )


@pytest.mark.parametrize("cloud", [GOVERNMENT, CHINA], ids=lambda cloud: cloud.name)
def test_with_the_authority_forgotten_the_sign_in_does_not_know_the_vaults(cloud, connect):
    with pytest.raises(
        ClientAuthenticationError, match=f"AADSTS500011: The resource principal named {cloud.resource} "
    ) as no:
        connect(None, VAULTS[cloud.name]).get_secret("name")
    assert "`AZURE_AUTHORITY_HOST`" in advise(no.value.message).to_do


@pytest.mark.parametrize(("cloud", "authority"), AUTHORITIES)
def test_with_the_public_clouds_suffix_the_sign_in_of_another_refuses(cloud, authority, connect):
    with pytest.raises(
        ClientAuthenticationError, match=r"AADSTS500011: .* named https://vault\.azure\.net was not found"
    ):
        connect(authority, VAULTS[PUBLIC.name]).get_secret("name")
    with pytest.raises(ServiceRequestError, match="does not resolve"):
        connect(authority, VAULTS[cloud.name].partition(".")[0] + ".vault.azure.net").get_secret("name")


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_no_vault_takes_a_token_of_another_cloud(one, other, client):
    scope = f"{CLOUDS[one].resource}/.default"
    token = client.sign_in(host=CLOUDS[one].sign_in, scope=scope).body["access_token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["aud"], claims["iss"]) == (CLOUDS[one].resource, CLOUDS[one].issuer(TENANT_ID))
    headers = {"Authorization": f"Bearer {token}"}
    path = "/secrets?api-version=7.6"
    assert client.send("GET", path, headers=headers, host=VAULTS[one]).status == 200
    refused = client.send("GET", path, headers=headers, host=VAULTS[other])
    expected = "AKV10032: Invalid issuer" if CHINA.name in (one, other) else "AKV10022: Invalid audience"
    assert (refused.status, refused.body["error"]["message"][: len(expected)]) == (401, expected)
    authority, resource = f"https://{CLOUDS[other].sign_in}/{TENANT_ID}", CLOUDS[other].resource
    assert refused.headers["Www-Authenticate"] == f'Bearer authorization="{authority}", resource="{resource}"'


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_no_sign_in_gives_tokens_for_the_vaults_of_another_cloud(one, other, client):
    refused = client.sign_in(host=CLOUDS[one].sign_in, scope=f"{CLOUDS[other].resource}/.default")
    assert (refused.status, refused.body["error"], refused.body["error_codes"]) == (400, "invalid_resource", [500011])
    assert refused.body["error_uri"] == f"https://{CLOUDS[one].sign_in}/error?code=500011"


@pytest.mark.parametrize("other", [GOVERNMENT, CHINA], ids=lambda one: one.name)
def test_no_token_of_another_cloud_opens_the_resource_manager(other, client):
    refused = client.sign_in(host=other.sign_in, scope="https://management.azure.com/.default")
    assert refused.body["error_codes"] == [500011]


@pytest.mark.parametrize("other", CLOUDS.values(), ids=lambda one: one.name)
def test_a_sign_in_names_its_own_hosts(other, client):
    for host in (other.sign_in, *other.aliases):
        tenant = client.send("GET", f"/{TENANT_ID}/v2.0/.well-known/openid-configuration", host=host).body
        assert tenant["issuer"] == f"https://{other.sign_in}/{TENANT_ID}/v2.0"
        assert tenant["token_endpoint"].startswith(f"https://{other.sign_in}/")
        (about,) = client.send("GET", "/common/discovery/instance", host=host).body["metadata"]
        assert host in about["aliases"]


def test_a_vault_is_in_its_own_cloud_only(client):
    for host in VAULTS.values():
        name, _, domain = host.partition(".")
        for cloud in CLOUDS.values():
            if cloud.vaults != domain:
                with pytest.raises(OSError, match="does not resolve"):
                    client.send("GET", "/secrets?api-version=7.6", host=f"{name}.{cloud.vaults}")


def test_the_public_clouds_subscription_has_no_vault_of_another_cloud(client):
    token = client.sign_in(scope="https://management.azure.com/.default").body["access_token"]
    headers = {"Authorization": f"Bearer {token}"}

    def manage(path, method="GET", body=None):
        path = f"/subscriptions/{SUBSCRIPTION_ID}{path}?api-version=2023-07-01"
        return client.send(method, path, body, headers, "management.azure.com")

    seen = [vault["name"] for vault in manage("/providers/Microsoft.KeyVault/vaults").body["value"]]
    assert (DEFAULT_VAULT in seen, GOVERNMENT_VAULT in seen, CHINA_VAULT in seen) == (True, False, False)
    taken = f"/resourceGroups/{DEFAULT_GROUP}/providers/Microsoft.KeyVault/vaults/{GOVERNMENT_VAULT}"
    assert manage(taken).status == 404
    body = f'{{"location": "eastus", "properties": {{"tenantId": "{TENANT_ID}"}}}}'
    assert manage(taken, "PUT", body).body["error"]["code"] == "VaultAlreadyExists"


def test_an_authority_that_was_set_before_does_not_lead_the_default_vault_elsewhere(state_folder, monkeypatch):
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", AzureAuthorityHosts.AZURE_GOVERNMENT)
    with PracticeCloud() as cloud:
        assert "AZURE_AUTHORITY_HOST" not in cloud.environment()
