import os
from getpass import getpass

from azure.core.exceptions import ResourceExistsError
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient

vault_url = f"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net"
name = input("Name of your secret: ")
value = (getpass if os.isatty(0) else input)("Value of your secret: ")
with SecretClient(vault_url, DefaultAzureCredential()) as client:
    try:
        client.set_secret(name, value)
    except ResourceExistsError:
        raise SystemExit("A deleted secret still has that name. Use another.") from None
    print(f"\nSaved {name!r} in {vault_url}.")
    print(f"Retrieved it: a value of {len(client.get_secret(name).value)} characters.")
    client.begin_delete_secret(name).wait()
    print("Deleted it.")
