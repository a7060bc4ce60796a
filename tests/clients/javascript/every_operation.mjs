// The official JavaScript client, unmodified, in every operation that it has: `node --test every_operation.mjs`.
// The environment leads to a practice cloud where a deletion takes effect at once; in SECOND_VAULT is a vault's host.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";

import { ClientSecretCredential, DefaultAzureCredential } from "@azure/identity";
import { KnownContentType, SecretClient, parseKeyVaultSecretIdentifier } from "@azure/keyvault-secrets";

const VAULT = `https://${process.env.KEY_VAULT_NAME}.vault.azure.net`;
const SECOND_VAULT = `https://${process.env.SECOND_VAULT}`;
const EARLIER = new Date("2001-02-03T04:05:06Z");
const LATER = new Date("2037-02-03T04:05:06Z"); // this client sends a date as 32 bits: 2038 is too late for it
const DAY = 24 * 60 * 60 * 1000;
// What `serviceVersion` may be; the client has the list in its types only.
const API_VERSIONS = ["7.0", "7.1", "7.2", "7.3", "7.4", "7.5", "7.6", "2025-07-01", "2026-04-01"];

const NOT_FOUND = [404, "SecretNotFound", undefined];
const ILLEGAL = [400, "BadParameter", undefined];
const TOO_LARGE = [400, "BadParameter", "SecretTooLarge"];

const credential = new DefaultAzureCredential();
const client = new SecretClient(VAULT, credential);
const second = new SecretClient(SECOND_VAULT, credential);

beforeEach(async () => {
  for (const vault of [client, second]) {
    for (const { name } of await all(vault.listPropertiesOfSecrets())) {
      await remove(name, vault);
    }
    for (const { name } of await all(vault.listDeletedSecrets())) {
      await vault.purgeDeletedSecret(name);
    }
  }
});

async function remove(name, vault = client) {
  const poller = await vault.beginDeleteSecret(name);
  return poller.pollUntilDone();
}

async function all(listed) {
  const found = [];
  for await (const one of listed) {
    found.push(one);
  }
  return found;
}

async function names(listed) {
  return (await all(listed)).map((one) => one.name);
}

/** Wait for a call to fail: with this status, this code of the service, and this inner code. */
async function refused(call, expected, words = /./) {
  await assert.rejects(call, (error) => {
    const { code, innerError } = error.details.error;
    assert.deepEqual([error.statusCode, code, innerError?.code], expected);
    assert.match(error.message, words);
    return true;
  });
}

/** A client, and what it is answered: for each request the address, with no more escapes, and the status. */
function watched(options = {}, url = VAULT) {
  const answered = [];
  const policy = {
    name: "watch",
    async sendRequest(request, next) {
      const response = await next(request);
      answered.push({ url: decodeURIComponent(request.url), status: response.status });
      return response;
    },
  };
  const additionalPolicies = [{ policy, position: "perCall" }];
  return [new SecretClient(url, credential, { ...options, additionalPolicies }), answered];
}

test("every method of the client is called here", () => {
  const source = readFileSync(new URL(import.meta.url), "utf8");
  const methods = Object.getOwnPropertyNames(SecretClient.prototype).filter((name) => name !== "constructor");
  assert.ok(methods.includes("getSecret"));
  assert.deepEqual(methods.filter((name) => !source.includes(`client.${name}(`)), []);
});

