"""What order_service could change in its tables with its next release; first what both releases can live with."""
