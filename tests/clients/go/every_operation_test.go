// The official Go client, unmodified, in every operation that it has: `go test`.
// The environment leads to a practice cloud where a deletion takes effect at once; in SECOND_VAULT is a vault's host.
package practice

import (
	"context"
	"errors"
	"net/http"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"
)

var (
	ctx     = context.Background()
	vault   = "https://" + os.Getenv("KEY_VAULT_NAME") + ".vault.azure.net"
	another = "https://" + os.Getenv("SECOND_VAULT")
	earlier = time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	later   = time.Date(2061, 2, 3, 4, 5, 6, 0, time.UTC)
)

// clients gives a client of the default vault and one of the second, both empty, with nothing deleted in them either.
func clients(t *testing.T) (client, second *azsecrets.Client) {
	t.Helper()
	credential := must(azidentity.NewDefaultAzureCredential(nil))(t)
	client = must(azsecrets.NewClient(vault, credential, nil))(t)
	second = must(azsecrets.NewClient(another, credential, nil))(t)
	for _, each := range []*azsecrets.Client{client, second} {
		for _, one := range secrets(t, each) {
			remove(t, each, one.ID.Name())
		}
		for _, one := range deleted(t, each) {
			must(each.PurgeDeletedSecret(ctx, one.ID.Name(), nil))(t)
		}
	}
	return client, second
}

