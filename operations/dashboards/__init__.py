"""Grafana's pages: described as tables in ``pages``, and written as JSON to ``deploy/grafana/dashboards``."""
