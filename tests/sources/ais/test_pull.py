"""The build's pull takes a log and a register, and proves their rows."""

from __future__ import annotations

import pandas as pd

from sources.contract import pull as pull_sources


def test_log_and_register_are_pulled_with_balanced_rows(project, generator, tmp_path):
    log = generator.make_log(400, n_vessels=8)
    config = project(ais="log.nmea", vessel_register="register.csv")
    lines = generator.nmea_lines(log)
    spoilt = [*lines, b"noise", lines[-1]]
    (config.project_dir / "log.nmea").write_bytes(b"\n".join(spoilt))
    generator.write_register(log, config.project_dir / "register.csv")
    work = tmp_path / "work"
    work.mkdir()
    report = pull_sources(config, work)
    assert report.counts == {"ais": 400.0, "vessel_register": 8.0}
    balance = pd.read_parquet(work / "raw_ais_balance.parquet").iloc[0]
    static = 6 * 2 + 2 * 2  # a type 5 of six ships, parts A and B of two small ones: two lines each
    assert balance[["rows_in", "used", "quarantined", "rejected"]].tolist() == [402 + static, 400, 1, static + 1]
    register = pd.read_parquet(work / "raw_vessel_register.parquet")
    assert list(register["mmsi"]) == [str(413000001 + number) for number in range(8)]
