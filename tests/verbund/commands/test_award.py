import json

from click.testing import CliRunner

from verbund.commands.award import award

BIDS = [
    {"bidder": "Müller", "lots": {"L1": "100000.00", "L2": "100000.00"}, "packages": [{"lots": ["L1", "L2"], "price": "180000.00"}], "minimum_value": None},
    {"bidder": "Schmidt", "lots": {"L1": "99000.00"}, "packages": [], "minimum_value": None},
]
RULES = {"max_lots_per_bidder": None, "max_bidders": None, "packages_admitted": True}


def run(*options, rules=RULES, lots=("L1", "L2", "L3")):
    return CliRunner().invoke(award, ["-", *options], input=json.dumps({"lots": lots, "bids": BIDS, "rules": rules}))


def test_award_prints_the_award_as_json():
    result = run()

    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "status": "optimal",
        "total": "180000.00",
        "bound": "180000.00",
        "awards": [{"bidder": "Müller", "lots": ["L1", "L2"], "price": "180000.00"}],
        "unawarded": ["L3"],
        "clashes": [],
    }


def test_award_explains_on_demand():
    explanations = json.loads(run("--explain").stdout)["explanations"]

    assert [(explanation["kind"], explanation["difference"]) for explanation in explanations] == [
        ("condition", "19000.00"),
        ("second_best", "19000.00"),
        ("bidder", "19000.00"),
    ]


def test_contradiction_is_an_answer():
    result = run(rules={**RULES, "packages_admitted": False, "max_lots_per_bidder": 1, "max_bidders": 1}, lots=("L1", "L2"))

    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["status"], answer["total"], answer["awards"]) == (0, "infeasible", None, [])
    assert any("Höchstens ein Bieter" in clash for clash in answer["clashes"])


def test_faulty_file_ends_with_one_sentence_and_1():
    result = CliRunner().invoke(award, ["-"], input='{"lots": ["L1"], "bids": [{"bidder": "A", "lots": {"L9": "1.00"}}]}')

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Bieter „A“ bietet auf „L9“. Dieses Los gibt es nicht.\n"


def test_missing_file_is_a_wrong_call():
    assert CliRunner().invoke(award, ["/gibt/es/nicht.json"]).exit_code == 2
