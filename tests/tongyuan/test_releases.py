"""Releases: readable through SQLAlchemy, verified by hash, damage found, the pointer moved last."""

import shutil

import pytest
import sqlalchemy as sa

import tongyuan
from inventory.errors import ReleaseError
from tests.tongyuan.conftest import run_tongyuan
from tongyuan.releases import list_releases, verify


def test_the_store_opens_through_sqlalchemy_and_reflects_its_keys(release):
    with release.engine.connect() as connection:
        nox = connection.execute(
            sa.text("select emission_t from out_total where scope = 'airshed' and species = 'NOx'")
        ).scalar_one()
    inspector = sa.inspect(release.engine)
    assert nox > 0
    assert set(inspector.get_pk_constraint("core_emission")["constrained_columns"]) == {"activity_id", "species"}
    assert {"core_activity", "core_emission", "grid_weight", "out_mass_balance"} <= set(inspector.get_table_names())
    release.engine.dispose()


def test_a_fresh_release_verifies_and_is_listed(built, release):
    verify(release)
    assert [found.release_id for found in list_releases(built[0])] == [release.release_id]


def test_a_changed_byte_is_found(built, release, tmp_path):
    copy = tmp_path / release.release_id
    shutil.copytree(release.path, copy)
    path = copy / "emission.nc"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(ReleaseError) as caught:
        verify(tongyuan.open(str(copy), tmp_path))
    assert "emission.nc" in caught.value.problems[0].place


def test_verify_ends_with_4_for_an_unknown_release(tmp_path):
    done = run_tongyuan("verify", "2021-000000000000", "--out", str(tmp_path), cwd=tmp_path)
    assert done.returncode == 4
    assert "TY5004" in done.stderr


@pytest.mark.slow
def test_a_damaged_release_is_set_aside_and_written_anew(built, release, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(built[0], out)
    damaged = out / release.release_id / "summary.xlsx"
    damaged.write_bytes(damaged.read_bytes() + b"x")
    done = run_tongyuan("build", "--out", str(out), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    verify(tongyuan.open("current", out))
    assert (out / f".damaged-{release.release_id}-1" / "summary.xlsx").is_file()


def test_a_bare_id_is_looked_up_in_the_given_folder_only(built, release, tmp_path, monkeypatch):
    monkeypatch.chdir(built[0])
    with pytest.raises(ReleaseError):
        tongyuan.open(release.release_id, tmp_path)