test("a secret is set and got with all that is said of it", async () => {
  const said = {
    contentType: "text/plain",
    tags: { use: "a lesson", "an empty one": "" },
    notBefore: EARLIER,
    expiresOn: LATER,
    enabled: true,
  };
  const began = Math.floor(Date.now() / 1000) * 1000;
  const saved = await client.setSecret("name", "one", said);
  const got = await client.getSecret("name");
  for (const secret of [saved, got]) {
    assert.deepEqual([secret.name, secret.value], ["name", "one"]);
    const { contentType, tags, notBefore, expiresOn, enabled } = secret.properties;
    assert.deepEqual({ contentType, tags, notBefore, expiresOn, enabled }, said);
  }
  const about = got.properties;
  assert.equal(about.id, `${VAULT}/secrets/name/${saved.properties.version}`);
  assert.deepEqual([client.vaultUrl, about.vaultUrl], [VAULT, VAULT]);
  assert.ok(began <= about.createdOn.getTime() && about.createdOn.getTime() <= Date.now());
  assert.deepEqual(about.updatedOn, about.createdOn);
  assert.deepEqual([about.recoveryLevel, about.recoverableDays], ["Recoverable+Purgeable", 90]);
  const identifier = parseKeyVaultSecretIdentifier(about.id);
  assert.deepEqual([identifier.name, identifier.version], ["name", about.version]);
});

test("what is not said is not there", async () => {
  await client.setSecret("name", "one");
  const about = (await client.getSecret("name")).properties;
  assert.equal(about.enabled, true);
  const unset = ["contentType", "tags", "notBefore", "expiresOn", "managed", "certificateKeyId", "previousVersion"];
  assert.deepEqual(unset.filter((name) => about[name] !== undefined), []);
});

test("any text is a value, a tag and a content type", async () => {
  const values = {
    empty: "",
    blanks: " a space, a tab\t and a line's end\n",
    marks: "'single', \"double\", \\ + & < > % {}",
    unicode: "Grüße, 秘密, 🔐, e\u0301, \u0000",
    longest: "x".repeat(25_600),
    "longest-unicode": "ß".repeat(25_600),
  };
  for (const [name, value] of Object.entries(values)) {
    assert.equal((await client.setSecret(name, value)).value, value, name);
    assert.equal((await client.getSecret(name)).value, value, name);
  }
  const said = { tags: { größe: "四", "🔐": "'+&" }, contentType: "später/🔐" };
  await client.setSecret("said", "one", said);
  const { tags, contentType } = (await client.getSecret("said")).properties;
  assert.deepEqual({ tags, contentType }, said);
});

test("a name is the same in capitals", async () => {
  const first = await client.setSecret("A-Name", "one");
  await client.setSecret("a-name", "two");
  assert.equal((await client.getSecret("A-NAME")).value, "two");
  assert.equal((await client.getSecret("a-nAME", { version: first.properties.version })).value, "one");
  assert.equal((await all(client.listPropertiesOfSecrets())).length, 1);
});

test("each version is kept", async () => {
  const saved = [];
  for (const value of ["one", "two", "three"]) {
    saved.push((await client.setSecret("name", value)).properties.version);
  }
  assert.equal((await client.getSecret("name")).value, "three");
  assert.equal((await client.getSecret("name", { version: saved[0] })).value, "one");
  const listed = await all(client.listPropertiesOfSecretVersions("name"));
  assert.deepEqual(listed.map((about) => about.version), saved.toSorted());
  assert.deepEqual(await all(client.listPropertiesOfSecretVersions("unknown")), []);
});

test("an update changes what it names of the version that it names", async () => {
  const first = (await client.setSecret("name", "one", { contentType: "text", tags: { a: "b" } })).properties;
  await client.setSecret("name", "two");
  const changed = await client.updateSecretProperties("name", first.version, { notBefore: EARLIER, expiresOn: LATER });
  assert.deepEqual([changed.notBefore, changed.expiresOn, changed.contentType], [EARLIER, LATER, "text"]);
  await client.updateSecretProperties("name", first.version, { contentType: "json", tags: {} });
  const got = await client.getSecret("name", { version: first.version });
  assert.deepEqual([got.value, got.properties.contentType, got.properties.tags], ["one", "json", {}]);
  assert.deepEqual([got.properties.notBefore, got.properties.createdOn], [EARLIER, first.createdOn]);
  await client.updateSecretProperties("name", "", { tags: { which: "the latest" } });
  assert.deepEqual((await client.getSecret("name")).properties.tags, { which: "the latest" });
});

