import datetime as dt
import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter

from procurement.cells import MissingValue
from procurement.exchange.demand_sheet import read
from procurement.exchange.unreadable import FileBroken, FileEmpty, FileFormatUnknown, FileProtected, FileTooLarge

ROWS = [["Artikel", "Menge"], ["Ölbinder; fein", "10"]]


def text(delimiter=";", end="\r\n", encoding="utf-8"):
    fields = [[f'"{value}"' if delimiter in value else value for value in row] for row in ROWS]
    return end.join(delimiter.join(row) for row in fields).encode(encoding)


def workbook(fill):
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    fill(book)
    book.close()
    return buffer.getvalue()


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"], ids=["crlf", "lf", "cr"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"], ids=["semicolon", "comma", "tab"])
def test_read_text_files(delimiter, end, encoding):
    (sheet,) = read(text(delimiter, end, encoding))

    assert sheet.name is None
    assert sheet.rows == (("Artikel", "Menge"), ("Ölbinder; fein", "10"))


def test_read_counts_blank_records():
    (sheet,) = read(b"Artikel;Menge\n\nSand;3\n")

    assert sheet.cell(3, 1) == "Sand"


def test_read_xlsx_keeps_numbers_texts_and_dates_apart():
    def fill(book):
        sheet = book.add_worksheet("Bedarf")
        sheet.write_row("A1", [20.75, "1.250", 0.1 + 0.2])
        sheet.write_datetime("D1", dt.date(2026, 3, 12), book.add_format({"num_format": "dd.mm.yyyy"}))

    (sheet,) = read(workbook(fill))

    assert sheet.rows[0][:3] == (Decimal("20.75"), "1.250", Decimal("0.3"))
    assert isinstance(sheet.rows[0][3], dt.date)


def test_read_xlsx_tells_what_is_hidden_and_merged():
    def fill(book):
        sheet = book.add_worksheet("Bedarf")
        sheet.merge_range("A1:C1", "Titel")
        sheet.write_row("A2", [1, 2, 3])
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column("C:C", None, None, {"hidden": True})
        book.add_worksheet("Alt").write("A1", "x")
        book.worksheets()[1].hide()

    first, second = read(workbook(fill))

    assert (first.hidden_rows, first.hidden_columns) == (frozenset({2}), frozenset({3}))
    assert [(merge.first_column, merge.last_column) for merge in first.merges] == [(1, 3)]
    assert second.hidden


def test_read_xlsx_reports_formulas_without_value():
    book = openpyxl.Workbook()
    book.active.append(["Menge", "=3*12"])
    buffer = io.BytesIO()
    book.save(buffer)

    (sheet,) = read(buffer.getvalue())

    assert sheet.cell(1, 2) == MissingValue("=3*12")


def test_read_ods_repeats_rows_and_tells_hidden_ones(demand_list):
    (sheet,) = read(demand_list("ossling.ods"))

    assert len(sheet.rows) == 160
    assert sheet.hidden_rows == {7}
    assert sheet.hidden_columns == {11}
    assert sheet.cell(70, 9) == "-5,00"


def test_read_survives_a_million_styled_empty_rows():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write("A1", "Artikel")
        sheet.write_blank("C1048576", None, book.add_format({"bold": True}))

    (sheet,) = read(workbook(fill))

    assert len(sheet.rows) == 1


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", FileEmpty),
        (b" \r\n\t", FileEmpty),
        (b"%PDF-1.7 ...", FileFormatUnknown),
        (b"abc\0def", FileFormatUnknown),
        (b"PK\x03\x04broken", FileBroken),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, FileBroken),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), FileProtected),
        (b"x" * (20 * 1024 * 1024 + 1), FileTooLarge),
    ],
    ids=["empty", "blank", "pdf", "binary", "broken_zip", "broken_xls", "password", "too_large"],
)
def test_read_refuses_with_a_sentence(content, refusal):
    with pytest.raises(refusal) as refused:
        read(content)

    assert str(refused.value).endswith(".")


def test_read_refuses_a_zip_bomb():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b"0" * (80 * 1024 * 1024))

    with pytest.raises(FileTooLarge):
        read(buffer.getvalue())


def test_read_refuses_cells_so_far_apart_that_memory_would_end():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write("A1", "Artikel")
        sheet.write("XFD1048576", "Ende")

    with pytest.raises(FileTooLarge):
        read(workbook(fill))


def test_read_refuses_entities():
    good = workbook(lambda book: book.add_worksheet().write("A1", "x"))
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("sheet1.xml"):
                content = content.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><worksheet', 1)
            target.writestr(name, content)

    with pytest.raises(FileBroken):
        read(buffer.getvalue())


@pytest.mark.parametrize("length", [50, 400, 2000])
def test_read_refuses_truncated_workbooks(demand_list, length):
    with pytest.raises(FileBroken):
        read(demand_list("neukirch.xlsx")[:length])
