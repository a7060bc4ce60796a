"""A vault's diagnostic settings, which say where its audit log goes: as JSON, and what they can be.

Names and orders are those of "Diagnostic Settings - Create Or Update" in the REST reference.
"""

from typing import Any

from ..identities import DEFAULT_GROUP, STORAGE_ACCOUNT, storage_scope
from ..state import vaults
from ..state.transaction import Transaction
from ..state.vaults import DiagnosticSetting, Vault
from . import bodies, errors

_CATEGORY = "AuditEvent"
_GROUPS = ("audit", "allLogs")  # groups of categories that hold it
_DESTINATIONS = ("workspaceId", "eventHubAuthorizationRuleId", "serviceBusRuleId", "marketplacePartnerId")


def of_setting(vault: Vault, setting: DiagnosticSetting) -> dict[str, Any]:
    """A setting."""
    is_group = setting.category in _GROUPS
    log = {
        "category": None if is_group else setting.category,
        "categoryGroup": setting.category if is_group else None,
        "enabled": setting.enabled,
        "retentionPolicy": {"enabled": False, "days": 0},
    }
    return {
        "id": f"{vault.id}/providers/microsoft.insights/diagnosticSettings/{setting.name}",
        "type": "Microsoft.Insights/diagnosticSettings",
        "name": setting.name,
        "properties": {"storageAccountId": setting.account, "logs": [log], "metrics": []},
    }


def asked_setting(name: str, body: dict[str, Any]) -> DiagnosticSetting:
    """The setting that a request describes.

    Raises:
        ServiceError: it is not what a setting can be, or the practice cloud has not.
    """
    properties = bodies.properties_in(body)
    if any(properties.get(destination) for destination in _DESTINATIONS):
        raise errors.not_offered("logs to anything but a storage account")
    if any(metric.get("enabled") for metric in _objects(properties, "metrics")):
        raise errors.not_offered("metrics")
    account = bodies.text_in(properties, "storageAccountId")
    there = storage_scope(DEFAULT_GROUP, STORAGE_ACCOUNT)
    if account.lower() != there.lower():
        raise errors.storage_account_not_found(DEFAULT_GROUP, account.rpartition("/")[2])
    logs = _objects(properties, "logs")
    if len(logs) != 1:
        raise errors.not_offered("a diagnostic setting with other logs than AuditEvent")
    [log] = logs
    retention = log.get("retentionPolicy")
    if isinstance(retention, dict) and retention.get("enabled"):
        raise errors.not_offered("retention policies of logs")
    category = log.get("category") or log.get("categoryGroup")
    known = {word.lower(): word for word in (_CATEGORY, *_GROUPS)}
    if str(category).lower() not in known:
        raise errors.category_not_supported(category)
    return DiagnosticSetting(name, there, known[str(category).lower()], log.get("enabled") is True)


def find(vault: Vault, name: str) -> DiagnosticSetting:
    """The setting of this name, in any case.

    Raises:
        ServiceError: there is none.
    """
    for setting in vault.diagnostics:
        if setting.name.lower() == name.lower():
            return setting
    raise errors.setting_not_found(name)


def put(state: Transaction, vault: Vault, setting: DiagnosticSetting) -> None:
    """Give a vault a setting, in place of the one of its name if there is one.

    Raises:
        ServiceError: another one writes the same to the same account.
    """
    others = _without(vault, setting.name)
    if others:  # there is one account, and one kind of log
        raise errors.data_sink_in_use(setting.account, others[0].name, setting.category)
    vaults.set_diagnostics(state, vault, [setting])


def delete(state: Transaction, vault: Vault, name: str) -> bool:
    """Take a setting away. Returns whether there was one."""
    others = _without(vault, name)
    vaults.set_diagnostics(state, vault, others)
    return len(others) < len(vault.diagnostics)


def _without(vault: Vault, name: str) -> list[DiagnosticSetting]:
    return [setting for setting in vault.diagnostics if setting.name.lower() != name.lower()]


def _objects(of: dict[str, Any], name: str) -> list[dict[str, Any]]:
    given = of.get(name) or []
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise errors.invalid_body()
    return given
