import gc
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from verbund.commands.demand import demand

LISTS = sorted((Path(__file__).parents[1] / "data" / "demand" / "lists").iterdir())


def run(*arguments):
    try:
        return CliRunner().invoke(demand, list(map(str, arguments)))
    finally:
        gc.enable()


def test_read_prints_lines_faults_and_skipped_rows():
    ran = run("read", LISTS[2])
    result = json.loads(ran.stdout)

    assert ran.exit_code == 0
    assert set(result) == {"lines", "faults", "skipped"}
    assert result["lines"][0] == {
        "list": "laussnitz.csv", "sheet": None, "row": 7, "part": None, "text": "Kop.papier A4 80g ws", "specification": None,
        "quantity": "180", "unit": "Ries",
        "quantity_in_base_unit": "90000", "base_unit": "LEF", "price_net": "4.38", "price_net_per_base_unit": "0.00876",
    }  # fmt: skip
    assert {key: result["faults"][0][key] for key in ("list", "sheet", "row", "column", "cell", "kind", "field")} == {
        "list": "laussnitz.csv", "sheet": None, "row": 56, "column": "D", "cell": "D56", "kind": "ask", "field": "quantity",
    }  # fmt: skip
    assert "laussnitz.csv: 100 Zeilen" in ran.stderr


def test_match_prints_every_line_in_one_cluster():
    result = json.loads(run("match", *LISTS).stdout)

    refs = [(ref["list"], ref["sheet"], ref["row"], ref["part"]) for cluster in result["clusters"] for ref in cluster]
    assert sorted(refs, key=str) == sorted(((line["list"], line["sheet"], line["row"], line["part"]) for line in result["lines"]), key=str)
    assert all(set(entry) == {"a", "b", "score", "reasons", "against"} for entry in result["review"])


def test_english_files_without_quantities_count_one_a_row(tmp_path):
    (tmp_path / "a.csv").write_text('id,name,price\n1,Logitech MX Revolution Cordless Laser Mouse,"1,049.50"\n', encoding="utf-8")
    (tmp_path / "b.csv").write_text('id,title,price\n7,Logitech MX Revolution Cordless Laser Mouse - 931689,"$1,019.99"\n', encoding="utf-8")

    result = json.loads(run("match", tmp_path / "a.csv", tmp_path / "b.csv", "--locale", "en").stdout)

    assert [(line["quantity_in_base_unit"], line["base_unit"], line["price_net"]) for line in result["lines"]] == [
        ("1", "C62", "1049.5"),
        ("1", "C62", "1019.99"),
    ]
    assert len(result["clusters"]) == 1


def test_a_file_that_cannot_be_read_stops_with_a_sentence(tmp_path):
    (tmp_path / "liste.xlsx").write_bytes(b"PK\x03\x04broken")

    ran = run("read", tmp_path / "liste.xlsx")

    assert (ran.exit_code, ran.stdout) == (1, "")
    assert "beschädigt" in ran.stderr


@pytest.mark.parametrize("arguments", [("read",), ("read", "gibtesnicht.csv"), ("match", "--locale", "fr", "x.csv")])
def test_a_wrong_call_is_told_apart(arguments):
    assert run(*arguments).exit_code == 2


def test_a_list_without_demand_gets_a_sentence(tmp_path):
    (tmp_path / "leer.csv").write_text("Artikel;Menge;Einheit\r\n", encoding="utf-8")

    ran = run("read", tmp_path / "leer.csv")

    assert ran.exit_code == 0
    assert [skipped["reason"] for skipped in json.loads(ran.stdout)["skipped"]] == ["header"]
    assert "leer.csv: In dieser Datei steht keine Zeile mit Bedarf." in ran.stderr
