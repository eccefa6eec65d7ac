"""What every page must be: valid HTML with a title, a language and no id twice."""

import re
from collections import Counter
from typing import Any

import html5lib

# html5lib knows the syntax of 2014; these are no faults of a page.
KNOWN = {"non-void-element-with-trailing-slash"}


PRIMARY = re.compile(r'class="[^"]*\bkern-btn--primary\b')


def next_steps_on(text: str) -> int:
    """Count what a page offers as its next step: the primary buttons and links beside the frame; every page has exactly one."""
    return len(PRIMARY.findall(text[text.index("<main") : text.index("</main>")]))


def faults_of(text: str) -> list[str]:
    """Return what is wrong with a page; an empty list for a good one."""
    if not text.lstrip().lower().startswith("<!doctype html"):
        return _faults_of_tree(html5lib.parseFragment(text, namespaceHTMLElements=False), whole=False)
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(text)
    wrong = [f"line {place[0]}: {code} {values}" for place, code, values in parser.errors if code not in KNOWN]
    return wrong[:5] + _faults_of_tree(tree, whole=True)


def _faults_of_tree(tree: Any, *, whole: bool) -> list[str]:
    faults = [f"id {name} {count} times" for name, count in Counter(element.get("id") for element in tree.iter() if element.get("id")).items() if count > 1]
    faults += ["inline style" for element in tree.iter() if element.get("style")][:1]
    if whole:
        title = tree.find(".//title")
        faults += [] if title is not None and (title.text or "").strip() else ["no title"]
        faults += [] if tree.get("lang") else ["no language"]
        faults += [] if len(tree.findall(".//h1")) == 1 else ["not exactly one h1"]
    return faults
