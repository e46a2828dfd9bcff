"""Text of other systems, as it may be shown."""


def plain(text: str) -> str:
    """The same text without anything that could steer a terminal or can't be written."""
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)
