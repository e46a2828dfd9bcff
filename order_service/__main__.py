"""``order-service``: the command line."""

from order_service.cli import GROUP


def main() -> None:
    """Run the command that the arguments name."""
    GROUP()


if __name__ == "__main__":
    main()