test("a disabled secret is refused until it is enabled", async () => {
  const { version } = (await client.setSecret("name", "one", { enabled: false })).properties;
  const disabled = [403, "Forbidden", "SecretDisabled"];
  await refused(client.getSecret("name"), disabled, /Operation get is not allowed on a disabled secret/);
  assert.equal((await client.updateSecretProperties("name", version, { enabled: true })).enabled, true);
  assert.equal((await client.getSecret("name")).value, "one");
});

test("a secret is given before and after its time, and whatever type is asked for", async () => {
  await client.setSecret("expired", "one", { expiresOn: EARLIER });
  await client.setSecret("not-yet", "two", { notBefore: LATER });
  assert.equal((await client.getSecret("expired")).value, "one");
  assert.equal((await client.getSecret("not-yet")).value, "two");
  for (const outContentType of Object.values(KnownContentType)) {
    assert.equal((await client.getSecret("expired", { outContentType })).value, "one");
  }
});

test("the list tells of secrets without their versions", async () => {
  const said = { contentType: "text", tags: { a: "b" }, notBefore: EARLIER, expiresOn: LATER };
  await client.setSecret("second", "two", said);
  await client.setSecret("first", "one", { enabled: false });
  const [one, two, ...others] = await all(client.listPropertiesOfSecrets());
  assert.deepEqual(others, []);
  assert.deepEqual([one.id, one.version, one.enabled], [`${VAULT}/secrets/first`, undefined, false]);
  const { contentType, tags, notBefore, expiresOn } = two;
  assert.deepEqual({ contentType, tags, notBefore, expiresOn }, said);
});

test("a list goes on over all its pages", async () => {
  const saved = Array.from({ length: 26 }, (_, n) => `name-${String(n).padStart(2, "0")}`);
  for (const name of saved) {
    await client.setSecret(name, "x");
  }
  assert.deepEqual(await names(client.listPropertiesOfSecrets()), saved);
  const lengths = async (pages) => (await all(pages)).map((page) => page.length);
  assert.deepEqual(await lengths(client.listPropertiesOfSecrets().byPage()), [25, 1]);
  assert.deepEqual(await lengths(client.listPropertiesOfSecrets().byPage({ maxPageSize: 13 })), [13, 13]);
  const tooLong = client.listPropertiesOfSecrets().byPage({ maxPageSize: 26 });
  await assert.rejects(all(tooLong), { statusCode: 400, code: "BadParameter" });
});

test("each list has pages, and goes on from an address that another client had", async () => {
  for (const value of ["1", "2", "3", "4", "5"]) {
    await client.setSecret(`deleted-${value}`, value);
    await remove(`deleted-${value}`);
    await client.setSecret(`name-${value}`, value);
    await client.setSecret("name-5", value);
  }
  const lists = {
    secrets: (from) => from.listPropertiesOfSecrets(),
    versions: (from) => from.listPropertiesOfSecretVersions("name-5"),
    deleted: (from) => from.listDeletedSecrets(),
  };
  const key = (one) => one.properties?.id ?? one.id;
  for (const [what, list] of Object.entries(lists)) {
    const [first, answered] = watched();
    const pages = (await all(list(first).byPage({ maxPageSize: 2 }))).map((page) => page.map(key));
    assert.deepEqual(pages.map((page) => page.length), what === "versions" ? [2, 2, 2] : [2, 2, 1], what);
    assert.equal(new Set(pages.flat()).size, pages.flat().length);
    const continuationToken = answered.at(-2).url; // the client does not hand it out, but takes it
    assert.match(continuationToken, /skiptoken=/);
    const rest = (await all(list(client).byPage({ continuationToken }))).map((page) => page.map(key));
    assert.deepEqual(rest, pages.slice(1), what);
  }
});

