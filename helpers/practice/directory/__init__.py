"""`graph.microsoft.com`: persons and programs. `directory` has the rules, `wire` the HTTP, `errors` the words."""
