import os
import sys
from getpass import getpass

from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient

vault_url = f"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net"
name = input("Name of your secret: ")
value = (getpass if sys.stdin.isatty() else input)("Value of your secret: ")

with SecretClient(vault_url, DefaultAzureCredential()) as client:
    print(f"\nSaving {name!r} in {vault_url} ...")
    client.set_secret(name, value)
    print(f"Retrieved it: a value of {len(client.get_secret(name).value)} characters.")
    print(f"Deleting {name!r} ...")
    client.begin_delete_secret(name).wait()
    print("Done.")