test("a deleted secret is elsewhere, and its name is taken", async () => {
  const { version } = (await client.setSecret("name", "one", { contentType: "text", tags: { a: "b" } })).properties;
  const poller = await client.beginDeleteSecret("name");
  assert.equal(poller.isDone(), true);
  const deleted = await poller.pollUntilDone();
  assert.deepEqual(poller.getResult(), deleted);
  const [listed, ...others] = await all(client.listDeletedSecrets());
  assert.deepEqual(others, []);
  for (const one of [deleted, await client.getDeletedSecret("name"), listed]) {
    const about = one.properties;
    assert.deepEqual([one.name, about.recoveryId], ["name", `${VAULT}/deletedsecrets/name`]);
    assert.equal(about.scheduledPurgeDate - about.deletedOn, 90 * DAY);
    assert.deepEqual([about.contentType, about.tags], ["text", { a: "b" }]);
  }
  assert.deepEqual([deleted.properties.version, listed.properties.version], [version, undefined]);
  assert.deepEqual(await all(client.listPropertiesOfSecrets()), []);
  await refused(client.getSecret("name"), NOT_FOUND);
  const taken = [409, "Conflict", "ObjectIsDeletedButRecoverable"];
  await refused(client.setSecret("NAME", "two"), taken, /currently in a deleted but recoverable state/);
});

test("a recovered secret is what it was", async () => {
  const first = (await client.setSecret("name", "one")).properties;
  const latest = (await client.setSecret("name", "two", { tags: { a: "b" } })).properties;
  await remove("name");
  const poller = await client.beginRecoverDeletedSecret("name");
  const recovered = await poller.pollUntilDone();
  assert.deepEqual([recovered.name, recovered.version, recovered.tags], ["name", latest.version, { a: "b" }]);
  assert.deepEqual([recovered.createdOn, recovered.updatedOn], [latest.createdOn, latest.updatedOn]);
  assert.equal((await client.getSecret("name", { version: first.version })).value, "one");
  assert.deepEqual(await all(client.listDeletedSecrets()), []);
});

test("a purged secret is gone, and its name is free", async () => {
  await client.setSecret("name", "one");
  await remove("name");
  await client.purgeDeletedSecret("name");
  assert.deepEqual(await all(client.listDeletedSecrets()), []);
  await refused(client.getDeletedSecret("name"), NOT_FOUND, /Deleted Secret not found: name/);
  await client.setSecret("name", "two");
  assert.equal((await all(client.listPropertiesOfSecretVersions("name"))).length, 1);
});

test("a backup brings back every version after a purge", async () => {
  const said = { contentType: "text", tags: { größe: "四" }, notBefore: EARLIER, expiresOn: LATER };
  await client.setSecret("name", "one", said);
  const latest = await client.setSecret("name", "Grüße, 秘密");
  const before = await all(client.listPropertiesOfSecretVersions("name"));
  const backup = await client.backupSecret("name");
  await remove("name");
  await client.purgeDeletedSecret("name");
  const restored = await client.restoreSecretBackup(backup);
  assert.deepEqual([restored.name, restored.version], ["name", latest.properties.version]);
  assert.deepEqual(await all(client.listPropertiesOfSecretVersions("name")), before);
  assert.deepEqual(await client.getSecret("name"), latest);
});

test("a backup goes to another vault", async () => {
  const { version } = (await client.setSecret("name", "one")).properties;
  const restored = await second.restoreSecretBackup(await client.backupSecret("name"));
  assert.equal(restored.id, `${SECOND_VAULT}/secrets/name/${version}`);
  assert.equal(restored.recoveryLevel, "CustomizedRecoverable+Purgeable");
  assert.equal((await second.getSecret("name")).value, "one");
});

test("a backup is refused when it was changed, and while its name is taken", async () => {
  const { version } = (await client.setSecret("name", "one")).properties;
  const backup = await client.backupSecret("name");
  const conflict = new RegExp(`There was a conflict restoring the secret '${VAULT}/secrets/name/${version}'`);
  await refused(client.restoreSecretBackup(backup), [409, "Conflict", undefined], conflict);
  await remove("name");
  await refused(client.restoreSecretBackup(backup), [409, "Conflict", undefined], conflict);
  await client.purgeDeletedSecret("name");
  const changed = Uint8Array.from(backup);
  changed[Math.floor(changed.length * 2 / 3)] ^= 1;
  const malformed = [400, "Malformed backup blob", undefined];
  for (const broken of [changed, backup.subarray(0, backup.length / 2), backup.subarray(0, 0), Buffer.from("none")]) {
    await refused(client.restoreSecretBackup(broken), malformed, /Backup blob contains invalid or corrupt version/);
  }
});

