import os
import sys
from getpass import getpass

from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient

vault_name = os.environ["KEY_VAULT_NAME"]
name = input("Name of your secret: ")
value = (getpass if sys.stdin.isatty() else input)("Value of your secret: ")

with SecretClient(f"https://{vault_name}.vault.azure.net", DefaultAzureCredential()) as client:
    print(f"\nSaving {name!r} in {vault_name} ...")
    client.set_secret(name, value)
    print(f"Retrieved it: its value has {len(client.get_secret(name).value)} characters.")
    print(f"Deleting {name!r} ...")
    client.begin_delete_secret(name).wait()
    print("Done.")
