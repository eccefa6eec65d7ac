"""Go through the lines of a list and find who pays each; what is not clear is asked, each doubt once."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from commons.municipalities import Municipality
from commons.people import Actor
from commons.units import folded
from commons.words import Message, joined, say
from procurement import catalogue
from procurement.intake.payers import FIELD, OF_LINE, OF_LIST, Payers, acts_for, columns_of, find_town, last_list, shown_payer, towns
from procurement.reading import Reading
from procurement.rules.demand import Answers, DemandLine, Fault, FaultKind, RowRef
from procurement.rules.header_words import Field


def with_payers(reading: Reading, answers: Answers, named: Mapping[str, int], *, year: int, by: Actor) -> tuple[Reading, Payers]:
    """Add to a reading who pays each line; what is not clear is a fault like any other. `named` is the column that a person named, by layout."""
    found = Payers(columns=dict(columns_of(reading, named)))
    _Checked(reading, answers, found, by=by, year=year).check()
    return replace(reading, faults=(*reading.faults, *found.faults)), found


class _Checked:
    """Every doubtful name is asked for once, and its answer holds for all rows that say the same."""

    def __init__(self, reading: Reading, answers: Answers, found: Payers, *, by: Actor, year: int) -> None:
        self.reading, self.answers, self.found, self.columns = reading, answers, found, found.columns
        self.sheets = {sheet.name: sheet for sheet in reading.sheets}
        members = towns()
        self.by_name, self.by_key = {folded(town.name): town for town in members}, {town.key: town for town in members}
        mine = acts_for(by)
        self.own = next((town.key for town in members if town.id == by.municipality_id), "")
        self.mine = {town.key for town in members if town.id in mine}
        before = {catalogue.key_of(line): line.request.municipality.key for line in last_list(by, before=year)}
        known = ((line.ref, before.get(catalogue.text_key(line.text, line.specification))) for line in reading.lines if before)
        self.last = {ref: key for ref, key in known if key is not None}
        self.counts = Counter(self.last.values())
        self.trusted = self.mine | set(before.values())
        self.whole = self._whole_list()
        self.said = dict(self._said())
        self.asked: set[str] = set()

    def _whole_list(self) -> str | None:
        """Return who pays a list without a column: as answered, else the own town of a sender who acts for no other."""
        said = (key for (_, _, name), value in self.answers.items() if name == OF_LIST and (key := self._key(value)))
        return next(said, None) or (self.own if self.mine <= {self.own} else None)

    def _said(self) -> Iterator[tuple[str, str]]:
        for line in self.reading.lines:
            key = self._key(self.answers.get((line.ref.sheet, line.ref.row, FIELD), ""))
            if key is not None:
                yield self._about(line), key

    def check(self) -> None:
        """Find who pays each line, or ask."""
        for line in self.reading.lines:
            place = (line.ref.sheet, line.ref.row)
            single = self._key(self.answers.get((*place, OF_LINE), ""))
            key = single or (self._named(line) if line.ref.sheet in self.columns else self._unnamed(line))
            if key is not None:
                self.found.of_row[place] = key

    def _named(self, line: DemandLine) -> str | None:
        """Return who pays by the column, and doubt it."""
        text = self._text(line)
        answered = self._key(self.answers.get((line.ref.sheet, line.ref.row, FIELD), ""))
        key = answered or self.said.get(text) or (self._key(text) if text else self.own)
        if answered is None:
            self._doubt(line, text, key)
        return key

    def _doubt(self, line: DemandLine, text: str, key: str | None) -> None:
        """Ask where the name is unknown, strange to the sender, or another than last time."""
        before = self._before(line)
        if key is None:
            self._ask(line, text, say("„%(text)s“ ist keine Gemeinde des Verbunds. Welche Gemeinde zahlt diese und alle gleichen Zeilen?", text=text))
        elif key not in self.trusted and text not in self.said:
            message = say("Für %(town)s handeln Sie nicht, und auf Ihrer letzten Liste stand sie nicht. Wer zahlt?", town=self.by_key[key].name)
            self._ask(line, text, message, first=key)
        elif before is not None and before != key:
            message = say("Zuletzt zahlte %(before)s diesen Artikel, jetzt steht hier %(now)s. Wer zahlt?", before=self._name(before), now=self._name(key))
            self._ask(line, f"{line.ref.row}", message, first=key)

    def _unnamed(self, line: DemandLine) -> str | None:
        """Return who pays the whole list; ask once for it, and once for what each other town paid last."""
        if self.whole is None:
            self._ask_for_list(line)
            return None
        before, about = self._before(line), self._about(line)
        if before is not None and before != self.whole and about not in self.said:
            self._ask(line, about, self._other_words(before, self.whole), first=before)
        return self.said.get(about, self.whole)

    def _other_words(self, before: str, now: str) -> Message:
        if self.counts[before] > 1:
            sentence = say(
                "Diesen und weitere Artikel der Liste zahlte zuletzt %(before)s. Die Liste zahlt jetzt %(now)s.", before=self._name(before), now=self._name(now)
            )
        else:
            sentence = say("Diesen Artikel zahlte zuletzt %(before)s. Die Liste zahlt jetzt %(now)s.", before=self._name(before), now=self._name(now))
        return joined([sentence, say("Wer zahlt dieses Mal?")])

    def _ask_for_list(self, line: DemandLine) -> None:
        if OF_LIST in self.asked:
            return
        self.asked.add(OF_LIST)
        shown = ", ".join(sorted((self._name(key) for key in self.mine), key=str.casefold))
        sentences = [say("Diese Liste nennt nicht, wer zahlt, und Sie handeln für %(towns)s. Welche Gemeinde zahlt die Liste?", towns=shown)]
        for key, count in self.counts.most_common(1):
            sentences.append(say("Auf Ihrer letzten Liste zahlte %(town)s die meisten dieser Artikel (%(count)s).", town=self._name(key), count=count))
        self._keep(line, OF_LIST, "", joined(sentences))
        order = sorted(self.trusted & set(self.by_key), key=lambda key: (-self.counts[key], key != self.own, self._name(key)))
        self.found.choices[line.ref.sheet, line.ref.row] = [self._name(key) for key in order]

    def _ask(self, line: DemandLine, about: str, message: Message, *, first: str | None = None) -> None:
        if about in self.asked:
            return
        self.asked.add(about)
        self._keep(line, FIELD, line.text, message)
        order: list[Municipality] = sorted(self.by_key.values(), key=lambda town: (town.key != first, town.key != self.own, town.name))
        self.found.choices[line.ref.sheet, line.ref.row] = [town.name for town in order]

    def _keep(self, line: DemandLine, field: str, article: str, message: Message) -> None:
        ref = RowRef(list=line.ref.list, sheet=line.ref.sheet, row=line.ref.row)
        column = self.columns.get(line.ref.sheet) or self._article_column(line.ref.sheet)
        self.found.faults.append(Fault(ref=ref, column=column, kind=FaultKind.ASK, field=field, message=message, text=article))

    def _article_column(self, sheet: str | None) -> int:
        columns = (column for mapping in self.reading.mappings if mapping.sheet == sheet for column in mapping.table.columns)
        return next((column.number for column in columns if column.field is Field.ARTICLE), 1)

    def _before(self, line: DemandLine) -> str | None:
        """Return who paid the article on the sender's last list."""
        return self.last.get(line.ref)

    def _about(self, line: DemandLine) -> str:
        """Name what an answer on a line holds for: what its column says, or where there is none, who paid the article last."""
        return self._text(line) if line.ref.sheet in self.columns else f"\x1f{self._before(line) or line.ref.row}"

    def _name(self, key: str) -> str:
        return self.by_key[key].name if key in self.by_key else key

    def _text(self, line: DemandLine) -> str:
        return shown_payer(self.sheets[line.ref.sheet], line.ref.row, self.columns[line.ref.sheet])

    def _key(self, name: str) -> str | None:
        found = find_town(name, self.by_name)
        return found.key if found else None
