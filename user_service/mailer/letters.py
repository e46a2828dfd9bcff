"""What the mails say."""

from dataclasses import dataclass

from user_service.domain.mailed_link import Purpose


@dataclass(frozen=True)
class Letter:
    """A mail to one person."""

    to: str
    subject: str
    text: str


SUBJECTS = {
    Purpose.PASSWORD_RESET: "Set a new password",
    Purpose.EMAIL_CONFIRMATION: "Confirm your email",
}
TEXTS = {
    Purpose.PASSWORD_RESET: (
        "Somebody, hopefully you, has asked for a new password. This link lets you set one, once, within an hour:"
        "\n\n{link}\n\nIf it wasn't you, leave it: nothing changes."
    ),
    Purpose.EMAIL_CONFIRMATION: (
        "Somebody, hopefully you, has given us this address. This link says that it is yours, within a week:"
        "\n\n{link}\n\nIf it wasn't you, leave it: nothing happens."
    ),
}


def letter(purpose: Purpose, to: str, link: str) -> Letter:
    """The mail that carries a link."""
    return Letter(to, SUBJECTS[purpose], TEXTS[purpose].format(link=link))
