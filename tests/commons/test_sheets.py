import io
from datetime import date, datetime, time

import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from commons import sheets
from commons.sheets import Column, ColumnsMissing, SheetUnreadable, TooManyRows

COLUMNS = (Column(key="name", title="Name", needed=True), Column(key="from_day", title="von"), Column(key="count", title="Anzahl"))


def workbook(*rows):
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        for number, cells in enumerate(rows):
            for place, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(number, place, cell, day)
                else:
                    sheet.write(number, place, cell)
    return file.getvalue()


def test_read_names_rows_as_excel_does_below_a_title_and_a_blank_row():
    content = workbook(["Unsere Leute"], [], ["von", "Name *"], [date(2026, 11, 27), "Anna Łuschka"], [], ["", "Bernd"])

    rows = sheets.read(content, COLUMNS)

    assert [(row.row, row.text("name"), row.day("from_day")) for row in rows] == [(4, "Anna Łuschka", date(2026, 11, 27)), (6, "Bernd", None)]
    assert (rows[0].letters["name"], rows[0].text("count")) == ("B", "")


@pytest.mark.parametrize(
    "content",
    [
        "Name;von;Anzahl\nJürgen;27.11.2026;3\n".encode("cp1252"),
        "\ufeffName,von,Anzahl\r\nJürgen,2026-11-27,3\r\n".encode(),
        "NAME\tVON\tanzahl\nJürgen\t27.11.2026\t3".encode(),
        workbook(["Name", "von", "Anzahl"], ["Jürgen", "27.11.2026", 3]),
    ],
    ids=["windows_semicolon", "bom_comma", "tab_no_newline", "excel"],
)
def test_read_takes_what_offices_send(content):
    (row,) = sheets.read(content, COLUMNS)

    assert (row.text("name"), row.day("from_day"), row.text("count")) == ("Jürgen", date(2026, 11, 27), "3")


def test_clock_reads_the_time_of_day_as_people_write_it():
    content = workbook(
        ["Name", "von"],
        *([name, cell] for name, cell in zip("ABCDEF", ["7 Uhr", "07:30", "16.45", "", "25:00", datetime.fromisoformat("2026-11-27T07:30")], strict=True)),
    )

    rows = sheets.read(content, COLUMNS)

    assert [row.clock("from_day") for row in rows[:4]] == [time(7), time(7, 30), time(16, 45), None]
    with pytest.raises(ValueError, match="25:00"):
        rows[4].clock("from_day")
    assert (rows[5].day("from_day"), rows[5].clock("from_day"), rows[5].text("from_day")) == (date(2026, 11, 27), time(7, 30), "27.11.2026 07:30")


@pytest.mark.parametrize("text", ["gestern", "31.02.2026", "11/27/2026", "27.11.26"])
def test_day_refuses_what_is_no_day(text):
    (row,) = sheets.read(f"Name;von\nA;{text}\n".encode(), COLUMNS)

    with pytest.raises(ValueError, match=r"\d|gestern"):
        row.day("from_day")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0broken", b"\x00\x01\x02"], ids=["empty", "zip", "ole", "binary"])
def test_read_refuses_what_is_no_table(content):
    with pytest.raises(SheetUnreadable):
        sheets.read(content, COLUMNS)


@pytest.mark.parametrize("content", [b"Vorname;Alter\nA;3\n", b"von;Anzahl\n1;2\n"], ids=["no_header", "no_name"])
def test_read_names_the_columns_that_are_missing(content):
    with pytest.raises(ColumnsMissing) as refusal:
        sheets.read(content, COLUMNS)

    assert refusal.value.names == ("Name",)


def test_read_refuses_a_table_nobody_looks_through():
    with pytest.raises(TooManyRows):
        sheets.read(b"Name;von\n" + b"A;\n" * (sheets.MOST_ROWS + 1), COLUMNS)


@pytest.mark.parametrize(("place", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")])
def test_letter_of_counts_like_excel(place, letter):
    assert sheets.letter_of(place) == letter


def test_template_can_be_read_again():
    content = sheets.template("Personen", (Column(key="name", title="Name", needed=True, choices=("A", "B")), *COLUMNS[1:]), rows=[["Anna", "1.1.2026", "2"]])

    (row,) = sheets.read(content, COLUMNS)

    assert (row.row, row.text("name"), row.day("from_day")) == (2, "Anna", date(2026, 1, 1))
    assert CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("Auswahl").to_python() == [["Name"], ["A"], ["B"]]
