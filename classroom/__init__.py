"""The notebooks for a class: a hub on one machine, and the files for Docker and Kubernetes. README.md says how."""
