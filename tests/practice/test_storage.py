"""The storage account, asked with the official SDK: what is kept, who may, and how it says no."""

import os
from contextlib import closing, contextmanager
from xml.etree import ElementTree

import pytest
from azure.core import MatchConditions
from azure.core.exceptions import (
    HttpResponseError,
    ResourceExistsError,
    ResourceModifiedError,
    ResourceNotFoundError,
)
from azure.identity import ClientSecretCredential, DefaultAzureCredential
from azure.storage.blob import BlobServiceClient, ContentSettings

from helpers import practice
from helpers.practice import roles
from helpers.practice.identities import APP, DEFAULT_GROUP, OTHER_TENANT_ID, STORAGE_ACCOUNT, TENANT_ID, storage_scope
from helpers.practice.state import assignments, blobs
from helpers.practice.state.store import Store

URL = f"https://{STORAGE_ACCOUNT}.blob.core.windows.net"


@contextmanager
def writing():
    with closing(Store()) as store, store.writing() as state:
        yield state


def plainly(client, headers):
    """What is answered without an SDK: the status, the error's code, the challenge, and the XML."""
    with closing(client.connect(URL.partition("//")[2])) as connection:
        connection.request("GET", "/?comp=list", headers=headers)
        answer = connection.getresponse()
        told = (answer.headers["x-ms-error-code"], answer.headers["WWW-Authenticate"])
        return answer.status, *told, ElementTree.fromstring(answer.read())  # noqa: S314 - our own


@pytest.fixture
def service(started):
    """The account, as the program sees it that may write to it."""
    with DefaultAzureCredential() as credential, BlobServiceClient(URL, credential) as client:
        yield client


@pytest.fixture
def reports(service):
    return service.create_container("reports")


@pytest.fixture
def as_app(started):
    """The account, as a program sees it that has no role on it."""
    secret = os.environ["LESSON_APP_CLIENT_SECRET"]
    with (
        ClientSecretCredential(TENANT_ID, APP.client_id, secret) as credential,
        BlobServiceClient(URL, credential, retry_total=0) as client,
    ):
        yield client


@pytest.mark.parametrize("content", [b"", b"fake rows\n", bytes(range(256)) * 500])
def test_a_blob_is_read_as_it_was_saved(reports, content):
    saved = reports.upload_blob("2026/11/a b+c%ü.csv", content, content_settings=ContentSettings("text/csv"))
    download = reports.download_blob(saved.blob_name)
    assert download.readall() == content
    assert (download.properties.size, download.properties.content_settings.content_type) == (len(content), "text/csv")
    found = saved.get_blob_properties()
    assert (found.size, found.etag, found.blob_type) == (len(content), download.properties.etag, "BlockBlob")


def test_a_blob_is_read_in_parts(service, reports):
    reports.upload_blob("numbers", b"0123456789")
    assert reports.download_blob("numbers", offset=3, length=4).readall() == b"3456"
    assert reports.download_blob("numbers", offset=8, length=40).readall() == b"89"
    with pytest.raises(HttpResponseError, match="InvalidRange"):
        reports.download_blob("numbers", offset=10, length=1)
    # A client that takes little at a time asks for the rest by itself.
    small = {"max_single_get_size": 4, "max_chunk_get_size": 3}
    with BlobServiceClient(URL, service.credential, **small) as client:
        assert client.get_blob_client("reports", "numbers").download_blob().readall() == b"0123456789"


def test_a_blob_is_replaced_only_if_that_is_meant(reports):
    first = reports.upload_blob("a", b"first").get_blob_properties()
    with pytest.raises(ResourceExistsError, match="BlobAlreadyExists"):
        reports.upload_blob("a", b"second")
    reports.upload_blob("a", b"second", overwrite=True)
    assert reports.download_blob("a").readall() == b"second"
    with pytest.raises(ResourceModifiedError, match="ConditionNotMet"):
        reports.upload_blob(
            "a", b"third", overwrite=True, etag=first.etag, match_condition=MatchConditions.IfNotModified
        )
    assert reports.download_blob("a").readall() == b"second"


def test_blobs_are_listed_in_order_by_prefix_and_in_pages(reports):
    names = [f"2026/{number:03}.csv" for number in range(7)]
    for name in reversed(["else.txt", *names]):
        reports.upload_blob(name, b"x")
    assert [blob.name for blob in reports.list_blobs()] == [*names, "else.txt"]
    pages = [list(page) for page in reports.list_blobs(name_starts_with="2026/", results_per_page=3).by_page()]
    assert [[blob.name for blob in page] for page in pages] == [names[:3], names[3:6], names[6:]]
    listed = pages[0][0]
    properties = reports.get_blob_client(listed.name).get_blob_properties()
    assert (listed.size, listed.etag, listed.last_modified) == (1, properties.etag.strip('"'), properties.last_modified)
    assert list(reports.list_blobs(name_starts_with="2027")) == []


def test_a_blob_that_was_deleted_is_gone(reports):
    reports.upload_blob("a", b"x")
    reports.delete_blob("a")
    assert not reports.get_blob_client("a").exists()
    for ask in (reports.download_blob, reports.delete_blob):
        with pytest.raises(ResourceNotFoundError) as refused:
            ask("a")
        assert refused.value.error_code == "BlobNotFound"
    reports.upload_blob("a", b"again")