test("what cannot be done is refused in the service's words", async () => {
  await client.setSecret("name", "one");
  await refused(client.getSecret("nothing"), NOT_FOUND, /A secret with \(name\/id\) nothing was not found/);
  await refused(client.getSecret("name", { version: "0".repeat(32) }), NOT_FOUND);
  await refused(client.updateSecretProperties("nothing", "", { tags: {} }), NOT_FOUND);
  await refused(client.updateSecretProperties("name", "0".repeat(32), { tags: {} }), NOT_FOUND);
  await refused(client.beginDeleteSecret("nothing"), NOT_FOUND);
  await refused(client.getDeletedSecret("name"), NOT_FOUND);
  await refused(client.beginRecoverDeletedSecret("nothing"), NOT_FOUND);
  await refused(client.purgeDeletedSecret("name"), NOT_FOUND);
  await refused(client.backupSecret("nothing"), NOT_FOUND);
  await refused(client.setSecret("under_score", "x"), ILLEGAL, /invalid name: under_score/);
  await refused(client.setSecret("a/b", "x"), ILLEGAL);
  await refused(client.setSecret("a".repeat(128), "x"), ILLEGAL);
  await refused(client.setSecret("large", "x".repeat(25_601)), TOO_LARGE);
  await refused(client.setSecret("large", "x".repeat(2_000_000)), TOO_LARGE);
  assert.deepEqual(await names(client.listPropertiesOfSecrets()), ["name"]);
});

test("every api-version of the client is answered", async () => {
  const types = new URL("secretsModels.d.ts", import.meta.resolve("@azure/keyvault-secrets"));
  const [, named] = /serviceVersion\?: (.+);/.exec(readFileSync(types, "utf8"));
  assert.deepEqual(API_VERSIONS.map((version) => `"${version}"`), named.split(" | "));
  for (const serviceVersion of API_VERSIONS) {
    const name = `under-${serviceVersion.replace(".", "-")}`;
    const [old, answered] = watched({ serviceVersion });
    await old.setSecret(name, "one", { tags: { a: "b" } });
    assert.equal((await old.getSecret(name)).value, "one");
    assert.deepEqual(await names(old.listPropertiesOfSecrets()), [name]);
    assert.equal((await remove(name, old)).name, name);
    assert.ok((await names(old.listDeletedSecrets())).includes(name));
    assert.equal(answered.length, 6); // the deletion takes two
    for (const { url } of answered) {
      assert.equal(new URL(url).searchParams.get("api-version"), serviceVersion);
    }
  }
  const [unknown] = watched({ serviceVersion: "1999-01-01" });
  await refused(unknown.getSecret("name"), ILLEGAL, /The specified version \(1999-01-01\) is not recognized/);
});

test("a program signs in with its client secret, and not with another", async () => {
  const { AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET } = process.env;
  await client.setSecret("name", "one");
  const right = new ClientSecretCredential(AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET);
  assert.equal((await new SecretClient(VAULT, right).getSecret("name")).value, "one");
  const wrong = new ClientSecretCredential(AZURE_TENANT_ID, AZURE_CLIENT_ID, "wrong");
  await assert.rejects(new SecretClient(VAULT, wrong).getSecret("name"), /AADSTS7000215/);
});

test("a vault that was never created is not reached", async () => {
  const nowhere = "https://no-such-vault.vault.azure.net";
  const [lost, answered] = watched({ retryOptions: { maxRetries: 0 } }, nowhere);
  await assert.rejects(lost.getSecret("name"));
  assert.deepEqual(answered.map(({ status }) => status), [502]); // the front door's; the vault would say 404
});
