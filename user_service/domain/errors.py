"""What user_service refuses.

UserError
├── EmailTaken
├── UserNotFound
├── UserIsDeactivated
├── WrongCredentials
├── PasswordChanged
├── NoOpenSignIn
├── UserIsActive
├── LinkNotGood
├── ClientIsThere
├── ClientIsPublic
└── ClientNotFound
"""


class UserError(Exception):
    """A rule of user_service was broken."""


class EmailTaken(UserError):
    """Somebody has signed up with this email."""


class UserNotFound(UserError):
    """There is no such user."""


class UserIsDeactivated(UserError):
    """The user has left for good."""


class WrongCredentials(UserError):
    """Email and password don't belong together."""


class PasswordChanged(UserError):
    """The user's password is another one than just now."""


class NoOpenSignIn(UserError):
    """The refresh token belongs to no sign-in that is still open."""


class ClientIsThere(UserError):
    """A client has this id."""


class ClientIsPublic(UserError):
    """The client can keep no secret."""


class ClientNotFound(UserError):
    """There is no such client."""


class UserIsActive(UserError):
    """Only of a user who has left everything personal may go."""


class LinkNotGood(UserError):
    """There is no such link, or not any more."""


class ReservationNotFound(UserError):
    """Nothing was decided on this order."""
