"""One snapshot per build: only the pull step goes out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inventory.delivery_spec import DeliverySpec
from inventory.errors import DataSourceError
from sources.remote.pulling import RemoteAccess, open_remote
from tests.sources.remote.conftest import page

NETWORK = {"allowed_hosts": ["127.0.0.1"], "allow_private_addresses": True, "timeout_s": 10}


@pytest.fixture
def access(archive, tmp_path):
    return RemoteAccess(NETWORK, {}, archive, tmp_path, {}, is_refreshing=True)


def test_later_steps_see_what_pull_saw_without_asking(server, access):
    server.pages["/a.csv"] = page(b"item\ncement\n")
    spec = DeliverySpec(url=f"{server.address}/a.csv")
    first = open_remote("industry", spec, access)
    server.pages["/a.csv"] = page(b"item\nsteel\n", etag='"v2"')
    later = replace(access, is_refreshing=False)
    assert (open_remote("industry", spec, later), len(server.requests)) == (first, 1)
    assert open_remote("industry", spec, access).path.read_bytes() == b"item\nsteel\n"


def test_another_spec_or_a_lost_snapshot_is_fetched(server, access):
    server.pages |= {"/a.csv": page(b"a\n"), "/b.csv": page(b"b\n")}
    later = replace(access, is_refreshing=False)
    first = open_remote("industry", DeliverySpec(url=f"{server.address}/a.csv"), access)
    assert open_remote("industry", DeliverySpec(url=f"{server.address}/b.csv"), later).path.read_bytes() == b"b\n"
    first.path.unlink()
    assert open_remote("industry", DeliverySpec(url=f"{server.address}/a.csv"), later).path.read_bytes() == b"a\n"


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        (DeliverySpec(url="http://127.0.0.1/a.csv"), "SC903"),
        (DeliverySpec(url="s3://bucket/a.csv"), "TY2547"),
        (DeliverySpec(database="bureau", table="output"), "TY2520"),
    ],
)
def test_without_sections_everything_remote_is_off(access, spec, code):
    with pytest.raises(DataSourceError, match=code):
        open_remote("industry", spec, replace(access, network={}))
