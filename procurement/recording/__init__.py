"""The record (Vergabevermerk): told from tables and journal, complete against § 8 VgV, kept as long as the law asks."""

from procurement.recording.acts import name_of
from procurement.recording.chapters import Chapter, chapters_of
from procurement.recording.items import Item, items_of
from procurement.recording.keeping import OTHER_ITEMS, add_note, file_record, record_of, retention_of

__all__ = ["OTHER_ITEMS", "Chapter", "Item", "add_note", "chapters_of", "file_record", "items_of", "name_of", "record_of", "retention_of"]
