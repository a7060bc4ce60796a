// The official Java client, unmodified, in every operation that it has, one by one and asynchronously.
// The environment leads to a practice cloud where a deletion takes effect at once; in SECOND_VAULT is a vault's host.

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.azure.core.credential.TokenRequestContext;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.policy.FixedDelayOptions;
import com.azure.core.http.policy.RetryOptions;
import com.azure.core.http.policy.RetryPolicy;
import com.azure.core.http.rest.PagedIterable;
import com.azure.core.util.Context;
import com.azure.identity.ClientSecretCredential;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.identity.DefaultAzureCredentialBuilder;
import com.azure.security.keyvault.secrets.SecretAsyncClient;
import com.azure.security.keyvault.secrets.SecretClient;
import com.azure.security.keyvault.secrets.SecretClientBuilder;
import com.azure.security.keyvault.secrets.SecretServiceVersion;
import com.azure.security.keyvault.secrets.models.DeletedSecret;
import com.azure.security.keyvault.secrets.models.KeyVaultSecret;
import com.azure.security.keyvault.secrets.models.SecretProperties;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class EveryOperation {
    static final String VAULT = "https://" + System.getenv("KEY_VAULT_NAME") + ".vault.azure.net";
    static final String SECOND_VAULT = "https://" + System.getenv("SECOND_VAULT");
    static final OffsetDateTime EARLIER = OffsetDateTime.parse("2001-02-03T04:05:06Z");
    static final OffsetDateTime LATER = OffsetDateTime.parse("2061-02-03T04:05:06Z");

    static final RetryOptions ONCE = new RetryOptions(new FixedDelayOptions(0, Duration.ofMillis(1)));

    static final SecretClient client = builder(VAULT).buildClient();
    static final SecretClient second = builder(SECOND_VAULT).buildClient();
    static final SecretAsyncClient async = builder(VAULT).buildAsyncClient();

    static SecretClientBuilder builder(String vault) {
        return new SecretClientBuilder().vaultUrl(vault).credential(new DefaultAzureCredentialBuilder().build());
    }

    @BeforeEach
    void emptyBothVaults() {
        for (SecretClient vault : List.of(client, second)) {
            vault.listPropertiesOfSecrets().forEach(one -> remove(vault, one.getName()));
            vault.listDeletedSecrets().forEach(one -> vault.purgeDeletedSecret(one.getName()));
        }
    }

    static DeletedSecret remove(SecretClient vault, String name) {
        var poller = vault.beginDeleteSecret(name).setPollInterval(Duration.ofMillis(1));
        poller.waitForCompletion();
        return poller.poll().getValue();
    }

    static <T> List<T> all(PagedIterable<T> listed) {
        return listed.stream().toList();
    }

    /** The service says no: with this status, and in these words. */
    static void refused(Executable call, int status, String words) {
        var error = assertThrows(HttpResponseException.class, call);
        assertEquals(status, error.getResponse().getStatusCode(), error.getMessage());
        assertTrue(error.getMessage().contains(words), error.getMessage());
    }

    @Test
    void everyMethodOfTheClientsIsCalledHere() throws Exception {
        var source = Files.readString(Path.of("EveryOperation.java"));
        for (var one : Map.of("client", SecretClient.class, "async", SecretAsyncClient.class).entrySet()) {
            var methods = Arrays.stream(one.getValue().getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
                .map(method -> one.getKey() + "." + method.getName() + "(")
                .collect(Collectors.toSet());
            assertTrue(methods.contains(one.getKey() + ".getSecret("));
            methods.removeIf(source::contains);
            assertEquals(Set.of(), methods);
        }
    }

    @Test
    void aSecretIsSetAndGotWithAllThatIsSaidOfIt() {
        var about = new SecretProperties().setContentType("text/plain").setEnabled(true).setNotBefore(EARLIER)
            .setExpiresOn(LATER).setTags(Map.of("use", "a lesson", "an empty one", ""));
        var saved = client.setSecret(new KeyVaultSecret("name", "Grüße, 秘密").setProperties(about));
        for (var secret : List.of(saved, client.getSecret("name"))) {
            assertEquals("Grüße, 秘密", secret.getValue());
            var found = secret.getProperties();
            assertEquals("name", found.getName());
            assertEquals(VAULT + "/secrets/name/" + saved.getProperties().getVersion(), found.getId());
            assertEquals("text/plain", found.getContentType());
            assertEquals(Map.of("use", "a lesson", "an empty one", ""), found.getTags());
            assertEquals(List.of(true, EARLIER, LATER),
                List.of(found.isEnabled(), found.getNotBefore(), found.getExpiresOn()));
            assertEquals("Recoverable+Purgeable", found.getRecoveryLevel());
            assertEquals(90, found.getRecoverableDays());
            assertEquals(found.getCreatedOn(), found.getUpdatedOn());
            assertTrue(Duration.between(found.getCreatedOn(), OffsetDateTime.now()).abs().toSeconds() < 60);
        }
        assertEquals(VAULT, client.getVaultUrl());
    }

    @Test
    void eachValueIsAVersion() {
        var first = client.setSecret("name", "one").getProperties().getVersion();
        var latest = client.setSecret("name", "two").getProperties().getVersion();
        assertEquals("two", client.getSecret("name").getValue());
        assertEquals("one", client.getSecret("name", first).getValue());
        var listed = client.listPropertiesOfSecretVersions("name").stream().map(SecretProperties::getVersion);
        assertEquals(Set.of(first, latest), listed.collect(Collectors.toSet()));
    }

    @Test
    void whatIsSaidOfASecretCanChange() {
        var first = client.setSecret("name", "one").getProperties();
        var latest = client.setSecret("name", "two").getProperties();
        var changed = client.updateSecretProperties(first.setTags(Map.of("team", "data")).setExpiresOn(LATER));
        assertEquals(Map.of("team", "data"), changed.getTags());
        assertEquals(LATER, client.getSecret("name", first.getVersion()).getProperties().getExpiresOn());
        assertNull(client.getSecret("name").getProperties().getExpiresOn());
        client.updateSecretProperties(latest.setEnabled(false));
        refused(() -> client.getSecret("name"), 403, "Operation get is not allowed on a disabled secret");
        assertEquals("one", client.getSecret("name", first.getVersion()).getValue());
    }

    @Test
    void aListGoesOnOverAllItsPages() {
        for (char letter = 'a'; letter <= 'z'; letter++) {
            client.setSecret("name-" + letter, "x");
        }
        var pages = client.listPropertiesOfSecrets().streamByPage().map(page -> page.getValue().size()).toList();
        assertEquals(List.of(25, 1), pages);
        var names = client.listPropertiesOfSecrets().stream().map(SecretProperties::getName).toList();
        assertEquals(List.of("name-a", "name-z", 26), List.of(names.get(0), names.get(25), names.size()));
    }

    @Test
    void aDeletedSecretIsElsewhereAndItsNameIsTaken() {
        client.setSecret("name", "one");
        var deleted = remove(client, "name");
        var listed = all(client.listDeletedSecrets());
        assertEquals(1, listed.size());
        for (var one : List.of(deleted, client.getDeletedSecret("name"), listed.get(0))) {
            assertEquals(VAULT + "/deletedsecrets/name", one.getRecoveryId());
            assertEquals(Duration.ofDays(90), Duration.between(one.getDeletedOn(), one.getScheduledPurgeDate()));
        }
        assertEquals(List.of(), all(client.listPropertiesOfSecrets()));
        refused(() -> client.getSecret("name"), 404, "SecretNotFound");
        refused(() -> client.setSecret("NAME", "two"), 409, "ObjectIsDeletedButRecoverable");
    }

    @Test
    void aRecoveredSecretIsWhatItWas() {
        var first = client.setSecret("name", "one").getProperties().getVersion();
        client.setSecret("name", "two");
        remove(client, "name");
        var poller = client.beginRecoverDeletedSecret("name").setPollInterval(Duration.ofMillis(1));
        poller.waitForCompletion();
        assertEquals("two", client.getSecret("name").getValue());
        assertEquals("one", client.getSecret("name", first).getValue());
        assertEquals(List.of(), all(client.listDeletedSecrets()));
    }

    @Test
    void aPurgedSecretIsGoneAndItsNameIsFree() {
        client.setSecret("name", "one");
        remove(client, "name");
        client.purgeDeletedSecret("name");
        refused(() -> client.getDeletedSecret("name"), 404, "Deleted Secret not found: name");
        client.setSecret("name", "two");
        assertEquals(1, all(client.listPropertiesOfSecretVersions("name")).size());
    }

    @Test
    void aBackupBringsBackEveryVersionAlsoInAnotherVault() {
        client.setSecret("name", "one");
        var latest = client.setSecret("name", "two").getProperties().getVersion();
        var backup = client.backupSecret("name");
        refused(() -> client.restoreSecretBackup(backup), 409, "There was a conflict restoring the secret");
        var copy = second.restoreSecretBackup(backup);
        assertEquals(SECOND_VAULT + "/secrets/name/" + latest, copy.getId());
        remove(client, "name");
        client.purgeDeletedSecret("name");
        assertEquals(latest, client.restoreSecretBackup(backup).getProperties().getVersion());
        assertEquals("two", client.getSecret("name").getValue());
        assertEquals(2, all(client.listPropertiesOfSecretVersions("name")).size());
        backup[backup.length * 2 / 3] ^= 1;
        refused(() -> second.restoreSecretBackup(backup), 400, "Backup blob contains invalid or corrupt version");
    }

    @Test
    void eachOperationGivesItsResponseToo() {
        var none = Context.NONE;
        var saved = client.setSecretWithResponse(new KeyVaultSecret("name", "one"), none);
        assertEquals(200, saved.getStatusCode());
        var about = saved.getValue().getProperties();
        assertEquals("one", client.getSecretWithResponse("name", about.getVersion(), none).getValue().getValue());
        assertEquals(200, client.updateSecretPropertiesWithResponse(about, none).getStatusCode());
        var answered = client.backupSecretWithResponse("name", none).getValue(); // in this one, all of the body
        assertTrue(new String(answered, StandardCharsets.UTF_8).startsWith("{\"value\":\""));
        var backup = client.backupSecret("name");
        remove(client, "name");
        assertEquals("name", client.getDeletedSecretWithResponse("name", none).getValue().getName());
        assertEquals(204, client.purgeDeletedSecretWithResponse("name", none).getStatusCode());
        assertEquals("name", client.restoreSecretBackupWithResponse(backup, none).getValue().getName());
        assertEquals("one", client.getSecret("name").getValue());
    }

    @Test
    void theAsynchronousClientDoesTheSame() {
        assertEquals(VAULT, async.getVaultUrl());
        async.setSecret("name", "one").block();
        var saved = async.setSecretWithResponse(new KeyVaultSecret("name", "two")).block();
        var about = saved.getValue().getProperties();
        assertEquals("two", async.getSecret("name").block().getValue());
        assertEquals("two", async.getSecretWithResponse("name", about.getVersion()).block().getValue().getValue());
        async.updateSecretProperties(about.setTags(Map.of("a", "b"))).block();
        assertEquals(200, async.updateSecretPropertiesWithResponse(about).block().getStatusCode());
        assertEquals(2, async.listPropertiesOfSecretVersions("name").collectList().block().size());
        assertEquals(1, async.listPropertiesOfSecrets().collectList().block().size());
        var backup = async.backupSecret("name").block();
        assertEquals(200, async.backupSecretWithResponse("name").block().getStatusCode());
        var fast = Duration.ofMillis(1);
        async.beginDeleteSecret("name").setPollInterval(fast).blockLast();
        assertEquals("name", async.getDeletedSecret("name").block().getName());
        assertEquals(200, async.getDeletedSecretWithResponse("name").block().getStatusCode());
        async.beginRecoverDeletedSecret("name").setPollInterval(fast).blockLast();
        async.beginDeleteSecret("name").setPollInterval(fast).blockLast();
        assertEquals(1, async.listDeletedSecrets().collectList().block().size());
        async.purgeDeletedSecret("name").block();
        assertEquals("name", async.restoreSecretBackup(backup).block().getName());
        async.beginDeleteSecret("name").setPollInterval(fast).blockLast();
        assertEquals(204, async.purgeDeletedSecretWithResponse("name").block().getStatusCode());
        assertEquals(200, async.restoreSecretBackupWithResponse(backup).block().getStatusCode());
    }

    @Test
    void whatCannotBeDoneIsRefusedInTheServicesWords() {
        refused(() -> client.getSecret("nothing"), 404, "A secret with (name/id) nothing was not found");
        refused(() -> client.setSecret("under_score", "x"), 400, "invalid name: under_score");
        refused(() -> client.setSecret("large", "x".repeat(25_601)), 400, "SecretTooLarge");
        refused(() -> client.beginDeleteSecret("nothing").waitForCompletion(), 404, "SecretNotFound");
        refused(() -> client.purgeDeletedSecret("nothing"), 404, "SecretNotFound");
    }

    @Test
    void everyApiVersionOfTheClientIsAnswered() {
        for (var version : SecretServiceVersion.values()) {
            var old = builder(VAULT).serviceVersion(version).buildClient();
            var name = "under-" + version.getVersion().replace('.', '-');
            old.setSecret(name, "one");
            assertEquals("one", old.getSecret(name).getValue());
            assertEquals(name, remove(old, name).getName());
        }
    }

    @Test
    void aProgramSignsInWithItsClientSecretAndNotWithAnother() {
        client.setSecret("name", "one");
        var right = signedInWith(System.getenv("AZURE_CLIENT_SECRET"));
        assertEquals("one", builder(VAULT).credential(right).buildClient().getSecret("name").getValue());
        var wrong = builder(VAULT).credential(signedInWith("wrong")).retryOptions(ONCE).buildClient();
        assertSays("AADSTS7000215", assertThrows(RuntimeException.class, () -> wrong.getSecret("name")));
        var scope = new TokenRequestContext().addScopes("https://vault.azure.net");
        assertSays("AADSTS1002012", assertThrows(RuntimeException.class, () -> right.getTokenSync(scope)));
    }

    /** Something in the chain of an error's causes says these words. */
    static void assertSays(String words, Throwable error) {
        var causes = Stream.iterate(error, cause -> cause != null, Throwable::getCause);
        assertTrue(causes.anyMatch(cause -> String.valueOf(cause.getMessage()).contains(words)), error::toString);
    }

    static ClientSecretCredential signedInWith(String secret) {
        return new ClientSecretCredentialBuilder().tenantId(System.getenv("AZURE_TENANT_ID"))
            .clientId(System.getenv("AZURE_CLIENT_ID")).clientSecret(secret).retryPolicy(new RetryPolicy(ONCE)).build();
    }

    @Test
    void aVaultThatWasNeverCreatedIsNotReached() {
        var lost = builder("https://no-such-vault.vault.azure.net").retryOptions(ONCE).buildClient();
        assertThrows(RuntimeException.class, () -> lost.getSecret("name"));
    }
}
