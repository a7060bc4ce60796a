"""How lists and errors look as XML. Forms are those of the REST reference ("List Containers", "List Blobs")."""

from email.utils import formatdate
from xml.etree.ElementTree import Element, SubElement, tostring

from ..state.blobs import Blob, Container


def of_error(code: str, message: str, detail: str | None = None) -> bytes:
    """An error."""
    error = Element("Error")
    _add(error, "Code", code)
    _add(error, "Message", message)
    if detail:
        _add(error, "AuthenticationErrorDetail", detail)
    return _text(error)


def of_containers(endpoint: str, prefix: str, containers: list[Container]) -> bytes:
    """The containers of an account, all in one page."""
    results = Element("EnumerationResults", ServiceEndpoint=f"{endpoint}/")
    _add(results, "Prefix", prefix)
    listed = SubElement(results, "Containers")
    for container in containers:
        one = SubElement(listed, "Container")
        _add(one, "Name", container.name)
        properties = SubElement(one, "Properties")
        _add(properties, "Last-Modified", http_date(container.created))
        _add(properties, "Etag", container.etag)
    _add(results, "NextMarker", "")
    return _text(results)


def of_blobs(endpoint: str, container: str, prefix: str, limit: str, blobs: list[Blob], next_marker: str) -> bytes:
    """A page of the blobs in a container. `limit` is the one that was asked for; `next_marker` is "" on the last page.

    The client takes the limit of the next page from this one.
    """
    results = Element("EnumerationResults", ServiceEndpoint=f"{endpoint}/", ContainerName=container)
    _add(results, "Prefix", prefix)
    if limit:
        _add(results, "MaxResults", limit)
    listed = SubElement(results, "Blobs")
    for blob in blobs:
        one = SubElement(listed, "Blob")
        _add(one, "Name", blob.name)
        properties = SubElement(one, "Properties")
        _add(properties, "Creation-Time", http_date(blob.created))
        _add(properties, "Last-Modified", http_date(blob.updated))
        _add(properties, "Etag", blob.etag.strip('"'))
        _add(properties, "Content-Length", str(blob.size))
        _add(properties, "Content-Type", blob.content_type)
        _add(properties, "BlobType", blob.kind)
    _add(results, "NextMarker", next_marker)
    return _text(results)


def http_date(seconds: float) -> str:
    """A time as HTTP's headers have it."""
    return formatdate(seconds, usegmt=True)


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


def _text(root: Element) -> bytes:
    # The real service begins with a byte order mark; every client does without.
    text: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>{text}'.encode()
