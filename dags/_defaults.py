"""Arguments that the DAGs share: owner, tags, retries and the parameters of a run."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import ExceptionRetryPolicy, Param, RetryAction, RetryRule

PASSING = ["inventory.errors.ReleaseError", "builtins.OSError", "builtins.MemoryError"]

DEFAULT_ARGS = {
    "owner": "inventory",
    "retries": 2,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=10),
    # The steps are deterministic: only a held lock, a full disk, a lost mount or a lost worker is worth another try.
    "retry_policy": ExceptionRetryPolicy([RetryRule(PASSING, RetryAction.RETRY)], default=RetryAction.FAIL),
    "execution_timeout": timedelta(hours=2),
}

# One run at a time: two builds must not share a work folder, so the tasks need no pool of their own.
DAG_ARGS = {
    "schedule": None,
    "catchup": False,
    "max_active_runs": 1,
    "tags": ["inventory", "清单"],
    "default_args": DEFAULT_ARGS,
}

PARAMS = {
    "project": Param("", type="string", description="项目文件夹，空 = 内置示例 / project folder, empty = example"),
    "year": Param(
        None, type=["null", "integer"], minimum=2000, maximum=2100,
        description="清单年份，空 = 项目文件所写 / inventory year, empty = as the project says",
    ),
    "out": Param(
        "releases", type="string", minLength=1,
        description="发布文件夹，相对路径从工作进程的当前目录算 / releases folder, relative to the worker's directory",
    ),
}  # fmt: skip
