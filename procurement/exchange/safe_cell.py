"""Write texts of people into sheets so that no program takes them for a formula."""

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def safe(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would calculate; numbers stay as they are."""
    if not text.lstrip(" ").startswith(DANGEROUS) or _is_number(text):
        return text
    return f"'{text}"


def _is_number(text: str) -> bool:
    return text.strip(" ").lstrip("+-").replace(".", "").replace(",", "").isdecimal()
