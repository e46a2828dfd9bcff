"""The tables of user_service."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from chassis.store.sweep import Retention
from chassis.store.tables import NAMING, common_tables
from chassis.store.types import BigKey, Id, Utc, enum_of
from user_service.domain.mailed_link import Purpose
from user_service.domain.reservation import ReservationStatus
from user_service.domain.user import UserStatus

METADATA = MetaData(naming_convention=NAMING)

USERS = Table(
    "users",
    METADATA,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("name", String(200), nullable=False),
    Column("email", String(254), nullable=False),
    # Compared without case, so kept without it too.
    Column("email_key", String(254), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("status", enum_of(UserStatus), nullable=False),
    Column("email_confirmed", Boolean, nullable=False),
    Column("roles", JSON, nullable=False),
    Column("credit_limit_cents", BigInteger, nullable=False),
    Column("reserved_cents", BigInteger, nullable=False),
    Column("limit_set_at", Utc, nullable=False),
    Column("token_clock", Utc),
    Column("tokens_issued_before", Utc),
    Column("created_at", Utc, nullable=False),
    Column("updated_at", Utc, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("email_key"),
    # An id is never given twice.
    sqlite_autoincrement=True,
)

RESERVATIONS = Table(
    "reservations",
    METADATA,
    Column("order_id", Id, primary_key=True),
    # No foreign key: a refusal stands for unknown users too.
    Column("user_id", BigInteger, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("status", enum_of(ReservationStatus), nullable=False),
    Column("updated_at", Utc, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    # The pages that can be asked for.
    Index(None, "user_id", "order_id"),
)

SIGN_INS = Table(
    "sign_ins",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("user_id", BigInteger, nullable=False, index=True),
    Column("client_id", String(64), nullable=False),
    Column("scope", Text, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False, index=True),
    Column("ended_at", Utc),
    Column("sequence", Integer, nullable=False),
    Column("version", Integer, nullable=False),
)

REFRESH_TOKENS = Table(
    "refresh_tokens",
    METADATA,
    Column("token_hash", String(64), primary_key=True),
    Column("sign_in_id", Id, nullable=False, index=True),
    Column("expires_at", Utc, nullable=False, index=True),
    Column("spent_at", Utc),
    Column("sequence", Integer, nullable=False),
    Column("version", Integer, nullable=False),
)

CLIENTS = Table(
    "clients",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("secret_hash", String(64)),
    Column("redirect_uris", JSON, nullable=False),
    Column("scope", Text, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("disabled_at", Utc),
    Column("sequence", Integer, nullable=False),
    Column("version", Integer, nullable=False),
)

AUTHORIZATION_CODES = Table(
    "authorization_codes",
    METADATA,
    Column("code_hash", String(64), primary_key=True),
    Column("client_id", String(64), nullable=False),
    Column("user_id", BigInteger, nullable=False, index=True),
    Column("redirect_uri", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("code_challenge", String(128), nullable=False),
    Column("expires_at", Utc, nullable=False, index=True),
    Column("sign_in_id", Id),
    Column("sequence", Integer, nullable=False),
    Column("version", Integer, nullable=False),
)

#: Mails that are due. There is no token in them: it is made when the mail is sent.
MAILS = Table(
    "mails",
    METADATA,
    Column("position", BigKey, primary_key=True, autoincrement=True),
    Column("purpose", enum_of(Purpose), nullable=False),
    Column("email", String(254), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Utc, nullable=False, index=True),
    sqlite_autoincrement=True,
)

MAILED_LINKS = Table(
    "mailed_links",
    METADATA,
    Column("token_hash", String(64), primary_key=True),
    Column("purpose", enum_of(Purpose), nullable=False),
    Column("user_id", BigInteger, nullable=False, index=True),
    Column("email_key", String(254), nullable=False),
    Column("expires_at", Utc, nullable=False, index=True),
    Column("used_at", Utc),
    Column("sequence", Integer, nullable=False),
    Column("version", Integer, nullable=False),
)

#: What was done to others' accounts, to clients and to keys: who, when, what.
ADMIN_ACTIONS = Table(
    "admin_actions",
    METADATA,
    Column("position", BigKey, primary_key=True, autoincrement=True),
    Column("at", Utc, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", String(64), nullable=False),
    sqlite_autoincrement=True,
)

#: Access tokens that were ended before their time, by their ids.
REVOKED_TOKENS = Table(
    "revoked_tokens",
    METADATA,
    Column("token_id", String(64), primary_key=True),
    Column("expires_at", Utc, nullable=False, index=True),
)

SIGNING_KEYS = Table(
    "signing_keys",
    METADATA,
    Column("key_id", String(64), primary_key=True),
    # They follow each other; of several processes that make the same one, one succeeds.
    Column("number", Integer, nullable=False, unique=True),
    Column("private_jwk", JSON, nullable=False),
    Column("signs_from", Utc, nullable=False),
    Column("created_at", Utc, nullable=False),
)

EXPIRING = (SIGN_INS, REFRESH_TOKENS, AUTHORIZATION_CODES, MAILED_LINKS, REVOKED_TOKENS)
#: No clock has to be exact.
EXPIRED_KEPT = timedelta(hours=1)
#: A mail that was due so long ago waits behind more than can be sent, and its link would come too late.
MAILS_KEPT = timedelta(days=7)
RETAINED = (
    *(Retention(table, "expires_at", EXPIRED_KEPT) for table in EXPIRING),
    Retention(MAILS, "not_before", MAILS_KEPT),
)
COMMON = replace(common_tables(METADATA), retained=RETAINED)
