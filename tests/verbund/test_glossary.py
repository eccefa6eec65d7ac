"""The glossary names every table of the house."""

from collections import Counter

import verbund.tables
from commons.database import Base
from commons.shipped import rows

GLOSSARY = rows("glossary.csv")


def test_the_glossary_names_every_model():
    named = {row["table"] for row in GLOSSARY if row["table"]}
    tables = {mapper.local_table.name for mapper in Base.registry.mappers}

    assert verbund.tables.TABLES
    assert tables - named == set()
    assert named - tables == set()


def test_every_german_term_stands_once_and_is_explained_in_both_languages():
    assert [term for term, count in Counter(row["german_term"] for row in GLOSSARY).items() if count > 1] == []
    assert [row["german_term"] for row in GLOSSARY if not (row["name_in_code"] and row["meaning_de"] and row["meaning_en"])] == []
