"""The error messages that people meet with Key Vault, and what to do about each: data for `troubleshooting`.

To teach it another message, add a line to the table: words of the message, the step of notebook 19, the advice.
"""

from dataclasses import dataclass, field

from .language import N_, _

LAPTOP, CI, AZURE = N_("On your laptop"), N_("In CI"), N_("On Azure")


@dataclass(frozen=True)
class Entry:
    """What such an error means, and what to do about it: a step of notebook 19, or notebook 20 as a whole.

    `places` has advice that differs with the place where the program runs.
    """

    step: int | None
    title: str
    means: str
    to_do: str
    places: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What comes before the title: "Step 3", or "Notebook 20"."""
        return _("Step {number}").format(number=self.step) if self.step else _("Notebook 20")

    @property
    def where(self) -> str:
        """Where the notebooks show such an error."""
        return _("step {number} of notebook 19").format(number=self.step) if self.step else _("notebook 20")


@dataclass(frozen=True)
class Rule:
    """Words of a message, and what they lead to.

    `words` are alternatives, parted by " | ". Of each, a run of 24 letters is enough, since people paste a part of a
    message. With "..." in it, it must be there whole, and anything may stand in the place of the dots. `entry` is a
    key of ENTRIES, or None. `to_do` is the advice where the entry's own is too general. `place` says where the program
    runs that gets this message: LAPTOP, CI, AZURE, or "" for anywhere.
    """

    words: str
    entry: int | str | None = None
    to_do: str = ""
    place: str = ""


ENTRIES: dict[int | str, Entry] = {
    1: Entry(
        1,
        N_("call a vault without a sign-in"),
        N_("Azure Identity looked everywhere a sign-in could be and didn't find one."),
        N_(
            "Run `az login` in a terminal, then try again. For a program that runs on its own, set "
            "`AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_CLIENT_SECRET`, all three, before it "
            "starts."
        ),
        {
            LAPTOP: N_("Run `az login` in a terminal, then try again."),
            CI: N_(
                "Sign in without a secret, with `azure/login` or a service connection. Otherwise set "
                "`AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_CLIENT_SECRET`, all three, before the "
                "program starts."
            ),
            AZURE: N_(
                "Enable the managed identity of the machine or app, then restart it. For a user-assigned "
                "one, set `AZURE_CLIENT_ID` to its client ID."
            ),
        },
    ),
    2: Entry(
        2,
        N_("let the wrong sign-in win"),
        N_("There's a sign-in, but it isn't the one you meant. Azure Identity takes the first one it finds."),
        N_(
            "Find out which one won: `azure.identity` logs it at INFO. Then remove what's left over, "
            "such as `AZURE_CLIENT_ID`, or name the one you mean in `AZURE_TOKEN_CREDENTIALS`."
        ),
    ),
    3: Entry(
        3,
        N_("be signed in and refused"),
        N_("The vault knows who's asking, and that caller isn't allowed to do this here."),
        N_(
            "For the caller that the message names, ask for a role on this vault that allows it, or "
            "for a permission if the vault uses access policies. A new role takes a few minutes to "
            "work."
        ),
    ),
    4: Entry(
        4,
        N_("save under a deleted name"),
        N_("A deleted secret that can still be recovered has this name."),
        N_("A deleted secret keeps its name. Choose another name, or recover or purge the deleted one."),
    ),
    5: Entry(
        5,
        N_("purge what can't be purged"),
        N_("Either the vault keeps deleted secrets until their time is up, or it's still busy with this name."),
        N_(
            "If the message mentions purge protection, wait until the scheduled purge date, or "
            "choose another name. If a deletion or recovery is under way, wait a moment and try "
            "again."
        ),
    ),
    6: Entry(
        6,
        N_("call a vault that isn't there"),
        N_("No host has the name in the address, so nothing was sent."),
        N_(
            "Check the vault's name for a typo, then check your network. A vault that was deleted or "
            "never created can't be found either."
        ),
    ),
    7: Entry(
        7,
        N_("come from another tenant"),
        N_("You signed in to one tenant and the vault belongs to another, or the tenant you asked doesn't know you."),
        N_(
            "Sign in to the vault's own tenant: `az login --tenant`, or `AZURE_TENANT_ID`. The "
            "message names it after `Expected one of` or after `tokens for tenant`."
        ),
    ),
    8: Entry(
        8,
        N_("call the vault at another address"),
        N_("That isn't the vault's own address, so the SDK didn't hand it a token."),
        N_(
            "Use the address `https://<name>.vault.azure.net`, without a port, even through a "
            "private link. Switch the check off with `verify_challenge_resource=False` only for a "
            "host of your own, such as an emulator."
        ),
    ),
    9: Entry(
        9,
        N_("give a bare name in place of the URL"),
        N_("The address doesn't begin with https, so the SDK isn't allowed to send a token there, and it didn't."),
        N_("The vault's address must be a whole URL: `https://<name>.vault.azure.net`."),
    ),
    10: Entry(
        10,
        N_("go through a proxy"),
        N_("There's something between you and Azure: a proxy that wants a password, or one with its own certificate."),
        N_(
            "For a certificate, set `REQUESTS_CA_BUNDLE` to a file that has your company's in it. "
            "For a proxy, put its user name and password in `HTTPS_PROXY`. Never switch the "
            "certificate check off."
        ),
    ),
    "network": Entry(
        None,
        N_("reach a vault behind a firewall"),
        N_(
            "The vault has rules about networks, and your call comes from one that they don't let "
            "in. A role won't help."
        ),
        N_("Call from a network that the vault lets in, or ask whoever runs the vault to let yours in."),
        {
            LAPTOP: N_("Have your address added with `az keyvault network-rule add`, or go through the company's VPN."),
            CI: N_(
                "A GitHub or Azure DevOps runner has a different address each time. Use a runner inside "
                "the network, or add its address for the length of the run."
            ),
            AZURE: N_(
                "Connect the app to a network that the vault lets in, by a private endpoint or a service "
                "endpoint. The exception for trusted services doesn't cover your own programs."
            ),
        },
    ),
}

_NOT_THERE = N_(
    "This vault has no secret of that name. Check the name. If the secret was deleted, you "
    "may still be able to recover it."
)
_SIGN_IN_AGAIN = N_("Your sign-in is too old, or your password changed. Sign in again with `az login`, then try again.")
_MORE_PROOF = N_(
    "The tenant wants you to sign in again, or to prove who you are with more than a "
    "password. Run `az login --tenant` with the vault's tenant, and follow the prompts in "
    "the browser. A program can't do that, so give it a service principal or a managed "
    "identity."
)
_BLOCKED = N_(
    "A rule of the tenant (Conditional Access) doesn't let this person sign in from this "
    "device or place. Signing in again won't help. Ask the tenant's administrators which "
    "rule it is."
)
_ACCOUNT = N_(
    "This user account can't sign in: the name or password is wrong, the password has "
    "expired, or the account is locked or disabled. Ask the tenant's administrators. A "
    "program shouldn't use a person's password; give it a service principal."
)
_FEDERATION = N_(
    "The federated credential of the app registration and the token of your pipeline or pod "
    "don't agree. Compare the issuer, subject and audience with those in the message, letter "
    "by letter, including capitals. In GitHub the subject names the repository and the "
    "branch or environment; in Kubernetes it names the namespace and the service account."
)
_SCOPE = N_(
    "Ask for the scope `https://vault.azure.net/.default`, with `/.default` at its end, and for one resource at a time."
)
_CLOUD = N_(
    "The sign-in is one cloud's and the vault or tenant is another's. Set "
    "`AZURE_AUTHORITY_HOST` to `login.microsoftonline.us` for Azure Government, or to "
    "`login.chinacloudapi.cn` for Azure in China, and use a tenant of that cloud. With `az "
    "login`, run `az cloud set` first."
)
_PERSON = N_(
    "The tenant doesn't know this user. Sign in with an account that it knows, or have this one invited as a guest."
)
_PUBLIC = N_(
    "The registered app counts as confidential, but it signed in without a secret. For a "
    "program, use `ClientSecretCredential`. For a person, allow public client flows in the "
    "app's registration."
)

# These decide alone, and the first that fits wins: a message may have the words of several, as when a chain of sign-ins
# fails for a certificate. The sources are in tests/pasted_errors.json, azure-identity's and the Key Vault libraries'
# TROUBLESHOOTING pages, and "Microsoft Entra authentication and authorization error codes".
_CAUSES = (
    # The address
    Rule("is not permitted for non-TLS protected (non-https) URLs | are not permitted for non TLS protected", 9),
    Rule("token credentials require a URL using the HTTPS protocol scheme", 9),
    Rule("Bearer token authentication is not permitted for non-TLS", 9),
    Rule("vault_url must be the URL of an Azure Key Vault", 9),
    Rule("challenge resource ... match the requested domain | match the requested domain. Pass verify_challenge", 8),
    Rule("doesn't match the requested domain | does not match the requested domain", 8),
    Rule(
        "your client options to disable | disableChallengeResourceVerification | the challenge contains invalid scope",
        8,
    ),
    Rule("certificate is valid for ... privatelink.vaultcore | doesn't match ... privatelink.vaultcore", 8),
    # The network
    Rule("ForbiddenByFirewall | Client address is not authorized and caller is not a trusted service", "network"),
    Rule("ForbiddenByConnection | This TCP connection does not allow access", "network"),
    Rule("Public network access is disabled and request is not from a trusted service nor via an approved", "network"),
    Rule("Connection is not an approved private link and caller was ignored because bypass is not set", "network"),
    Rule("ForbiddenByNsp | Network Security Perimeter ... denied | denied ... Network Security Perimeter", "network"),
    Rule("The connection to data plane failed. Please refresh and try again. If Private Links are enabled", "network"),
    Rule(
        "resolve ... privatelink.vaultcore | privatelink.vaultcore ... no such host"
        " | no such host ... privatelink.vaultcore | ENOTFOUND ... privatelink.vaultcore"
        " | privatelink.vaultcore ... not known | privatelink.vaultcore ... resolved"
        " | NXDOMAIN ... privatelink.vaultcore | privatelink.vaultcore ... NXDOMAIN",
        "network",
        N_(
            "The vault has a private endpoint, and your network's DNS doesn't know its address. Link "
            "the private DNS zone `privatelink.vaultcore.azure.net` to your network, and go on "
            "calling `https://<name>.vault.azure.net`."
        ),
    ),
    Rule("privatelink.vaultcore", 8),
    # The tenant
    Rule("AKV10032 | Invalid issuer. Expected one of https://sts.windows.net", 7),
    Rule("credential is not configured to acquire tokens for tenant | additionally_allowed_tenants", 7),
    Rule(
        "AADSTS700016 | AADSTS7000229 | AADSTS700011 | was not found in the directory",
        7,
        N_(
            "This tenant has no app with that ID. Check `AZURE_TENANT_ID` and `AZURE_CLIENT_ID`: the "
            "ID is the application's, not the object's, and the tenant is the one where it's "
            "registered."
        ),
    ),
    Rule(
        "AADSTS900382 | AADSTS900432 | Confidential Client is not supported in Cross Cloud request"
        " | resource principal named https://vault.usgovcloudapi.net ..."
        " | resource principal named https://vault.azure.cn ...",
        7,
        _CLOUD,
    ),
    Rule(
        "AADSTS90002 | AADSTS900023 | AADSTS90038 | AADSTS900021 | AADSTS50059 | AADSTS50128 | AADSTS90019"
        " | Unable to get authority configuration for | is neither a valid DNS name, nor a valid external domain"
        " | Check to make sure you have the correct tenant ID and are signing into the correct cloud",
        7,
        N_(
            "There's no such tenant in this cloud. Check the tenant's ID in `AZURE_TENANT_ID` or "
            "after `--tenant`. If the tenant is in Azure Government or in China, set "
            "`AZURE_AUTHORITY_HOST`, too."
        ),
    ),
    Rule(
        "AADSTS50020 | AADSTS90072 | AADSTS50034 | AADSTS51004 | AADSTS16000 | AADSTS16003 | AADSTS50014"
        " | does not exist in tenant | from identity provider",
        7,
        _PERSON,
    ),
    Rule(
        "AADSTS500011 | AADSTS650052 | AADSTS650057 | AADSTS500014",
        7,
        N_(
            "The tenant doesn't know the resource that you want a token for. Check the scope, "
            "`https://vault.azure.net/.default`, and the tenant's ID. In Azure Government and in "
            "China, the scope and the vault's address end differently."
        ),
    ),
    Rule("InvalidAuthenticationTokenTenant... | The access token is from the wrong issuer", 7),
    Rule(
        "AADSTS50194 | AADSTS9002331 | AADSTS9002332 | AADSTS9002346"
        " | configured for use by Microsoft Account users only",
        7,
        N_(
            "The app is registered for one kind of account only. Name your own tenant in place of "
            "`common` or `organizations`."
        ),
    ),
    # The vault's own numbers
    Rule(
        "AKV10022 | Invalid audience. Expected https://vault.azure.net | InvalidAuthenticationTokenAudience",
        None,
        N_(
            "The token is for another resource. Ask for one with the scope that the message expects "
            "and `/.default`, such as `https://vault.azure.net/.default`. It's the same for every "
            "vault in a cloud, and it isn't the vault's address."
        ),
    ),
    Rule(
        "AKV10000 | Request is missing a Bearer or PoP token",
        None,
        N_(
            "The request came without a token. Send one in the header `Authorization: Bearer`. An "
            "SDK does that by itself, and its first request is always refused like this, so in a "
            "log, look at the next one."
        ),
    ),
    Rule(
        "AKV10046 | Unable to resolve the key used for signature validation | IDX10501 | IDX10511 | IDX10500",
        None,
        N_(
            "The vault couldn't check who signed the token. That often clears up after a few "
            "minutes. If it doesn't, check that the token is from the same cloud as the vault."
        ),
    ),
    Rule(
        "AKV10005 | IDX10223 | IDX10222 | Token not yet valid | ExpiredAuthenticationToken | Error validating token"
        " | Lifetime validation failed. The token is expired | The access token has expired",
        None,
        N_(
            "The token is too old, or not valid yet. Make a new credential, and don't keep tokens "
            "yourself. If it happens again, check the computer's clock, in WSL and in containers, "
            "too."
        ),
    ),
    # A deleted name, a purge
    Rule(
        "is not allowed because purge protection is enabled for this vault. Key Vault service will automatically "
        "purge it after the retention period has passed",
        5,
    ),
    Rule('Operation "purge" is not | Operation is not allowed. Operation: "purge" | DeletedVaultPurge', 5),
    Rule("ObjectIsBeingDeleted | is currently being deleted and cannot be re-created; retry later", 5),
    Rule("Secret is currently being deleted | currently being deleted", 5),
    Rule(
        "ObjectIsBeingRecovered | currently being recovered",
        5,
    ),
    Rule(
        "ObjectIsDeletedButRecoverable"
        " | is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret "
        "can only be recovered or purged | deleted but recoverable",
        4,
    ),
    Rule(
        "A vault with the same name already exists in deleted state. You need to either recover or purge",
        4,
        N_("A deleted vault keeps its name. Choose another name, or use `az keyvault recover` or `az keyvault purge`."),
    ),
    Rule("There was a conflict while creating/updating your secret", 4),
    # A backup
    Rule(
        "There was a conflict restoring the secret | trying to restore a secret whose name is already in use",
        None,
        N_(
            "The vault has a secret of this name already, maybe a deleted one. Delete and purge it "
            "first, or restore in another vault."
        ),
    ),
    Rule(
        "Cannot decrypt backup blob | Backup blob contains invalid or corrupt version | Malformed backup blob",
        None,
        N_(
            "This vault can't read the backup. It must come unchanged from a vault in the same "
            "subscription and the same part of the world, such as Europe."
        ),
    ),
    # Dates, tags, names, sizes
    Rule(
        "The request URI contains an invalid name | should satisfy the constraint Pattern: /^[0-9a-zA-Z-]+$/"
        " | string of 1-127 characters | may only contain alphanumeric characters and dashes"
        " | BadParameter ... invalid name | BadParameter ... secret-name",
        None,
        N_("A secret's name has 1 to 127 letters, digits and dashes. Underscores, dots and spaces aren't allowed."),
    ),
    Rule(
        "The specified version ( ... is not recognized | Consider using the latest supported version"
        " | api-version query parameter | InvalidApiVersionParameter | MissingApiVersionParameter"
        " | unsupported api-version",
        None,
        N_("The vault doesn't know this `api-version`. Leave `api_version` out, or use one that the message names."),
    ),
    Rule(
        "SecretTooLarge | beyond the maximum permitted length of 25600 characters | BadParameter ... length of 25600",
        None,
        N_("A value has at most 25,600 characters. Save a shorter one, and put large files elsewhere."),
    ),
    Rule(
        "Property has invalid value | BadParameter ... tags | property tags has | number of tags | too many tags",
        None,
        N_(
            "A property of the secret isn't allowed, most often a tag: a secret has at most 15 tags, "
            "and a tag's name has at most 512 characters. The content type has at most 255."
        ),
    ),
    Rule(
        "is not a time in whole seconds since 1970 | BadParameter ... nbf | BadParameter ... exp"
        " | BadParameter ... notBefore | BadParameter ... expires | before the expiration"
        " | BadParameter ... attributes | cannot unmarshal ... exp | must be later than ... not before",
        None,
        N_(
            "The vault can't use one of the dates. Give `expires_on` and `not_before` a `datetime` "
            "with a time zone. In the REST API, it's whole seconds since 1970."
        ),
    ),
    Rule(
        "BadParameter ... contentType | contentType has more than",
        None,
        N_("The content type has at most 255 characters."),
    ),
    Rule(
        "The parameter maxresults | BadParameter ... maxresults | maxPageSize",
        None,
        N_(
            "`max_page_size` (`maxresults`) must be from 1 to 25. It's the size of a page; you get "
            "all the secrets anyway."
        ),
    ),
    Rule(
        "BadParameter ... skiptoken | The parameter $skiptoken",
        None,
        N_("The token for the next page (`$skiptoken`) isn't from this vault. List again from the beginning."),
    ),
    Rule(
        "BadParameter ... value is required | property value is required | Property 'value' is required"
        " | Required property",
        None,
        N_(
            "The request has no value in it. A secret's value is a string: turn numbers into text, and don't pass None."
        ),
    ),
    # The secret
    Rule(
        "SecretDisabled | Operation get is not allowed on a disabled secret | not allowed on a disabled",
        None,
        N_("This version is disabled. Enable it, or ask for another version."),
    ),
    Rule(
        "SecretManagedByKeyVault | not allowed on this secret, since it is associated with a certificate"
        " | not allowed as this object's lifetime is managed by Key Vault",
        None,
        N_(
            "This secret belongs to a certificate. You can read it, but to change or delete it, "
            "change or delete the certificate of the same name, with `az keyvault certificate`."
        ),
    ),
    Rule(
        "Deleted Secret not found",
        None,
        N_(
            "No deleted secret has this name. The secret has already been purged or recovered, or "
            "its deletion isn't complete yet."
        ),
    ),
    Rule(
        "SecretNotFound | A secret with (name/id)"
        " | was not found in this key vault. If you recently deleted this secret you may be able to recover it using "
        "the correct recovery command | A secret with (name/id)",
        None,
        _NOT_THERE,
    ),
    Rule(
        "Throttled | Request was not processed because too many requests were received"
        " | VaultRequestTypeLimitReached | 429 Too Many Requests | Too Many Requests | AADSTS90055 | AADSTS50196",
        None,
        N_("Too many requests came in a short time. Wait, then ask less often, and hold on to the values you have."),
    ),
    Rule(
        "is not permitted on this key | KeyOperationForbidden",
        None,
        N_(
            "That's about a key, not a secret. The caller lacks this permission on keys, or the "
            "key's own list of operations leaves it out."
        ),
    ),
    # A refusal
    Rule("Access denied to first party service", 2),
    Rule(
        "ForbiddenByRbac | DeniedWithNoValidRBAC"
        " | Caller is not authorized to perform action on resource. If role assignments, deny assignments or role "
        "definitions were changed recently, please observe propagation time",
        3,
    ),
    Rule(
        "ForbiddenByPolicy | The user, group or application | Access denied. Caller was not found on any access policy",
        3,
    ),
    Rule(
        "Databricks could not access keyvault",
        3,
        N_(
            "It's Databricks that reads the secrets, not you. Give its application, AzureDatabricks, "
            "the role Key Vault Secrets User on the vault, and let it through the firewall."
        ),
    ),
    Rule("does not have secrets ... permission | permission on key vault | AccessDenied ... Caller was not found", 3),
    Rule(
        "does not have authorization to perform action ... Microsoft.KeyVault/vaults/secrets | AKV.AccessDenied",
        3,
    ),
    Rule(
        "does not have authorization to perform action ... Microsoft.Authorization/roleAssignments",
        3,
        N_(
            "To assign roles, you need a role such as Owner or User Access Administrator on the "
            "vault. Ask whoever has one."
        ),
    ),
    Rule(
        "does not have authorization to perform action | code AuthorizationFailed",
        3,
        N_(
            "That's about the vault itself, or its resource group, not about secrets. Ask for a role "
            "such as Key Vault Contributor there. If the role is new, sign in again."
        ),
    ),
    # The proxy. The message may also name a host that can't be found, so it comes before that.
    Rule("does not resolve in the practice cloud", 6),
    Rule("CERTIFICATE_VERIFY_FAILED | SELF_SIGNED_CERT_IN_CHAIN | self-signed certificate in certificate chain", 10),
    Rule("certificate signed by unknown authority | UNABLE_TO_VERIFY_LEAF_SIGNATURE | UNABLE_TO_GET_ISSUER_CERT", 10),
    Rule(
        "unable to get local issuer certificate | unable to verify the first certificate | self signed certificate", 10
    ),
    Rule("unable to find valid certification path to requested target | PKIX path building failed", 10),
    Rule("The SSL connection could not be established | Certificate verification failed. This typically happens", 10),
    Rule(
        "Could not find a suitable TLS CA certificate bundle",
        10,
        N_("`REQUESTS_CA_BUNDLE` names a file that isn't there."),
    ),
    Rule("remote certificate is invalid | RemoteCertificateNameMismatch", 10),
    Rule("Proxy Authentication Required | Cannot connect to proxy | Unable to connect to proxy | connect to proxy", 10),
    Rule("Tunnel connection failed | proxy tunnel request | tunneling socket could not be established", 10),
    # The sign-in's numbers. Wrong variables win over every other sign-in.
    Rule("EnvironmentCredential: Authentication failed ... AADSTS", 2),
    Rule("Invalid value for AZURE_TOKEN_CREDENTIALS | AZURE_TOKEN_CREDENTIALS environment variable is required", 2),
    Rule(
        "Multiple accounts were found in the cache... | Use username and tenant id to disambiguate"
        " | Multiple accounts matching the specified",
        2,
        N_(
            "The shared cache of developer tools holds several accounts. Name one in "
            "`AZURE_USERNAME`, or sign in with `az login` and set `AZURE_TOKEN_CREDENTIALS` to "
            "`AzureCliCredential`."
        ),
        LAPTOP,
    ),
    Rule(
        "AADSTS7000215 | Invalid client secret is provided"
        " | Ensure the secret being sent in the request is the client secret value, not the client secret ID",
        None,
        N_("The client secret is wrong. Set `AZURE_CLIENT_SECRET` to the secret's value, not to its ID."),
    ),
    Rule(
        "AADSTS7000222 | The provided client secret keys | client secret keys are expired",
        None,
        N_("The client secret has expired. Make a new one, and set `AZURE_CLIENT_SECRET` to it."),
    ),
    Rule(
        "AADSTS700027 | AADSTS50012 | Client assertion contains an invalid signature"
        " | Client assertion failed signature validation",
        None,
        N_(
            "The app's registration doesn't know this certificate. Upload its public half there, and "
            "check `AZURE_CLIENT_CERTIFICATE_PATH`."
        ),
    ),
    Rule("AADSTS7000218 | The request body must contain the following parameter: 'client_assertion' or", None, _PUBLIC),
    Rule(
        "AADSTS7000112 | AADSTS70001 | AADSTS50105",
        None,
        N_(
            "The app is switched off in this tenant, or it isn't open to everyone and you aren't "
            "assigned to it. Ask the tenant's administrators."
        ),
    ),
    Rule(
        "AADSTS700213 | AADSTS7002138 | AADSTS70021 | AADSTS700211 | AADSTS700212"
        " | No matching federated identity record found for presented assertion",
        None,
        _FEDERATION,
        CI,
    ),
    Rule(
        "AADSTS700024 | AADSTS500133 | AADSTS50013 | assertion is not within its valid time range",
        None,
        N_(
            "The token that the pipeline or the pod handed in is too old. Sign in again right before "
            "the step that needs it, and check the computer's clock."
        ),
        CI,
    ),
    Rule(
        "AADSTS700222 | AADSTS700229 | AAD-issued tokens may not be used for federated identity flows",
        None,
        N_(
            "A token from Entra ID itself can't stand in for a pipeline's. Use the token that "
            "GitHub, Azure DevOps or Kubernetes issues."
        ),
        CI,
    ),
    Rule(
        "ACTIONS_ID_TOKEN_REQUEST_URL | Please make sure to give write permissions to id-token in the workflow"
        " | ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        None,
        N_(
            "The workflow isn't allowed to ask GitHub for a token. Give the job `permissions: "
            "id-token: write`. A pull request from a fork never gets it."
        ),
        CI,
    ),
    Rule(
        "Not all values are present. Ensure 'client-id' and 'tenant-id' are supplied"
        " | Using auth-type: SERVICE_PRINCIPAL",
        None,
        N_(
            "Give `azure/login` the inputs `client-id`, `tenant-id` and `subscription-id`. If they "
            "come from GitHub's secrets, check that this branch or environment has them; a fork "
            "doesn't."
        ),
        CI,
    ),
    Rule(
        "AADSTS1002012 | AADSTS70011 | AADSTS700022 | AADSTS700023 | AADSTS28002 | AADSTS28003 | AADSTS901002"
        " | The provided value for the input parameter 'scope' is not valid"
        " | The provided value for scope ... is not valid"
        " | Client credential flows must have a scope value with /.default",
        None,
        _SCOPE,
    ),
    Rule(
        "AADSTS700082 | AADSTS50173 | AADSTS70008 | AADSTS70043 | AADSTS700084 | AADSTS50132 | AADSTS50133"
        " | AADSTS50089 | AADSTS50058 | AADSTS700081 | AADSTS54005 | AADSTS70000 | The refresh token has expired"
        " | The provided grant has expired due to it being revoked | Credentials have expired due to inactivity"
        " | The provided authorization code or refresh token has expired",
        None,
        _SIGN_IN_AGAIN,
        LAPTOP,
    ),
    Rule(
        "AADSTS53003 | AADSTS53000 | AADSTS53001 | AADSTS53002 | AADSTS53005 | AADSTS53011 | AADSTS50131"
        " | AADSTS53010 | AADSTS530031 | AADSTS530003 | AADSTS530004 | AADSTS530032 | AADSTS530034 | AADSTS530035"
        " | AADSTS530084 | AADSTS50005 | AADSTS700003 | AADSTS135011"
        " | Access has been blocked by Conditional Access policies",
        None,
        _BLOCKED,
        LAPTOP,
    ),
    Rule(
        "AADSTS50076 | AADSTS50079 | AADSTS53004 | AADSTS50078 | AADSTS50074 | AADSTS50072 | AADSTS50158"
        " | AADSTS50097 | AADSTS50125 | AADSTS50140 | AADSTS50199 | AADSTS160021"
        " | you must use multi-factor authentication | MFA is required",
        None,
        _MORE_PROOF,
        LAPTOP,
    ),
    Rule(
        "AADSTS50002 | AADSTS500021 | AADSTS500022 | AADSTS500212 | AADSTS500213",
        None,
        N_(
            "Your company's network, or a rule between the two tenants, doesn't let you sign in "
            "there. Ask the administrators of both."
        ),
        LAPTOP,
    ),
    Rule(
        "AADSTS50126 | AADSTS50053 | AADSTS50055 | AADSTS50057 | AADSTS50144 | AADSTS50056 | AADSTS50064",
        None,
        _ACCOUNT,
        LAPTOP,
    ),
    Rule(
        "AADSTS65001 | AADSTS65004 | AADSTS90094 | AADSTS90093 | AADSTS650056",
        None,
        N_(
            "Nobody has agreed yet that this app may act for you. Sign in once in a browser and "
            "agree, or ask the tenant's administrators to agree for everyone."
        ),
        LAPTOP,
    ),
    Rule(
        "AADSTS50011 | AADSTS500113 | AADSTS900971",
        None,
        N_(
            "The app's registration lacks the address to return to. For "
            "`InteractiveBrowserCredential`, add `http://localhost` there, under Mobile and desktop "
            "applications."
        ),
        LAPTOP,
    ),
    Rule(
        "AADSTS70016 | AADSTS70018 | AADSTS70019 | Timed out waiting for user to authenticate"
        " | Timed out after waiting ... for the user to authenticate",
        None,
        N_(
            "Nobody finished the sign-in in time. Start it again, and enter the code or answer the "
            "browser within 15 minutes."
        ),
        LAPTOP,
    ),
    Rule(
        "should be a Microsoft Entra application's client secret"
        " | should be the id of a Microsoft Entra application | should be a Microsoft Entra tenant's id"
        " | Invalid tenant id provided | clientSecret is null or empty | clientId is null or empty"
        " | tenantId is null or empty | argument --vault-name: expected one argument | AADSTS900144 | AADSTS90014"
        " | AADSTS9002313 | AADSTS7000216 | AADSTS90013",
        None,
        N_(
            "Something is missing from the request, most often because a variable is empty. Check "
            "that `AZURE_TENANT_ID`, `AZURE_CLIENT_ID`, `AZURE_CLIENT_SECRET` and the vault's name "
            "have values where the program runs."
        ),
    ),
    Rule(
        "AADSTS90033 | AADSTS90024 | AADSTS90090 | AADSTS50033 | AADSTS50087 | AADSTS90006 | AADSTS90012 | AADSTS50000",
        None,
        N_("The sign-in service is having trouble of its own. Wait a few minutes and try again."),
    ),
    # A sign-in that says what's wrong with it
    Rule(
        "Found multiple accounts with the same username",
        None,
        N_(
            "The CLI's cache holds this account twice. Run `az account clear`, then `az login "
            "--tenant` with the vault's tenant."
        ),
        LAPTOP,
    ),
    Rule(
        "Identity not found | No identity has been assigned to this resource | no default identity is assigned"
        " | requested identity has not been assigned to this resource | requested identity hasn't been assigned"
        " | there's no available identity | requested identity isn't assigned to this resource"
        " | msi/token ... code: 400 | code: 400 ... msi/token | No MSI found for specified ClientId/ResourceId"
        " | No User Assigned or Delegated Managed Identity found | No assigned managed identity found",
        1,
        N_(
            "This machine or app has no such managed identity. Enable its system-assigned identity. "
            "If you mean a user-assigned one, assign it, and set `AZURE_CLIENT_ID` to its client ID."
        ),
        AZURE,
    ),
    Rule(
        "Multiple user assigned identities exist, please specify the clientId | multiple_matching_identities",
        1,
        N_("This machine has several managed identities. Name one: set `AZURE_CLIENT_ID` to its client ID."),
        AZURE,
    ),
    Rule(
        "no azure identity found for request clientID | nmi response failed with status code"
        " | no AzureAssignedIdentity found | aadpodidbinding",
        1,
        N_(
            "The pod has no identity yet. Check its labels. Better yet, move to workload identity, which replaces this."
        ),
        AZURE,
    ),
    Rule(
        "Specifying a client_id or identity_config is not supported by the"
        " | did not confirm the requested user-assigned | User assigned managed identity is not supported by"
        " | does not support user-assigned managed identities",
        1,
        N_("This host has one identity and doesn't let you choose. Leave `client_id` and `AZURE_CLIENT_ID` out."),
        AZURE,
    ),
    Rule(
        "request() got an unexpected keyword argument 'tenant_id'",
        None,
        N_(
            "Your azure-identity is too old for your azure-keyvault-secrets. Run `pip install "
            "--upgrade azure-identity`."
        ),
    ),
    Rule(
        "object has no attribute 'signed_session' | credentials must be one of: ApplicationTokenCredentials"
        " | object has no attribute 'get_token'",
        None,
        N_(
            "You're combining a library of the old generation with a new one. Use "
            "azure-keyvault-secrets with a credential from azure-identity."
        ),
    ),
    Rule(
        "object AccessToken can't be used in 'await' expression | object AccessTokenInfo can't be used"
        " | coroutine ... was never awaited | 'coroutine' object has no attribute",
        None,
        N_(
            "Asynchronous and ordinary classes are mixed. Take both the client and the credential "
            "from `aio` modules and await every call, or take both from the ordinary modules."
        ),
    ),
    Rule(
        "No module named 'azure | cannot import name ... from 'azure",
        None,
        N_(
            "This Python lacks the library. Install it in the same environment: `python -m pip "
            "install azure-keyvault-secrets azure-identity`."
        ),
    ),
    Rule(
        "KeyError: 'KEY_VAULT_NAME' | KeyError: 'VAULT_URL' | KeyError: 'AZURE_ | KeyError: 'KEY_VAULT_URL'"
        " | KeyError: 'VAULT_",
        None,
        N_(
            "An environment variable isn't set where the program runs. Set it before you start the "
            "program or JupyterLab."
        ),
    ),
    # az and the management of vaults
    Rule(
        "Cannot set policies to a vault with '--enable-rbac-authorization'",
        None,
        N_("This vault uses roles, not access policies. Assign a role: `az role assignment create`."),
    ),
    Rule(
        "VaultAlreadyExists | VaultNameNotAvailable | The vault name ... is already in use",
        None,
        N_("A vault's name is unique in all of Azure, and this one is taken. Choose another."),
    ),
    Rule(
        "VaultNameNotValid | The vault name ... is invalid",
        None,
        N_("A vault's name has 3 to 24 letters, digits and dashes, and begins with a letter."),
    ),
    Rule(
        "MissingSubscriptionRegistration | The subscription is not registered to use namespace",
        None,
        N_(
            "The subscription isn't set up for Key Vault yet. Run `az provider register --namespace "
            "Microsoft.KeyVault`."
        ),
    ),
    Rule(
        "No subscriptions found for | No subscription found | doesn't exist in cloud 'AzureCloud'"
        " | does not exist in cloud",
        None,
        N_(
            "This sign-in sees no subscription, or not that one. Run `az login --tenant` with the "
            "vault's tenant. If you only read secrets, add `--allow-no-subscriptions`."
        ),
    ),
    Rule(
        "ResourceGroupNotFound | The Resource 'Microsoft.KeyVault/vaults"
        " | was not found. For more details please go to | SubscriptionNotFound",
        None,
        N_(
            "The subscription that's selected has no such vault or group. See `az account show`, "
            "then choose another with `az account set`."
        ),
    ),
    Rule(
        "Insufficient privileges to complete the operation | Authorization_RequestDenied",
        None,
        N_(
            "You aren't allowed to read or change the directory. Use IDs in place of names, such as "
            "`--assignee-object-id`, or ask the tenant's administrators."
        ),
    ),
    Rule(
        "PracticeStateUnusable",
        None,
        N_("The message says how to fix it. Nothing you saved before is lost."),
    ),
)

# What each member of a chain of sign-ins says when it isn't there. A chain's message holds several of these, so the
# advice for each place is shown, the entry's own where no member says more.
_CHAIN = (
    Rule(
        "Please run 'az login' to set up an account | Please run 'az login' to setup account"
        ' | Please run "az login" to access your accounts | does not exist in MSAL token cache'
        " | AzureCliCredential ... az login | Please run 'az login'",
        1,
        N_("Run `az login` in a terminal, then try again."),
        LAPTOP,
    ),
    Rule(
        "Azure CLI not found on path | Azure CLI could not be found | Azure CLI not installed"
        " | Azure CLI is not installed | Failed to invoke the Azure CLI | Failed to invoke Azure CLI"
        " | Timed out waiting for Azure CLI | Azure CLI authentication failed",
        1,
        N_(
            "Install the Azure CLI and run `az login`, in the environment where the program runs: a "
            "container has its own."
        ),
        LAPTOP,
    ),
    Rule(
        "Azure Developer CLI could not be found | azd auth login | Azure Developer CLI not found"
        " | Failed to invoke the Azure Developer CLI",
        1,
        N_("Run `az login`. The Azure Developer CLI (`azd auth login`) is needed only if you work with it."),
        LAPTOP,
    ),
    Rule(
        "PowerShell is not installed | PowerShell isn't installed | Connect-AzAccount"
        " | Az.Account module >= 2.2.0 is not installed | Execution policy prevented invoking Azure PowerShell"
        " | Failed to invoke PowerShell | Az.Accounts module | Timed out waiting for Azure PowerShell",
        1,
        N_("Run `az login`. PowerShell's sign-in (`Connect-AzAccount`) is needed only if you work with it."),
        LAPTOP,
    ),
    Rule(
        "No accounts were found in the cache... | Shared token cache"
        " | matching the specified ... found in the cache | Token acquisition failed for user"
        " | The cache contains no account | Visual Studio Token provider"
        " | Stored credentials not found. Need to authenticate user in VSCode"
        " | IntelliJ Authentication not available | VisualStudioCodeCredential requires"
        " | signed in to Azure via Visual Studio Code"
        " | Failed to load authentication record from Visual Studio Code | Visual Studio Code plugin"
        " | azure-identity-broker | Brokered authentication is only supported on Windows and WSL platforms"
        " | InteractiveBrowserBrokerCredential initialization failed | from Visual Studio Code"
        " | logged in to Visual Studio Code | Failed To Read VS Code Credentials | Authenticate via Azure Tools plugin",
        1,
        N_(
            "Run `az login`. The sign-ins from Visual Studio, Visual Studio Code and IntelliJ work "
            "only with their own extensions."
        ),
        LAPTOP,
    ),
    Rule(
        "Failed to open a browser | Couldn't start an HTTP server on"
        " | Interactive authentication is required to get a token",
        1,
        N_(
            "There's no browser where the program runs. Sign in with `az login --use-device-code`, "
            "or use `DeviceCodeCredential`."
        ),
        LAPTOP,
    ),
    Rule(
        "SYSTEM_OIDCREQUESTURI | OIDC token not found in response | Unexpected response from OIDC token endpoint"
        " | No service connection found with identifier",
        1,
        N_(
            "In Azure Pipelines, check the service connection's ID, and hand `System.AccessToken` to "
            "the step that signs in. Elsewhere, use another credential."
        ),
        CI,
    ),
    Rule(
        "Environment variables are not fully configured | Environment variables not fully configured"
        " | Environment variables aren't fully configured | missing environment variable AZURE_"
        " | Incomplete environment configuration | Missing or incomplete environment variable configuration"
        " | EnvironmentCredential is unavailable",
        1,
    ),
    Rule(
        "The workload options are not fully configured | no client ID specified. Check pod configuration"
        " | no tenant ID specified. Check pod configuration | no token file specified"
        " | is unavailable. tenantId, clientId, and federatedTokenFilePath are required parameters"
        " | Workload identity was selected but no client ID was provided | AZURE_KUBERNETES_TOKEN_PROXY"
        " | AZURE_KUBERNETES_CA_FILE | AZURE_FEDERATED_TOKEN_FILE",
        1,
        N_(
            "In Kubernetes, give the pod the label `azure.workload.identity/use` and its service "
            "account the client ID, then start it again."
        ),
        AZURE,
    ),
    Rule(
        "no response from the IMDS endpoint | No Managed Identity endpoint found | no managed identity endpoint"
        " | managed identity configuration not found in environment | managed identity timed out | 169.254.169.254"
        " | Connection to IMDS endpoint cannot be established | identity-responder-not-enabled"
        " | Managed Identity authentication is not available | request failed due to a gateway error"
        " | Multiple attempts failed to obtain a token from the managed identity endpoint"
        " | ManagedIdentityCredential authentication unavailable..."
        " | ManagedIdentityCredential authentication failed..."
        " | No response received from the managed identity endpoint | WWW-Authenticate header",
        1,
        N_(
            "Enable the managed identity of the machine or app, then restart it. Calls to "
            "`169.254.169.254` must not go through a proxy: add it to `NO_PROXY`."
        ),
        AZURE,
    ),
)

# The words that are left when a message says no more, and so come last.
_LEFTOVERS = (
    Rule("failed to retrieve a token from the included credentials", 1),
    Rule("failed to acquire a token ... Attempted credentials | CredentialUnavailable", 1),
    Rule("aka.ms/azsdk/python/identity/defaultazurecredential/troubleshoot", 1),
    Rule(
        "Failed to resolve | could not be resolved | Could not resolve host | Temporary failure in name resolution", 6
    ),
    Rule("Name or service not known | nodename nor servname provided | No address associated with hostname", 6),
    Rule("getaddrinfo failed | getaddrinfo ENOTFOUND | getaddrinfo EAI_AGAIN | NameResolutionError", 6),
    Rule(
        "no such host | NameResolutionFailure | UnknownHostException | attempting to connect to Vault"
        " | The Vault may not exist or you may need to flush your DNS cache and try again later",
        6,
    ),
    Rule(
        "Connection timed out | i/o timeout | ETIMEDOUT | WinError 10060 | WinError 10051 | Network is unreachable"
        " | ConnectTimeoutError | Read timed out | did not properly respond after a period of time | ENETUNREACH"
        " | No route to host | context deadline exceeded | connection attempt failed because the connected party",
        None,
        N_(
            "The name is known, but nothing answered. Check that you're online, and whether your "
            "network wants a proxy: set `HTTPS_PROXY`. If the vault has a private endpoint, you must "
            "be in its network (notebook 20)."
        ),
    ),
    Rule(
        "Connection reset by peer | ECONNRESET | Remote end closed connection without response | Connection aborted"
        " | Connection refused | ECONNREFUSED | UNEXPECTED_EOF_WHILE_READING | WinError 10054 | socket hang up",
        None,
        N_(
            "Something cut the connection, often a proxy or firewall on the way. Try again. If it "
            "keeps happening, ask whoever runs your network to let `*.vault.azure.net` and "
            "`login.microsoftonline.com` through."
        ),
    ),
    Rule(
        "ServiceUnavailable | InternalServerError | Internal Server Error | 503 Service | Bad Gateway | GatewayTimeout",
        None,
        N_("The service is having trouble of its own. The SDK has tried again already, so wait a few minutes."),
    ),
    Rule(
        "BadParameter",
        None,
        N_(
            "The vault can't use something in your request. The words after the code say what: the "
            "name, a tag, a date, the size or the `api-version`."
        ),
    ),
    Rule("interaction_required | Status_InteractionRequired | MsalUiRequiredException", None, _MORE_PROOF, LAPTOP),
    # Programs that leave out what the service said: the likeliest of what such a code can be.
    Rule("invalid status code 'Forbidden' | does not indicate success: 403...", 3),
    Rule("invalid status code 'Conflict'", 4),
    Rule("invalid status code 'NotFound' | does not indicate success: 404...", None, _NOT_THERE),
    Rule(
        "Unauthorized",
        None,
        N_(
            "The vault doesn't accept this sign-in. Look for a number that starts with AKV or "
            "AADSTS, and paste it into the form at the top of notebook 19."
        ),
    ),
    Rule(
        "Forbidden",
        None,
        N_(
            "You're signed in, but this isn't allowed here. The words after the code say why: a "
            "missing role, a network that's shut out, or the state of the secret."
        ),
    ),
    Rule(
        "AADSTS70002",
        None,
        N_("The sign-in's ID or secret isn't right. Check `AZURE_CLIENT_ID` and `AZURE_CLIENT_SECRET`."),
    ),
    Rule(
        "code: Conflict | 409 (Conflict) | 409 Conflict | ResourceExistsError",
        None,
        N_("Something else is using this name. Wait a moment, or choose another name."),
    ),
)

RULES = (*_CAUSES, *_CHAIN, *_LEFTOVERS)
CHAIN = frozenset(_CHAIN)
