import pytest

from docs.generate import main
from docs.markdown import bilingual, number, percent, table

pytestmark = pytest.mark.xdist_group("docs")

NAMES = ("validation.md", "coverage.md", "tables.md", "sources.md", "methods.md", "calculate.md", "cases.md")


@pytest.mark.parametrize("name", NAMES)
def test_committed_document_is_not_stale(name, generated, committed):
    assert committed.get(name) == generated[name], f"docs/{name} is stale: run make docs"


def test_command_writes_all_documents_from_a_work_folder(work, generated, tmp_path):
    main(["--work", str(work), "--out", str(tmp_path)])
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == generated


@pytest.mark.parametrize(
    ("value", "text"),
    [(192.912, "193"), (6.619, "6.62"), (0.03456, "0.0346"), (3012.8, "3,010"), (-302.7, "-303"), (0.0, "0"),
     (float("nan"), "—"), (None, "—"), (9.999, "10.0")],
)  # fmt: skip
def test_numbers_have_three_significant_digits(value, text):
    assert number(value) == text


def test_noise_in_the_last_bits_does_not_change_a_number():
    assert number(0.1 + 0.2) == number(0.3)


def test_percent_is_signed_and_missing_is_a_dash():
    assert (percent(31.48), percent(-0.4), percent(float("nan"))) == ("+31 %", "+0 %", "—")


def test_cells_cannot_break_a_table():
    assert table(("a", "b"), [("x|y", "1\n2")]).splitlines()[2] == "| x\\|y | 1 2 |"


def test_chinese_comes_first_and_an_empty_language_leaves_no_line():
    assert (bilingual("煤", "coal"), bilingual("煤", "")) == ("煤<br>coal", "煤")
