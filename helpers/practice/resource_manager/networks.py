"""How a vault's network rules look as JSON: in an answer, and in a request, checked.

Names and orders are those of "Vaults - Create Or Update" in the REST reference.
"""

from dataclasses import dataclass, replace
from ipaddress import ip_network
from typing import Any

from ..state.vaults import Network
from . import errors


@dataclass(frozen=True)
class AskedNetwork:
    """What a request says of a vault's network; None leaves it as it is."""

    public: bool | None = None
    allow: bool | None = None
    addresses: tuple[str, ...] | None = None
    bypass: str | None = None

    def applied_to(self, network: Network) -> Network:
        """The network as it is then."""
        return replace(network, **{name: value for name, value in vars(self).items() if value is not None})


def of_network(network: Network) -> dict[str, Any]:
    """The rules."""
    return {
        "bypass": network.bypass,
        "defaultAction": "Allow" if network.allow else "Deny",
        "ipRules": [{"value": address} for address in network.addresses],
        "virtualNetworkRules": [],
    }


def asked_network(properties: dict[str, Any]) -> AskedNetwork:
    """What the properties of a vault in a request say of its network.

    Raises:
        ServiceError: it is not what a vault can have, or the practice cloud has not.
    """
    rules = properties.get("networkAcls") or {}
    if not isinstance(rules, dict):
        raise errors.invalid_body()
    if rules.get("virtualNetworkRules"):
        raise errors.not_offered("virtual networks")
    given = rules.get("ipRules")
    return AskedNetwork(
        public=_one_of(properties, "publicNetworkAccess", {"enabled": True, "disabled": False}),
        allow=_one_of(rules, "defaultAction", {"allow": True, "deny": False}),
        addresses=None if given is None else _addresses(given),
        bypass=_one_of(rules, "bypass", {"azureservices": "AzureServices", "none": "None"}),
    )


def _one_of(of: dict[str, Any], name: str, words: dict[str, Any]) -> Any:
    word = of.get(name)
    if not word:
        return None
    if not isinstance(word, str) or word.lower() not in words:
        raise errors.invalid_value(name)
    return words[word.lower()]


def _addresses(given: Any) -> tuple[str, ...]:
    try:
        return tuple(str(ip_network(rule["value"])) for rule in given)
    except (TypeError, KeyError, ValueError):
        raise errors.invalid_value("ipRules") from None
