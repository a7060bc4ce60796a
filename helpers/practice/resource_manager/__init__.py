"""`management.azure.com`: groups, vaults and roles. `groups`, `vaults` and `access` have the rules, `wire` the HTTP."""
