"""The tables of a project: read strictly, or refused with the place; damage never becomes other text."""

from __future__ import annotations

import pytest

from inventory.errors import SchemaError
from inventory.project_tables import number_column, read_project_table
from inventory.text_encoding import decode_text

TEXT = "name,share\n燃煤电厂与供热锅炉,0.95\n\n石油焦锅炉,1\n"


@pytest.fixture
def table(tmp_path):
    """Return a function that writes a table and reads it."""

    def read(content: bytes | str, columns=("name", "share")):
        path = tmp_path / "map.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_project_table(path, columns)

    return read


def codes(error):
    return [found.code for found in error.value.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_gives_the_same_table(table, encoding):
    assert table(TEXT.encode(encoding))["name"].tolist() == ["燃煤电厂与供热锅炉", "石油焦锅炉"]


def test_the_index_counts_the_lines_of_the_file(table):
    assert (table(TEXT).index + 2).tolist() == [2, 4]


def test_a_damaged_file_in_utf_8_is_refused_and_not_read_as_gb18030(table):
    content = bytearray(TEXT.encode())
    content[content.index("厂".encode()[1])] = 0x41
    with pytest.raises(SchemaError) as caught:
        table(bytes(content))
    assert codes(caught) == ["TY1015"]


def test_words_that_read_as_utf_8_by_chance_are_gb18030():
    assert decode_text("原煤".encode("gb18030")) == ("原煤", "GB18030")


def test_everything_wrong_with_a_table_is_said_at_once(table):
    with pytest.raises(SchemaError) as caught:
        table("name,name\na,b,c\n")
    assert codes(caught) == ["TY1011", "TY1012", "TY1013"]


@pytest.mark.parametrize(("content", "code"), [("", "TY1014"), ('a,b\n"x', "TY1010"), ("a,\0b\n", "TY1015")])
def test_what_is_no_table_is_refused(table, content, code):
    with pytest.raises(SchemaError) as caught:
        table(content, ())
    assert codes(caught) == [code]


def test_numbers_out_of_bounds_empty_or_none_are_named_by_their_line(table):
    frame = table("share\n0.5\n95\n \nx\n-1\n", ("share",))
    values, problems = number_column(frame.reindex([0, 1, 3, 4]), "share", file="map.csv", low=0.0, high=1.0)
    assert values.tolist()[:1] == [0.5]
    assert [(found.code, found.place) for found in problems] == [
        ("IN307", "map.csv › 3 › share"), ("TY1016", "map.csv › 5 › share"), ("TY1017", "map.csv › 6 › share"),
    ]  # fmt: skip


def test_an_empty_number_is_a_finding_unless_it_has_a_default(table):
    frame = table("share,x\n,1\n", ("share",))
    assert [found.code for found in number_column(frame, "share", file="m")[1]] == ["IN308"]
    assert number_column(frame, "share", file="m", default=1.0)[0].tolist() == [1.0]
