// The pollers of the official JavaScript client, where a deletion takes its time: `node --test slow_deletion.mjs`.

import assert from "node:assert/strict";
import { test } from "node:test";

import { DefaultAzureCredential } from "@azure/identity";
import { SecretClient } from "@azure/keyvault-secrets";

const client = new SecretClient(`https://${process.env.KEY_VAULT_NAME}.vault.azure.net`, new DefaultAzureCredential());

test("pollers tell when a deletion and a recovery have taken effect", async () => {
  await client.setSecret("name", "one");
  const deletion = await client.beginDeleteSecret("name", { intervalInMs: 50 });
  assert.equal(deletion.isDone(), false);
  assert.deepEqual([deletion.getOperationState().isStarted, deletion.getResult().name], [true, "name"]);
  await assert.rejects(client.getDeletedSecret("name"), { statusCode: 404, code: "SecretNotFound" });
  const beingDeleted = { statusCode: 409, message: "Secret is currently being deleted." };
  await assert.rejects(client.purgeDeletedSecret("name"), beingDeleted);
  const resumed = await client.beginDeleteSecret("name", { intervalInMs: 50, resumeFrom: deletion.toString() });
  for (const poller of [deletion, resumed]) {
    assert.equal((await poller.pollUntilDone()).name, "name");
    assert.equal(poller.isDone(), true);
  }
  assert.equal((await client.getDeletedSecret("name")).name, "name");

  const recovery = await client.beginRecoverDeletedSecret("name", { intervalInMs: 50 });
  assert.equal(recovery.isDone(), false);
  await assert.rejects(client.getSecret("name"), { statusCode: 404, code: "SecretNotFound" });
  assert.equal((await recovery.pollUntilDone()).name, "name");
  assert.equal((await client.getSecret("name")).value, "one");
});
