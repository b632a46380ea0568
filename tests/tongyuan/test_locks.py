"""Two builds never share a work directory."""

import pytest

from inventory.errors import ReleaseError
from tongyuan.locks import hold


def test_a_second_build_is_refused_and_names_the_owner(tmp_path):
    with hold(tmp_path), pytest.raises(ReleaseError, match="pid") as caught, hold(tmp_path):
        pass
    assert caught.value.exit_code == 4


def test_the_lock_is_free_afterwards(tmp_path):
    with hold(tmp_path):
        pass
    with hold(tmp_path):
        pass


def test_pulls_share_the_directory_but_not_with_a_build(tmp_path):
    with hold(tmp_path, shared=True), hold(tmp_path, shared=True):
        pass
    with hold(tmp_path, shared=True), pytest.raises(ReleaseError), hold(tmp_path):
        pass
