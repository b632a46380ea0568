"""Delimited text: encodings, delimiters, decimal commas, quotes, ragged rows."""

from __future__ import annotations

import pytest

HEADER = "code,fuel,value"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf8_is_read_without_a_word(read, encoding):
    table = read(("a.csv", f"{HEADER}\na,原煤,1\n".encode(encoding)))
    assert (list(table.frame.columns)[:3], table.frame["fuel"][0], table.remarks) == (
        ["code", "fuel", "value"],
        "原煤",
        (),
    )


@pytest.mark.parametrize(
    ("encoding", "name"), [("gb18030", "GB18030"), ("gbk", "GB18030"), ("utf-16", "UTF-16"), ("utf-16-be", "UTF-16")]
)
def test_another_encoding_is_read_and_said(read, encoding, name):
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    table = read(("a.csv", mark + f"{HEADER}\na,原煤,1\n".encode(encoding)))
    assert table.frame.columns[0] == "code"
    assert (table.frame["fuel"][0], any(name in remark for remark in table.remarks)) == ("原煤", True)


def test_short_gb18030_text_that_reads_as_utf8_is_not_taken_for_it(read):
    assert "原煤".encode("gb18030").decode("utf-8") == "ԭú"
    assert read(("a.csv", f"{HEADER}\na,原煤,1\n".encode("gb18030"))).frame["fuel"][0] == "原煤"
    assert read(("b.csv", f"{HEADER}\na,10³ m²,1\n".encode())).frame["fuel"][0] == "10³ m²"


def test_bytes_in_no_encoding_are_named_by_their_offset(refusal):
    found = refusal(("a.csv", b"code,fuel,value\na,\xff\xff,1\n"))
    assert (found.codes, "18" in found.first.message_zh) == (["IN108"], True)


def test_a_damaged_utf8_file_is_not_taken_for_gb18030(refusal):
    content = bytearray(f"{HEADER}\na,无烟煤和烟煤以及其他各种洗煤,1\n".encode())
    content[18] ^= 0x10
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    assert content.decode("gb18030")
    assert refusal(("a.csv", bytes(content))).codes == ["IN108"]


def test_a_declared_encoding_is_used_alone(read, refusal):
    assert (
        read(("a.csv", f"{HEADER}\na,原煤,1\n".encode("big5", errors="ignore")), encoding="big5").frame["value"][0]
        == "1"
    )
    assert refusal(("b.csv", f"{HEADER}\na,天然气,1\n".encode("gb18030")), encoding="utf-8").codes == ["IN108"]
    assert refusal(("c.csv", HEADER.encode()), encoding="klingon").codes == ["IN108"]


def test_nul_bytes_are_refused(refusal):
    found = refusal(("a.csv", b"code,fuel,value\na\x00,coal,1\n"))
    assert (found.codes, "17" in found.first.message_en) == (["IN108"], True)


@pytest.mark.parametrize(("sign", "name"), [(";", ";"), ("\t", "TAB"), ("|", "|")])
def test_an_undeclared_delimiter_is_named(refusal, sign, name):
    found = refusal(("a.csv", f"{HEADER}\na,coal,1\n".replace(",", sign)))
    assert found.codes == ["IN111"]
    assert f"found delimiter {name}, expected ," in found.first.message_en


def test_a_comma_file_under_a_declared_semicolon_is_named(refusal):
    assert "found delimiter ,, expected ;" in refusal(("a.csv", f"{HEADER}\na,coal,1\n"), delimiter=";").text


def test_a_declared_delimiter_with_decimal_commas_is_read(read):
    text = "code;fuel;value\na;coal;1,5\nb;coal;1.234,5\nc;coal;1.234\nd;coal;-2\n"
    table = read(("a.csv", text), delimiter=";", decimal=",")
    assert list(table.frame["value"]) == ["1.5", "1234.5", "1234", "-2"]
    assert table.problems == ()


def test_a_point_that_no_decimal_comma_allows_is_named(read):
    table = read(("a.csv", "code;fuel;value\na;coal;1.5\nb;coal;1,234,5\n"), delimiter=";", decimal=",")
    assert [(each.code, each.cell.row, each.cell.column) for each in table.problems] == [
        ("TY2048", 2, "value"),
        ("TY2048", 3, "value"),
    ]


def test_a_tab_needs_no_declaration_in_a_tsv(read):
    assert read(("a.tsv", "code\tfuel\tvalue\na\tcoal\t1\n")).frame["value"][0] == "1"


def test_quotes_hold_delimiters_line_breaks_and_quotes(read):
    table = read(("a.csv", 'code,fuel,value,note\r\n"a,b","coal\ngas",1,"say ""hi"""\r\nc,oil,2,\r\n'))
    assert (table.frame["code"][0], table.frame["fuel"][0], table.frame["note"][0]) == ("a,b", "coal\ngas", 'say "hi"')
    assert list(table.frame["origin_row"]) == [2, 3]


def test_a_quote_that_never_closes_is_named_by_its_line(refusal):
    found = refusal(("a.csv", f'{HEADER}\n"a,coal,1\n'))
    assert (found.codes, found.places) == (["TY2004"], ["a.csv › line 2"])


def test_ragged_rows_are_named_and_what_they_hold_is_kept(read):
    table = read(("a.csv", f"{HEADER}\na,coal\nb,coal,1,surplus\nc,coal,2,,\n"))
    assert [(each.code, each.place) for each in table.problems] == [("TY2004", "a.csv › 2"), ("TY2004", "a.csv › 3")]
    assert list(table.frame["value"]) == ["", "1,surplus", "2"]


def test_an_error_value_that_a_spreadsheet_exported_is_named(read):
    table = read(("a.csv", f"{HEADER}\na,coal,#REF!\n"))
    assert [(each.code, each.place) for each in table.problems] == [("IN116", "a.csv › 2 › value")]


def test_normalised_numbers_are_counted_and_placed(read):
    table = read(("a.csv", f'{HEADER}\na,coal,"1,234.5"\nb,coal,１２\nc,coal,7\nd,coal,\ne,coal,—\n'))
    (remark,) = [each for each in table.remarks if "规范" in each]
    assert "2 格" in remark
    assert "2 › value、3 › value" in remark
    assert list(table.frame["value"]) == ["1,234.5", "１２", "7", "", "—"]
