"""user_service: who may order, and up to what amount.

Owns       users, their credit and its reservations, the keys that sign tokens.
Publishes  user.registered, user.credit_limit_changed, user.credit_reserved, user.credit_refused,
           user.credit_released.
Listens    order.placed -> reserve_credit, order.cancelled -> release_credit,
           billing.credit_limit_set -> set_credit_limit.
"""
