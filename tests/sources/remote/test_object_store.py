"""Objects of an S3 store, against moto's server."""

from __future__ import annotations

import hashlib

import pytest

from inventory.errors import DataSourceError
from sources.remote.object_store import fetch_object
from sources.remote.rules import NetworkRules

CONTENT = "item,value\n水泥,380\n".encode()
SHA256 = hashlib.sha256(CONTENT).hexdigest()
KEY = "2021/产量 表.csv"
RULES = NetworkRules(frozenset({"127.0.0.1"}), allow_private_addresses=True, timeout_s=20.0)


@pytest.fixture(scope="module")
def store():
    """Start a store with one object; yield the environment of a user who may read it."""
    pytest.importorskip("obstore")
    moto = pytest.importorskip("moto.server")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    endpoint = "http://{}:{}".format(*server.get_host_and_port())
    environ = {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "reader", "AWS_SECRET_ACCESS_KEY": "very-secret"}
    import boto3

    keys = {"aws_access_key_id": "reader", "aws_secret_access_key": "very-secret", "region_name": "us-east-1"}
    client = boto3.client("s3", endpoint_url=endpoint, **keys)
    client.create_bucket(Bucket="deliveries")
    client.put_object(Bucket="deliveries", Key=KEY, Body=CONTENT)
    client.put_object(Bucket="deliveries", Key="closed.csv", Body=b"closed")
    client.put_object(Bucket="deliveries", Key=f"open/{KEY}", Body=CONTENT, ACL="public-read")
    yield environ
    server.stop()


def refusal(url, archive, environ, rules=RULES, sha256=SHA256):
    with pytest.raises(DataSourceError) as caught:
        fetch_object(url, sha256, rules=rules, archive=archive, environ=environ)
    (found,) = caught.value.problems
    return found


def test_an_object_is_fetched_into_the_archive_and_named_without_its_signature(store, archive):
    found = fetch_object(f"s3://deliveries/{KEY}", SHA256, rules=RULES, archive=archive, environ=store)
    assert (found.path.read_bytes(), found.sha256, found.name) == (CONTENT, SHA256, f"s3://deliveries/{KEY}")
    written = b"".join(path.read_bytes() for path in archive.root.rglob("*") if path.is_file())
    assert b"Signature" not in written
    assert b"very-secret" not in written


def test_a_public_object_needs_no_key(store, archive):
    public = {"AWS_ENDPOINT_URL": store["AWS_ENDPOINT_URL"]}
    found = fetch_object(f"s3://deliveries/open/{KEY}", rules=RULES, archive=archive, environ=public)
    assert found.sha256 == SHA256
    assert refusal("s3://deliveries/closed.csv", archive, public, sha256="").message_zh == "服务器拒绝：HTTP 403"


def test_an_object_that_is_not_there_is_named(store, archive):
    found = refusal("s3://deliveries/none.csv", archive, store)
    assert (found.code, found.place) == ("TY2542", "s3://deliveries/none.csv")


def test_an_endpoint_that_is_not_allowed_is_not_asked(store, archive):
    assert refusal(f"s3://deliveries/{KEY}", archive, store, rules=NetworkRules()).code == "SC903"


def test_without_an_endpoint_nothing_is_asked(archive):
    assert refusal("s3://deliveries/a.csv", archive, {}).code == "TY2547"


@pytest.mark.parametrize(
    "url", ["s3://", "s3://deliveries", "s3://deliveries/", "s3://UP/a.csv", "s3://a/../b", "s3://deliveries/a?x=1"]
)
def test_what_names_no_object_is_refused(url, archive):
    environ = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
    assert refusal(url, archive, environ).code == "TY2547"