def test_containers_are_made_once_and_listed(service, reports):
    service.create_container("archive")
    assert [container.name for container in service.list_containers()] == ["archive", "reports"]
    assert [container.name for container in service.list_containers(name_starts_with="r")] == ["reports"]
    assert reports.exists()
    assert not service.get_container_client("nowhere").exists()
    with pytest.raises(ResourceExistsError, match="ContainerAlreadyExists"):
        service.create_container("reports")
    with pytest.raises(ResourceNotFoundError, match="The specified container does not exist"):
        service.get_container_client("nowhere").upload_blob("a", b"x")
    with pytest.raises(ResourceNotFoundError, match="The specified container does not exist"):
        list(service.get_container_client("nowhere").list_blobs())
    service.delete_container("archive")
    assert [container.name for container in service.list_containers()] == ["reports"]
    for name in ("Reports", "re--ports", "r", "-reports"):
        with pytest.raises(HttpResponseError, match="InvalidResourceName"):
            service.create_container(name)


def test_the_reader_reads_the_contributor_writes_and_nobody_else_does_anything(reports, as_app):
    reports.upload_blob("a", b"x")
    container = as_app.get_container_client("reports")
    reading = {
        "get": lambda: container.download_blob("a").readall(),
        "list": lambda: list(container.list_blobs()),
        "containers": lambda: list(as_app.list_containers()),
    }
    writing_it = {
        "put": lambda: container.upload_blob("a", b"y", overwrite=True),
        "delete": lambda: container.delete_blob("a"),
        "container": lambda: as_app.create_container("of-the-app"),
    }

    def refused(calls):
        found = set()
        for name, call in calls.items():
            try:
                call()
            except HttpResponseError as error:
                found.add((name, error.status_code, error.error_code))
        assert {(status, code) for _, status, code in found} <= {(403, "AuthorizationPermissionMismatch")}
        return {name for name, *_ in found}

    assert refused(reading | writing_it) == reading.keys() | writing_it.keys()
    scope = storage_scope(DEFAULT_GROUP, STORAGE_ACCOUNT)
    with writing() as state:
        assignments.assign(state, APP.object_id, roles.BLOB_READER, scope)
    assert refused(reading | writing_it) == writing_it.keys()
    with writing() as state:
        assignments.assign(
            state, APP.object_id, roles.BLOB_CONTRIBUTOR, f"{scope}/blobServices/default/containers/reports"
        )
    assert refused(writing_it) == {"container"}, "on one container is not on the account"


def test_a_lesson_assigns_and_revokes_a_role_for_storage_on_the_account(reports, as_app):
    reports.upload_blob("a", b"x")
    blob = as_app.get_blob_client("reports", "a")
    practice.assign_role("app", "Storage Blob Data Reader")
    assert blob.download_blob().readall() == b"x"
    practice.revoke_role("app", "storage blob data reader")
    with pytest.raises(HttpResponseError, match="AuthorizationPermissionMismatch"):
        blob.download_blob()


def test_the_owner_of_the_subscription_has_no_access_to_the_data(reports, as_app):
    reports.upload_blob("a", b"x")
    with writing() as state:
        assignments.assign(state, APP.object_id, roles.OWNER, storage_scope(DEFAULT_GROUP, STORAGE_ACCOUNT))
    with pytest.raises(
        HttpResponseError,
        match=r"This request is not authorized to perform this operation using this permission.\nRequestId:",
    ):
        as_app.get_blob_client("reports", "a").download_blob()


@pytest.mark.parametrize(
    ("scope", "tenant", "code", "detail"),
    [
        ("https://vault.azure.net/.default", TENANT_ID, "InvalidAuthenticationInfo", "Audience did not match"),
        ("https://storage.azure.com/.default", OTHER_TENANT_ID, "InvalidAuthenticationInfo", "Issuer did not match"),
    ],
)
def test_a_token_for_another_service_or_of_another_tenant_is_refused(client, scope, tenant, code, detail):
    token = client.sign_in(tenant, scope=scope).body["access_token"]
    headers = {"Authorization": f"Bearer {token}", "x-ms-version": "2026-10-06"}
    status, error_code, _, error = plainly(client, headers)
    assert (status, error_code, error.findtext("Code")) == (401, code, code)
    assert detail in error.findtext("AuthenticationErrorDetail")


def test_without_a_token_the_answer_says_where_to_get_one(client):
    status, error_code, challenge, _ = plainly(client, {"x-ms-version": "2026-10-06"})
    assert (status, error_code) == (401, "NoAuthenticationInformation")
    assert challenge == (
        f"Bearer authorization_uri=https://login.microsoftonline.com/{TENANT_ID}/oauth2/authorize "
        "resource_id=https://storage.azure.com"
    )


def test_a_credential_of_another_tenant_is_led_to_the_right_one_by_the_challenge(started):
    credential = ClientSecretCredential(
        OTHER_TENANT_ID,
        os.environ["AZURE_CLIENT_ID"],
        os.environ["AZURE_CLIENT_SECRET"],
        additionally_allowed_tenants="*",
    )
    with credential, BlobServiceClient(URL, credential) as client:
        assert list(client.list_containers()) == []


def test_an_account_key_opens_nothing(started):
    with (
        BlobServiceClient(URL, "ZmFrZSBhY2NvdW50IGtleQ==", retry_total=0) as client,
        pytest.raises(HttpResponseError) as refused,
    ):
        list(client.list_containers())
    assert refused.value.status_code == 401


def test_what_is_appended_is_read_as_one(service):
    with writing() as state:
        for number in range(3):
            blobs.append(state, STORAGE_ACCOUNT, "insights-logs-auditevent", "y=2026/PT1H.json", b"%d\n" % number)
    log = service.get_blob_client("insights-logs-auditevent", "y=2026/PT1H.json")
    assert log.download_blob().readall() == b"0\n1\n2\n"
    properties = log.get_blob_properties()
    assert (properties.blob_type, properties.size) == ("AppendBlob", 6)


def test_reset_leaves_no_blob(service, reports):
    reports.upload_blob("a", b"x")
    practice.reset()
    assert list(service.list_containers()) == []
    service.create_container("reports")
    assert list(reports.list_blobs()) == []
