"""order_service: what was ordered, and what becomes of it.

Owns       orders with their history, the price list; keeps its own copy of users.
Publishes  order.placed, order.confirmed, order.rejected, order.cancelled.
Listens    user.credit_reserved -> confirm_order, user.credit_refused -> reject_order,
           user.registered, user.profile_changed, user.deactivated, user.tokens_revoked, user.erased -> follow_users,
           catalog.product_listed -> list_product, sales.order_requested -> take_order.
"""