// must gives what a call returned, and ends the test if it returned an error.
func must[T any](value T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func equal(t *testing.T, found, expected any) {
	t.Helper()
	if !reflect.DeepEqual(found, expected) {
		t.Fatalf("found %v, expected %v", found, expected)
	}
}

// refused checks that the service said no: with this status and code, and in these words.
func refused(t *testing.T, err error, status int, code, words string) {
	t.Helper()
	var response *azcore.ResponseError
	if !errors.As(err, &response) {
		t.Fatalf("not refused by the service: %v", err)
	}
	equal(t, []any{response.StatusCode, response.ErrorCode}, []any{status, code})
	if !regexp.MustCompile(words).MatchString(err.Error()) {
		t.Fatalf("no %q in: %v", words, err)
	}
}

func set(t *testing.T, client *azsecrets.Client, name, value string) azsecrets.SetSecretResponse {
	t.Helper()
	return must(client.SetSecret(ctx, name, azsecrets.SetSecretParameters{Value: &value}, nil))(t)
}

func get(t *testing.T, client *azsecrets.Client, name, version string) azsecrets.GetSecretResponse {
	t.Helper()
	return must(client.GetSecret(ctx, name, version, nil))(t)
}

// remove deletes a secret. The deletion takes effect at once here; on Azure, it takes a while.
func remove(t *testing.T, client *azsecrets.Client, name string) azsecrets.DeleteSecretResponse {
	t.Helper()
	return must(client.DeleteSecret(ctx, name, nil))(t)
}

// pages goes through a list and gives what is on each page.
func pages[Page, One any](t *testing.T, pager *runtime.Pager[Page], of func(Page) []One) (found [][]One) {
	t.Helper()
	for pager.More() {
		found = append(found, of(must(pager.NextPage(ctx))(t)))
	}
	return found
}

func secretPages(t *testing.T, client *azsecrets.Client) [][]*azsecrets.SecretProperties {
	t.Helper()
	pager := client.NewListSecretPropertiesPager(nil)
	return pages(t, pager, func(page azsecrets.ListSecretPropertiesResponse) []*azsecrets.SecretProperties { return page.Value })
}

func secrets(t *testing.T, client *azsecrets.Client) []*azsecrets.SecretProperties {
	t.Helper()
	return slices.Concat(secretPages(t, client)...)
}

func versions(t *testing.T, client *azsecrets.Client, name string) []*azsecrets.SecretProperties {
	t.Helper()
	pager := client.NewListSecretPropertiesVersionsPager(name, nil)
	of := func(page azsecrets.ListSecretPropertiesVersionsResponse) []*azsecrets.SecretProperties {
		return page.Value
	}
	return slices.Concat(pages(t, pager, of)...)
}

func deleted(t *testing.T, client *azsecrets.Client) []*azsecrets.DeletedSecretProperties {
	t.Helper()
	pager := client.NewListDeletedSecretPropertiesPager(nil)
	of := func(page azsecrets.ListDeletedSecretPropertiesResponse) []*azsecrets.DeletedSecretProperties {
		return page.Value
	}
	return slices.Concat(pages(t, pager, of)...)
}

func TestEveryMethodOfTheClientIsCalledHere(t *testing.T) {
	source := string(must(os.ReadFile("every_operation_test.go"))(t))
	client := reflect.TypeFor[*azsecrets.Client]()
	if client.NumMethod() < 11 {
		t.Fatalf("only %d methods are found", client.NumMethod())
	}
	for n := range client.NumMethod() {
		if name := client.Method(n).Name; !regexp.MustCompile(`(client|each)\.` + name + `\(`).MatchString(source) {
			t.Errorf("%s is never called", name)
		}
	}
}

func TestASecretIsSetAndGotWithAllThatIsSaidOfIt(t *testing.T) {
	client, _ := clients(t)
	said := azsecrets.SetSecretParameters{
		Value:            to.Ptr("Grüße, 秘密"),
		ContentType:      to.Ptr("text/plain"),
		Tags:             map[string]*string{"use": to.Ptr("a lesson"), "an empty one": to.Ptr("")},
		SecretAttributes: &azsecrets.SecretAttributes{Enabled: to.Ptr(true), NotBefore: &earlier, Expires: &later},
	}
	saved := must(client.SetSecret(ctx, "name", said, nil))(t).Secret
	got := get(t, client, "name", "").Secret
	equal(t, got, saved)
	equal(t, []any{got.ID.Name(), got.Value, got.ContentType, got.Tags},
		[]any{"name", said.Value, said.ContentType, said.Tags})
	about := got.Attributes
	equal(t, []any{*about.Enabled, about.NotBefore.UTC(), about.Expires.UTC()}, []any{true, earlier, later})
	equal(t, []any{*about.RecoveryLevel, *about.RecoverableDays}, []any{"Recoverable+Purgeable", int32(90)})
	equal(t, about.Updated, about.Created)
	if age := time.Since(*about.Created); age < -2*time.Second || age > time.Minute {
		t.Fatalf("created %s ago", age)
	}
}

func TestEachValueIsAVersion(t *testing.T) {
	client, _ := clients(t)
	first, latest := set(t, client, "name", "one").ID, set(t, client, "name", "two").ID
	equal(t, *get(t, client, "name", "").Value, "two")
	equal(t, *get(t, client, "name", first.Version()).Value, "one")
	found := map[string]bool{}
	for _, one := range versions(t, client, "name") {
		found[one.ID.Version()] = true
	}
	equal(t, found, map[string]bool{first.Version(): true, latest.Version(): true})
}

func TestWhatIsSaidOfASecretCanChange(t *testing.T) {
	client, _ := clients(t)
	first, latest := set(t, client, "name", "one").ID, set(t, client, "name", "two").ID
	said := azsecrets.UpdateSecretPropertiesParameters{
		ContentType:      to.Ptr("text/plain"),
		Tags:             map[string]*string{"team": to.Ptr("data")},
		SecretAttributes: &azsecrets.SecretAttributes{Expires: &later},
	}
	changed := must(client.UpdateSecretProperties(ctx, "name", first.Version(), said, nil))(t)
	equal(t, []any{changed.Tags, changed.ContentType, changed.Attributes.Expires.UTC()},
		[]any{said.Tags, said.ContentType, later})
	equal(t, get(t, client, "name", latest.Version()).Tags, map[string]*string(nil))
	off := azsecrets.UpdateSecretPropertiesParameters{SecretAttributes: &azsecrets.SecretAttributes{Enabled: to.Ptr(false)}}
	must(client.UpdateSecretProperties(ctx, "name", "", off, nil))(t)
	_, err := client.GetSecret(ctx, "name", "", nil)
	refused(t, err, 403, "Forbidden", "Operation get is not allowed on a disabled secret")
	equal(t, *get(t, client, "name", first.Version()).Value, "one")
}

func TestAListGoesOnOverAllItsPages(t *testing.T) {
	client, _ := clients(t)
	for n := range 26 {
		set(t, client, "name-"+string(rune('a'+n)), "x")
	}
	var lengths []int
	for _, page := range secretPages(t, client) {
		lengths = append(lengths, len(page))
	}
	equal(t, lengths, []int{25, 1})
	for n, one := range secrets(t, client) {
		equal(t, []string{one.ID.Name(), one.ID.Version()}, []string{"name-" + string(rune('a'+n)), ""})
	}
}

func TestADeletedSecretIsElsewhereAndItsNameIsTaken(t *testing.T) {
	client, _ := clients(t)
	version := set(t, client, "name", "one").ID.Version()
	removed := remove(t, client, "name")
	got := must(client.GetDeletedSecret(ctx, "name", nil))(t)
	equal(t, []string{removed.ID.Version(), got.ID.Version()}, []string{version, version})
	equal(t, got.ScheduledPurgeDate.Sub(*got.DeletedDate), 90*24*time.Hour)
	listed := deleted(t, client)
	equal(t, len(listed), 1)
	for _, id := range []*string{removed.RecoveryID, got.RecoveryID, listed[0].RecoveryID} {
		equal(t, *id, vault+"/deletedsecrets/name")
	}
	equal(t, len(secrets(t, client)), 0)
	_, err := client.GetSecret(ctx, "name", "", nil)
	refused(t, err, 404, "SecretNotFound", "was not found in this key vault")
	_, err = client.SetSecret(ctx, "NAME", azsecrets.SetSecretParameters{Value: to.Ptr("two")}, nil)
	refused(t, err, 409, "Conflict", "currently in a deleted but recoverable state")
}

func TestARecoveredSecretIsWhatItWas(t *testing.T) {
	client, _ := clients(t)
	first, latest := set(t, client, "name", "one").ID, set(t, client, "name", "two").ID
	remove(t, client, "name")
	recovered := must(client.RecoverDeletedSecret(ctx, "name", nil))(t)
	equal(t, *recovered.ID, *latest)
	equal(t, *get(t, client, "name", first.Version()).Value, "one")
	equal(t, len(deleted(t, client)), 0)
}

func TestAPurgedSecretIsGoneAndItsNameIsFree(t *testing.T) {
	client, _ := clients(t)
	set(t, client, "name", "one")
	remove(t, client, "name")
	must(client.PurgeDeletedSecret(ctx, "name", nil))(t)
	_, err := client.GetDeletedSecret(ctx, "name", nil)
	refused(t, err, 404, "SecretNotFound", "Deleted Secret not found: name")
	set(t, client, "name", "two")
	equal(t, len(versions(t, client, "name")), 1)
}

func TestABackupBringsBackEveryVersionAlsoInAnotherVault(t *testing.T) {
	client, second := clients(t)
	set(t, client, "name", "one")
	latest := set(t, client, "name", "two").ID
	before := versions(t, client, "name")
	restore := azsecrets.RestoreSecretParameters{SecretBackup: must(client.BackupSecret(ctx, "name", nil))(t).Value}
	_, err := client.RestoreSecret(ctx, restore, nil)
	refused(t, err, 409, "Conflict", "There was a conflict restoring the secret")
	equal(t, *must(second.RestoreSecret(ctx, restore, nil))(t).ID, azsecrets.ID(another+"/secrets/name/"+latest.Version()))
	remove(t, client, "name")
	must(client.PurgeDeletedSecret(ctx, "name", nil))(t)
	equal(t, *must(client.RestoreSecret(ctx, restore, nil))(t).ID, *latest)
	equal(t, versions(t, client, "name"), before)
	restore.SecretBackup[len(restore.SecretBackup)*2/3] ^= 1
	_, err = second.RestoreSecret(ctx, restore, nil)
	refused(t, err, 400, "Malformed backup blob", "Backup blob contains invalid or corrupt version")
}

func TestWhatCannotBeDoneIsRefusedInTheServicesWords(t *testing.T) {
	client, _ := clients(t)
	_, err := client.GetSecret(ctx, "nothing", "", nil)
	refused(t, err, 404, "SecretNotFound", `A secret with \(name/id\) nothing was not found`)
	_, err = client.SetSecret(ctx, "under_score", azsecrets.SetSecretParameters{Value: to.Ptr("x")}, nil)
	refused(t, err, 400, "BadParameter", "invalid name: under_score")
	large := strings.Repeat("x", 25_601)
	_, err = client.SetSecret(ctx, "large", azsecrets.SetSecretParameters{Value: &large}, nil)
	refused(t, err, 400, "BadParameter", "SecretTooLarge")
	_, err = client.DeleteSecret(ctx, "nothing", nil)
	refused(t, err, 404, "SecretNotFound", "nothing")
}

func TestAProgramSignsInWithItsClientSecretAndNotWithAnother(t *testing.T) {
	tenant, id := os.Getenv("AZURE_TENANT_ID"), os.Getenv("AZURE_CLIENT_ID")
	client, _ := clients(t)
	set(t, client, "name", "one")
	right := must(azidentity.NewClientSecretCredential(tenant, id, os.Getenv("AZURE_CLIENT_SECRET"), nil))(t)
	equal(t, *get(t, must(azsecrets.NewClient(vault, right, nil))(t), "name", "").Value, "one")
	wrong := must(azidentity.NewClientSecretCredential(tenant, id, "wrong", nil))(t)
	_, err := must(azsecrets.NewClient(vault, wrong, nil))(t).GetSecret(ctx, "name", "", nil)
	if err == nil || !strings.Contains(err.Error(), "AADSTS7000215") {
		t.Fatal(err)
	}
	_, err = right.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{"https://vault.azure.net"}})
	if err == nil || !strings.Contains(err.Error(), "AADSTS1002012") {
		t.Fatal(err)
	}
}

func TestAVaultThatWasNeverCreatedIsNotReached(t *testing.T) {
	credential := must(azidentity.NewDefaultAzureCredential(nil))(t)
	options := &azsecrets.ClientOptions{ClientOptions: azcore.ClientOptions{Retry: policy.RetryOptions{MaxRetries: -1}}}
	lost := must(azsecrets.NewClient("https://no-such-vault.vault.azure.net", credential, options))(t)
	_, err := lost.GetSecret(ctx, "name", "", nil)
	if err == nil || !strings.Contains(err.Error(), "does not resolve in the practice cloud") {
		t.Fatal(err)
	}
}

func TestPlainHTTPGoesThroughTheFrontDoorToo(t *testing.T) {
	answer := must(http.Get("https://login.microsoftonline.com/" + os.Getenv("AZURE_TENANT_ID") + "/v2.0/.well-known/openid-configuration"))(t)
	defer answer.Body.Close()
	equal(t, answer.StatusCode, 200)
}
