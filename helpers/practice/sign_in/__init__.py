"""`login.microsoftonline.com`: who somebody is. `tokens` has the rules, `wire` the HTTP."""
