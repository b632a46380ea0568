"""Steps are skipped only when nothing that they depend on has changed."""

from inventory.step_report import StepReport
from tongyuan.resume import finished, mark_finished, write_text


def _step(work, text):
    table = work / "stg_x.parquet"
    write_text(table, text)
    mark_finished(work, "stage", "key", report=StepReport("stage", {"rows": 1.0}, ("done",)), outputs=[table])
    return table


def test_a_finished_step_gives_its_report_back(tmp_path):
    _step(tmp_path, "a")
    assert finished(tmp_path, "stage", "key") == StepReport("stage", {"rows": 1.0}, ("done",))


def test_another_key_runs_the_step_again(tmp_path):
    _step(tmp_path, "a")
    assert finished(tmp_path, "stage", "other") is None


def test_a_changed_or_missing_table_runs_the_step_again(tmp_path):
    table = _step(tmp_path, "a")
    table.write_text("b", encoding="utf-8")
    assert finished(tmp_path, "stage", "key") is None
    table.unlink()
    assert finished(tmp_path, "stage", "key") is None
