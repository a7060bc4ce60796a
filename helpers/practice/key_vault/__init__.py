"""`*.vault.azure.net`: the vaults. `vault` has the rules, `wire` the HTTP, `errors` the service's words."""
