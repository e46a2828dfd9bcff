"""The commands of order_service: those that every service has."""

from chassis.cli import commands
from order_service.service import make_service

GROUP = commands(make_service())
