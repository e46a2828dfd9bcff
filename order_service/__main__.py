"""``order-service``: the command line."""

from order_service.cli import command_line


def main() -> None:
    """Run the command that the arguments name."""
    command_line()()


if __name__ == "__main__":
    main()
