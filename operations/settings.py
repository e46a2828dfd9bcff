"""The settings of both services, for tools that see the whole system."""

from chassis.settings import Settings, SettingsWrong
from order_service.service import make_service as order_service
from user_service.service import make_service as user_service


def read_settings() -> tuple[Settings, Settings]:
    """The settings of user_service and of order_service; SettingsWrong has a line for each wrong one of either."""
    read, wrong = [], set()
    for make in (user_service, order_service):
        try:
            read.append(make().settings())
        except SettingsWrong as error:
            wrong.update(str(error).splitlines())
    if wrong:
        raise SettingsWrong("\n".join(sorted(wrong)))
    users, orders = read
    return users, orders
