"""This service's units of work, as its use cases know them."""

from chassis.api.transactions import Transactions
from user_service.use_cases.ports import UnitOfWork

transactions = Transactions[UnitOfWork]()
