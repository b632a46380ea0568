"""Objects of an S3 store: obstore signs the address on this machine, http.py fetches it under the same rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from inventory.errors import DataSourceError, problem
from sources.archive import Archive, Snapshot
from sources.remote.http import fetch
from sources.remote.rules import NetworkRules, check_url

if TYPE_CHECKING:
    from obstore.store import S3Config

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]")
_HEADROOM = timedelta(minutes=5)


def fetch_object(
    url: str, sha256: str = "", *, rules: NetworkRules, archive: Archive, environ: Mapping[str, str]
) -> Snapshot:
    """Return an archived copy of `s3://bucket/key`.

    Parameters
    ----------
    rules : NetworkRules
        `allowed_hosts` names the host of the endpoint.
    environ : mapping of str to str
        AWS_ENDPOINT_URL, and AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION for a bucket that
        is not public.

    Raises
    ------
    DataSourceError
        TY2547 if the store is not configured; everything else as `fetch`.

    """
    bucket, _, key = url.removeprefix("s3://").partition("/")
    if not _BUCKET.fullmatch(bucket) or not key or "?" in key or "#" in key:
        raise _unconfigured(url, "应写作 s3://桶/对象", "write s3://bucket/key")
    endpoint = environ.get("AWS_ENDPOINT_URL", "").rstrip("/")
    if not endpoint:
        raise _unconfigured(url, "没有设置 AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL is not set")
    check_url(endpoint, rules, place=f"{url} @ AWS_ENDPOINT_URL")
    if environ.get("AWS_ACCESS_KEY_ID"):
        address = _signed(url, bucket, key, rules=rules, environ=environ)
    else:
        address = f"{endpoint}/{bucket}/{quote(key)}"
    return fetch(address, sha256, rules=rules, archive=archive, name=url)


def _signed(url: str, bucket: str, key: str, *, rules: NetworkRules, environ: Mapping[str, str]) -> str:
    """Return the signed address of an object; nothing is sent."""
    try:
        import obstore  # noqa: PLC0415 - an extra
        from obstore.store import S3Store  # noqa: PLC0415
    except ImportError as error:
        raise _unconfigured(
            url, "没有安装 obstore（pip install 'tongyuan[cluster]'）", "obstore is missing (extra `cluster`)"
        ) from error
    endpoint = environ["AWS_ENDPOINT_URL"].rstrip("/")
    config: S3Config = {
        "endpoint": endpoint,
        "region": environ.get("AWS_REGION", "us-east-1"),
        "access_key_id": environ["AWS_ACCESS_KEY_ID"],
        "secret_access_key": environ.get("AWS_SECRET_ACCESS_KEY", ""),
        "virtual_hosted_style_request": False,
    }
    if environ.get("AWS_SESSION_TOKEN"):
        config["session_token"] = environ["AWS_SESSION_TOKEN"]
    store = S3Store(bucket, config=config, client_options={"allow_http": endpoint.startswith("http://")})
    return str(obstore.sign(store, "GET", key, timedelta(seconds=rules.timeout_s) + _HEADROOM))


def _unconfigured(place: str, reason_zh: str, reason_en: str) -> DataSourceError:
    """Return the error of a store that cannot be asked."""
    return DataSourceError(problem("TY2547", place, reason_zh=reason_zh, reason_en=reason_en))
