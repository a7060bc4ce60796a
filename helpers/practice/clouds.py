"""The clouds of Azure that the practice cloud plays: where each one's sign-in and vaults are, and how its tokens read.

The hosts are those of azure-identity's `AzureAuthorityHosts` and of the Azure CLI's clouds.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cloud:
    """A cloud: one with a sign-in of its own, whose tokens no other cloud's vaults take."""

    name: str
    sign_in: str  # the host that its sign-in calls itself
    aliases: tuple[str, ...]  # that host's other names
    issuers: str  # what the issuers of its access tokens begin with
    vaults: str  # the domain of its vaults

    @property
    def resource(self) -> str:
        """What a token for its vaults is for. It is the vaults' domain, or the SDK would not take the challenge."""
        return f"https://{self.vaults}"

    def issuer(self, tenant: str) -> str:
        """Who issues a tenant's access tokens."""
        return f"{self.issuers}/{tenant}/"


PUBLIC = Cloud("AzureCloud", "login.microsoftonline.com", (), "https://sts.windows.net", "vault.azure.net")
# Tokens of Azure Government have the public cloud's issuers, and those of China have their own.
GOVERNMENT = Cloud(
    "AzureUSGovernment", "login.microsoftonline.us", (), "https://sts.windows.net", "vault.usgovcloudapi.net"
)
CHINA = Cloud(
    "AzureChinaCloud",
    "login.partner.microsoftonline.cn",  # what Microsoft's documentation names
    ("login.chinacloudapi.cn",),  # what the SDKs name
    "https://sts.chinacloudapi.cn",
    "vault.azure.cn",
)
CLOUDS = {cloud.name: cloud for cloud in (PUBLIC, GOVERNMENT, CHINA)}


def of_vault(host: str) -> tuple[str, Cloud] | None:
    """The name of the vault that a host would be, and its cloud; None for a host that is no vault's."""
    name, _, domain = host.partition(".")
    cloud = next((cloud for cloud in CLOUDS.values() if cloud.vaults == domain), None)
    return (name, cloud) if name and cloud else None
